"""The base of optimisers that are written in Python, of tensor ops. The others run in C++."""

from __future__ import annotations

from typing import Any, Callable

from limpid import _C
from limpid._C import Tensor
from limpid.autograd.grad_mode import no_grad
from limpid.optim.optimizer import Optimizer, run_closure


def check_number(name: str, option: str, value: Any, least: float = 0, most: float = float("inf")) -> None:
    """ValueError unless it is a number from `least` to `most`."""
    number = value.item() if isinstance(value, Tensor) else value
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise TypeError(f"{name}: {option} must be a number, not {type(value).__name__}")
    if not least <= number <= most:
        raise _C.ValueError(f"{name}: {option} must be from {least} to {most}, got {number}")


class PlainOptimizer(Optimizer):
    """Calls `_update(group, parameter, gradient, state)` for every parameter that has a gradient."""

    def _group_added(self, group: dict[str, Any]) -> None:
        if group.get("differentiable"):
            raise _C.ValueError(f"{type(self).__name__}: differentiable=True is not supported")

    def _update(self, group: dict[str, Any], param: Tensor, gradient: Tensor, state: dict[str, Any]) -> None:
        raise NotImplementedError

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        for hook in list(self._step_pre_hooks.values()):
            hook(self, (closure,), {})
        loss = run_closure(closure)
        with no_grad():
            for group in self.param_groups:
                for param in group["params"]:
                    if param.grad is not None:
                        gradient = -param.grad if group.get("maximize") else param.grad
                        self._update(group, param, gradient, self.state[param])
        for hook in list(self._step_post_hooks.values()):
            hook(self, (closure,), {})
        return loss
