"""Adafactor: Adam's second moments as a row and a column for each matrix."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid._type_info import finfo
from limpid.optim.plain import PlainOptimizer, check_number


class Adafactor(PlainOptimizer):
    """Steps relative to the size of each parameter, with little memory: the second moments of a matrix are kept as
    the product of a column (row_var) and a row (col_var).

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts, see Optimizer
    lr : float
        The largest relative step.
    beta2_decay : float
        Step t counts with 1 - t^beta2_decay in the second moments; negative.
    eps : (float or None, float)
        Added to squared gradients (None: the dtype's epsilon), and the smallest size of a parameter that counts.
    d : float
        Updates of a larger root mean square are scaled down to it.
    weight_decay : float
        Decoupled: p -= lr weight_decay p.
    foreach, maximize
        As of SGD.

    References
    ----------
    Shazeer, Stern, Adafactor: adaptive learning rates with sublinear memory cost, ICML 2018
    """

    def __init__(self, params: Any, lr: Any = 1e-2, beta2_decay: float = -0.8,
                 eps: tuple[float | None, float] = (None, 1e-3), d: float = 1.0, weight_decay: float = 0.0, *,
                 foreach: bool | None = None, maximize: bool = False) -> None:
        check_number("Adafactor", "lr", lr)
        check_number("Adafactor", "beta2_decay", beta2_decay, float("-inf"), 0)
        check_number("Adafactor", "d", d, 1)
        check_number("Adafactor", "weight_decay", weight_decay)
        super().__init__(params, {"lr": lr, "beta2_decay": beta2_decay, "eps": eps, "d": d,
                                  "weight_decay": weight_decay, "foreach": foreach, "maximize": maximize})

    def _update(self, group: dict[str, Any], param: Tensor, gradient: Tensor, state: dict[str, Any]) -> None:
        if not state:
            state["step"] = _C.tensor(0.0)
            if gradient.dim() > 1:
                state["row_var"] = gradient.new_zeros((*gradient.shape[:-1], 1))
                state["col_var"] = gradient.new_zeros((*gradient.shape[:-2], 1, gradient.shape[-1]))
            else:
                state["variance"] = _C.zeros_like(gradient)
        state["step"] += 1
        step, lr = state["step"].item(), float(group["lr"])
        eps1, eps2 = group["eps"]
        if eps1 is None:
            eps1 = finfo(param.dtype).eps
        new = step ** group["beta2_decay"]  # the share of this step in the moments
        size = max(eps2, param.norm().item() / param.numel() ** 0.5)
        rate = min(lr, 1 / step ** 0.5) * size
        if group["weight_decay"]:
            param.mul_(1 - lr * group["weight_decay"])
        update = gradient * self._moment(state, gradient, new, eps1).clamp(min=eps1 * eps1).rsqrt()
        excess = max(1.0, update.norm().item() / (update.numel() ** 0.5 * group["d"]))
        param.sub_(update, alpha=rate / excess)

    @staticmethod
    def _moment(state: dict[str, Any], gradient: Tensor, new: float, eps: float) -> Tensor:
        """The estimate of E[gradient^2]."""
        if "variance" in state:
            state["variance"].lerp_(gradient.square(), new)
            return state["variance"].clone()
        row, column = state["row_var"], state["col_var"]
        for moment, axis in ((row, -1), (column, -2)):
            moment.lerp_(gradient.norm(2, axis, True).square() / gradient.size(axis), new)
        return row @ column / row.mean(-2, True).clamp(min=eps)
