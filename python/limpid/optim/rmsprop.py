"""RMSprop: steps divided by the root of a running average of squared gradients."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.optim.optimizer import NativeOptimizer


class RMSprop(NativeOptimizer):
    """Steps divided by the root of a running average of squared gradients. Source: Tieleman and Hinton, 2012.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts, see Optimizer
    lr : float
    alpha : float
        Of the average of squares.
    eps : float
    weight_decay : float
        Adds weight_decay p to the gradient.
    momentum : float
    centered : bool
        Divide by the standard deviation.
    maximize : bool
        Climb instead.
    foreach, capturable, differentiable, fused
        Taken as PyTorch has them; every step here is one pass over all parameters, in place.
    """

    _cpp_class = _C._optim.RMSprop
    _names = {"lr": ("lr",), "alpha": ("alpha",), "eps": ("eps",), "weight_decay": ("weight_decay",),
              "momentum": ("momentum",), "centered": ("centered",), "maximize": ("maximize",)}
    _state_names = ("square_avg", "momentum_buffer", "grad_avg")
    _counters = ("step",)

    def __init__(self, params: Any, lr: Any = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
                 weight_decay: float = 0, momentum: float = 0, centered: bool = False,
                 capturable: bool = False, foreach: bool | None = None, maximize: bool = False,
                 differentiable: bool = False) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps,
                                  "centered": centered, "weight_decay": weight_decay,
                                  "capturable": capturable, "foreach": foreach, "maximize": maximize,
                                  "differentiable": differentiable})
