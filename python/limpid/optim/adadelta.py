"""Adadelta: steps as large as the average of the last steps."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.optim.optimizer import NativeOptimizer


class Adadelta(NativeOptimizer):
    """Steps as large as the average of the last steps. Source: Zeiler, arXiv:1212.5701.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts, see Optimizer
    lr : float
    rho : float
        Of the averages of squared gradients and of squared steps, in [0, 1].
    eps : float
    weight_decay : float
        Adds weight_decay p to the gradient.
    maximize : bool
        Climb instead.
    foreach, capturable, differentiable, fused
        Taken as PyTorch has them; every step here is one pass over all parameters, in place.
    """

    _cpp_class = _C._optim.Adadelta
    _names = {"lr": ("lr",), "rho": ("rho",), "eps": ("eps",), "weight_decay": ("weight_decay",),
              "maximize": ("maximize",)}
    _state_names = ("square_avg", "acc_delta")
    _counters = ("step",)

    def __init__(self, params: Any, lr: Any = 1.0, rho: float = 0.9, eps: float = 1e-6,
                 weight_decay: float = 0, foreach: bool | None = None, *, capturable: bool = False,
                 maximize: bool = False, differentiable: bool = False) -> None:
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay,
                                  "maximize": maximize, "capturable": capturable, "foreach": foreach,
                                  "differentiable": differentiable})
