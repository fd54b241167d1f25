"""Rprop: only the signs of gradients count. For full batches."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.optim.optimizer import NativeOptimizer


class Rprop(NativeOptimizer):
    """Each element's step grows while the sign of its gradient stays, and shrinks when it changes.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts, see Optimizer
    lr : float
    etas : (float, float)
        Factors of a step after a change of sign, and without one.
    step_sizes : (float, float)
        The smallest and the largest step.
    maximize : bool
        Climb instead.
    foreach, capturable, differentiable, fused
        Taken as PyTorch has them; every step here is one pass over all parameters, in place.
    """

    _cpp_class = _C._optim.Rprop
    _names = {"lr": ("lr",), "etas": ("etaminus", "etaplus"), "step_sizes": ("step_min", "step_max"),
              "maximize": ("maximize",)}
    _state_names = ("prev", "step_size")
    _counters = ("step",)

    def __init__(self, params: Any, lr: Any = 1e-2, etas: tuple[float, float] = (0.5, 1.2),
                 step_sizes: tuple[float, float] = (1e-6, 50), *, capturable: bool = False,
                 foreach: bool | None = None, maximize: bool = False, differentiable: bool = False) -> None:
        super().__init__(params, {"lr": lr, "etas": etas, "step_sizes": step_sizes, "foreach": foreach,
                                  "maximize": maximize, "differentiable": differentiable,
                                  "capturable": capturable})
