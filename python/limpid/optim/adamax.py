"""Adamax: Adam with the largest gradient, slowly forgotten, in place of the average of squares."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.optim.optimizer import NativeOptimizer


class Adamax(NativeOptimizer):
    """Adam with the largest gradient, slowly forgotten, in place of the average of squares.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts, see Optimizer
    lr : float
    betas : (float, float)
        Of the running averages of gradients and of their squares, in [0, 1).
    eps : float
    weight_decay : float
        Adds weight_decay p to the gradient.
    maximize : bool
        Climb instead.
    foreach, capturable, differentiable, fused
        Taken as PyTorch has them; every step here is one pass over all parameters, in place.
    """

    _cpp_class = _C._optim.Adamax
    _names = {"lr": ("lr",), "betas": ("beta1", "beta2"), "eps": ("eps",), "weight_decay": ("weight_decay",),
              "maximize": ("maximize",)}
    _state_names = ("exp_avg", "exp_inf")
    _counters = ("step",)

    def __init__(self, params: Any, lr: Any = 2e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0, foreach: bool | None = None, *,
                 maximize: bool = False, differentiable: bool = False, capturable: bool = False) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
                                  "foreach": foreach, "maximize": maximize, "differentiable": differentiable,
                                  "capturable": capturable})
