"""Stochastic gradient descent, with momentum and weight decay."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.optim.optimizer import NativeOptimizer


class SGD(NativeOptimizer):
    """p -= lr v, where v = momentum v + (1 - dampening) gradient.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts, see Optimizer
    lr : float
    momentum, dampening : float
    weight_decay : float
        Adds weight_decay p to the gradient.
    nesterov : bool
        Look ahead along the momentum; needs momentum and no dampening.
    maximize : bool
        Climb instead.
    foreach, capturable, differentiable, fused
        Taken as PyTorch has them; every step here is one pass over all parameters, in place.
    """

    _cpp_class = _C._optim.SGD
    _names = {"lr": ("lr",), "momentum": ("momentum",), "dampening": ("dampening",),
              "weight_decay": ("weight_decay",), "nesterov": ("nesterov",), "maximize": ("maximize",)}
    _state_names = ("momentum_buffer",)
    _counters = ()

    def __init__(self, params: Any, lr: Any = 1e-3, momentum: float = 0, dampening: float = 0,
                 weight_decay: float = 0, nesterov: bool = False, *, maximize: bool = False,
                 foreach: bool | None = None, differentiable: bool = False,
                 fused: bool | None = None) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "dampening": dampening,
                                  "weight_decay": weight_decay, "nesterov": nesterov, "maximize": maximize,
                                  "foreach": foreach, "differentiable": differentiable, "fused": fused})
