"""L-BFGS: steps along the inverse Hessian as estimated from the last gradients."""

from __future__ import annotations

from typing import Any, Callable

from limpid import _C
from limpid._C import Tensor
from limpid._types import float64
from limpid.optim.optimizer import NativeOptimizer


class LBFGS(NativeOptimizer):
    """Steps along the inverse Hessian as estimated from the last gradients. For full batches and smooth
    losses.

    Parameters
    ----------
    params : iterable of Tensors
        Of one dtype; there is one group.
    lr : float
    max_iter : int
        Directions a step.
    max_eval : int, optional
        Losses a step; max_iter 5 / 4 if left out.
    tolerance_grad, tolerance_change : float
        Where it stops: the largest element of the gradient, and of the change.
    history_size : int
    line_search_fn : None or "strong_wolfe"
    """

    _cpp_class = _C._optim.LBFGS
    _names = {"lr": ("lr",), "max_iter": ("max_iter",), "max_eval": ("max_eval",),
              "tolerance_grad": ("tolerance_grad",), "tolerance_change": ("tolerance_change",),
              "history_size": ("history_size",), "line_search_fn": ("strong_wolfe",)}

    def __init__(self, params: Any, lr: Any = 1, max_iter: int = 20, max_eval: int | None = None,
                 tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9, history_size: int = 100,
                 line_search_fn: str | None = None) -> None:
        if max_eval is None:
            max_eval = max_iter * 5 // 4
        super().__init__(params, {"lr": lr, "max_iter": max_iter, "max_eval": max_eval,
                                  "tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change,
                                  "history_size": history_size, "line_search_fn": line_search_fn})

    def _settings(self, group: dict[str, Any]) -> tuple[Any, ...]:
        search = group["line_search_fn"]
        if search not in (None, "strong_wolfe"):
            raise _C.ValueError(f"LBFGS: line_search_fn must be 'strong_wolfe' or None, got {search!r}")
        return (*super()._settings({**group, "line_search_fn": search == "strong_wolfe"}),)

    def _group_added(self, group: dict[str, Any]) -> None:
        if self._cpp is not None:
            raise _C.ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        super()._group_added(group)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Calls the closure, which computes the loss and its gradients anew, several times, and steps.

        Returns
        -------
        The loss before the step.
        """
        if closure is None:
            raise TypeError("LBFGS.step() needs a closure that computes the loss and its gradients anew")
        self._sync()
        return self._cpp.step_with_closure(lambda: _as_tensor(closure()))

    # ---- keeping: the numbers and vectors of the one state, which PyTorch puts at parameter 0

    def _put_entry(self, values: dict[Any, Any], name: str, value: Tensor) -> None:
        name, _, _ = name.partition(".")
        kept = value if name in ("old_dirs", "old_stps", "d", "prev_flat_grad") else value.item()
        if name in ("old_dirs", "old_stps", "ro"):
            values.setdefault(name, []).append(kept)
        else:
            values[name] = kept

    def _ordered(self, values: dict[Any, Any]) -> dict[Any, Any]:
        return {"func_evals": 0, "n_iter": 0, "old_dirs": [], "old_stps": [], "ro": [], **values}

    def _to_native(self, values: dict[str, Any], param: Tensor) -> dict[str, Tensor]:
        if not isinstance(values.get("d"), Tensor):
            return {}
        out = {name: values[name] for name in ("d", "prev_flat_grad")}
        for name in ("func_evals", "n_iter"):
            out[name] = _C.tensor(int(values[name]))
        for name in ("t", "H_diag"):
            out[name] = _C.tensor(float(values[name]), dtype=float64)
        for i, (s, y, ro) in enumerate(zip(values["old_stps"], values["old_dirs"], values["ro"])):
            out[f"old_stps.{i}"] = s
            out[f"old_dirs.{i}"] = y
            out[f"ro.{i}"] = _C.tensor(float(ro), dtype=float64)
        return out


def _as_tensor(loss: Any) -> Tensor:
    return loss if isinstance(loss, Tensor) else _C.tensor(float(loss))
