"""Adam: steps scaled by running averages of the gradient and of its square."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.optim.optimizer import NativeOptimizer


class Adam(NativeOptimizer):
    """Steps scaled by running averages of the gradient and of its square. Source: Kingma and Ba, ICLR 2015.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts, see Optimizer
    lr : float
    betas : (float, float)
        Of the running averages of gradients and of their squares, in [0, 1).
    eps : float
    weight_decay : float
        Adds weight_decay p to the gradient.
    amsgrad : bool
        Divide by the largest average of squares so far.
    decoupled_weight_decay : bool
        As AdamW: p shrinks by lr weight_decay instead.
    maximize : bool
        Climb instead.
    foreach, capturable, differentiable, fused
        Taken as PyTorch has them; every step here is one pass over all parameters, in place.
    """

    _cpp_class: Any = _C._optim.Adam
    _names = {"lr": ("lr",), "betas": ("beta1", "beta2"), "eps": ("eps",), "weight_decay": ("weight_decay",),
              "amsgrad": ("amsgrad",), "maximize": ("maximize",),
              "decoupled_weight_decay": ("decoupled_weight_decay",)}
    _state_names = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
    _counters = ("step",)

    def __init__(self, params: Any, lr: Any = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0, amsgrad: bool = False, *,
                 foreach: bool | None = None, maximize: bool = False, capturable: bool = False,
                 differentiable: bool = False, fused: bool | None = None,
                 decoupled_weight_decay: bool = False) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
                                  "amsgrad": amsgrad, "maximize": maximize, "foreach": foreach,
                                  "capturable": capturable, "differentiable": differentiable, "fused": fused,
                                  "decoupled_weight_decay": decoupled_weight_decay})
