"""Adagrad: each element's rate falls with the sum of its squared gradients."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.optim.optimizer import NativeOptimizer


class Adagrad(NativeOptimizer):
    """Each element's rate falls with the sum of its squared gradients. Source: Duchi et al., JMLR 12, 2011.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts, see Optimizer
    lr : float
    lr_decay : float
        The t-th step has rate lr / (1 + (t - 1) lr_decay).
    weight_decay : float
        Adds weight_decay p to the gradient.
    initial_accumulator_value, eps : float
    maximize : bool
        Climb instead.
    foreach, capturable, differentiable, fused
        Taken as PyTorch has them; every step here is one pass over all parameters, in place.
    """

    _cpp_class = _C._optim.Adagrad
    _names = {"lr": ("lr",), "lr_decay": ("lr_decay",), "weight_decay": ("weight_decay",),
              "initial_accumulator_value": ("initial_accumulator_value",), "eps": ("eps",),
              "maximize": ("maximize",)}
    _state_names = ("sum",)
    _counters = ("step",)

    def __init__(self, params: Any, lr: Any = 1e-2, lr_decay: float = 0, weight_decay: float = 0,
                 initial_accumulator_value: float = 0, eps: float = 1e-10, foreach: bool | None = None, *,
                 maximize: bool = False, differentiable: bool = False, fused: bool | None = None) -> None:
        super().__init__(params, {"lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
                                  "initial_accumulator_value": initial_accumulator_value, "foreach": foreach,
                                  "maximize": maximize, "differentiable": differentiable, "fused": fused})
