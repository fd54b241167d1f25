"""NAdam: Adam that looks ahead along its momentum."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.optim.optimizer import NativeOptimizer


class NAdam(NativeOptimizer):
    """Adam that looks ahead along its momentum. Source: Dozat, ICLR workshop 2016.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts, see Optimizer
    lr : float
    betas : (float, float)
        Of the running averages of gradients and of their squares, in [0, 1).
    eps : float
    weight_decay : float
        Adds weight_decay p to the gradient.
    momentum_decay : float
    decoupled_weight_decay : bool
        p shrinks by lr weight_decay instead.
    maximize : bool
        Climb instead.
    foreach, capturable, differentiable, fused
        Taken as PyTorch has them; every step here is one pass over all parameters, in place.
    """

    _cpp_class = _C._optim.NAdam
    _names = {"lr": ("lr",), "betas": ("beta1", "beta2"), "eps": ("eps",), "weight_decay": ("weight_decay",),
              "momentum_decay": ("momentum_decay",), "decoupled_weight_decay": ("decoupled_weight_decay",),
              "maximize": ("maximize",)}
    _state_names = ("exp_avg", "exp_avg_sq")
    _counters = ("step", "mu_product")

    def __init__(self, params: Any, lr: Any = 2e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0, momentum_decay: float = 4e-3,
                 decoupled_weight_decay: bool = False, *, foreach: bool | None = None, maximize: bool = False,
                 capturable: bool = False, differentiable: bool = False) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
                                  "momentum_decay": momentum_decay,
                                  "decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize,
                                  "foreach": foreach, "capturable": capturable,
                                  "differentiable": differentiable})
