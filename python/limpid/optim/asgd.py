"""Averaged stochastic gradient descent."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.optim.plain import PlainOptimizer, check_number


class ASGD(PlainOptimizer):
    """SGD with a falling rate; state["ax"] is the average of the parameter from step t0 on.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts, see Optimizer
    lr : float
    lambd : float
        How fast the parameter and the rate decay.
    alpha : float
        The power by which the rate falls.
    t0 : float
        The step at which averaging begins.
    weight_decay : float
        Adds weight_decay p to the gradient.
    foreach, maximize, differentiable, capturable
        As of SGD.

    References
    ----------
    Polyak, Juditsky, Acceleration of stochastic approximation by averaging, 1992
    """

    def __init__(self, params: Any, lr: Any = 1e-2, lambd: float = 1e-4, alpha: float = 0.75, t0: float = 1e6,
                 weight_decay: float = 0, foreach: bool | None = None, maximize: bool = False,
                 differentiable: bool = False, capturable: bool = False) -> None:
        check_number("ASGD", "lr", lr)
        check_number("ASGD", "weight_decay", weight_decay)
        super().__init__(params, {"lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0, "weight_decay": weight_decay,
                                  "foreach": foreach, "maximize": maximize, "differentiable": differentiable,
                                  "capturable": capturable})

    def _update(self, group: dict[str, Any], param: Tensor, gradient: Tensor, state: dict[str, Any]) -> None:
        lr = float(group["lr"])
        if not state:
            state.update(step=_C.tensor(0.0), eta=_C.tensor(lr), mu=_C.tensor(1.0), ax=_C.zeros_like(param))
        if group["weight_decay"]:
            gradient = gradient + group["weight_decay"] * param
        state["step"] += 1
        step, eta, mu = state["step"].item(), state["eta"].item(), state["mu"].item()
        param.mul_(1 - group["lambd"] * eta).sub_(gradient, alpha=eta)
        if mu == 1:
            state["ax"].copy_(param)
        else:
            state["ax"].add_((param - state["ax"]) * mu)
        state["eta"] = _C.tensor(lr / (1 + group["lambd"] * lr * step) ** group["alpha"])
        state["mu"] = _C.tensor(1 / max(1.0, step - group["t0"]))
