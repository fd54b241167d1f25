"""What all schedules share."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import Any, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid.optim.optimizer import Optimizer

Rates = Union[float, Tensor, Sequence[Any]]
"""One number for all groups, or one for each."""


class LRScheduler:
    """Base of all schedules; derive from it and define get_lr() to write one.

    Parameters
    ----------
    optimizer : Optimizer
    last_epoch : int
        k to go on behind k + 1 epochs of an earlier run, whose groups have their "initial_lr".

    Attributes
    ----------
    base_lrs : list of float
    last_epoch : int
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", number(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError("param 'initial_lr' is not specified in "
                               f"param_groups[{i}] when resuming an optimizer")
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False
        self._step_count = 1

    def get_lr(self) -> list[float]:
        """The rates of epoch last_epoch, of those that the groups have."""
        raise NotImplementedError

    def get_last_lr(self) -> list[float]:
        """The rates that the last step set."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Goes on by one epoch, or to a given one, and sets the rates."""
        self._step_count += 1
        if epoch is None:
            self.last_epoch += 1
            rates = self.get_lr()
        else:
            self.last_epoch = epoch
            closed_form = getattr(self, "_get_closed_form_lr", None)
            rates = closed_form() if closed_form else self.get_lr()
        self._set_rates(rates)

    def _set_rates(self, rates: Sequence[float]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates):
            group["lr"] = rate
        self._last_lr = self._rates()

    def _rates(self) -> list[float]:
        return [number(group["lr"]) for group in self.optimizer.param_groups]

    def _scaled(self, factor: float) -> list[float]:
        return [rate * factor for rate in self._rates()]

    def state_dict(self) -> dict[str, Any]:
        """All that it keeps, but the optimiser."""
        return {key: value for key, value in self.__dict__.items() if key not in ("optimizer", "_is_initial")}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Goes on from a saved state. The rates are those of the optimiser's own state."""
        self.__dict__.update(state_dict)


def number(value: Any) -> float:
    return value.item() if isinstance(value, _C.Tensor) else value


def for_groups(name: str, value: Any, optimizer: Optimizer) -> list[Any]:
    """One value for all groups, or one for each."""
    if not isinstance(value, (list, tuple)):
        return [value] * len(optimizer.param_groups)
    if len(value) != len(optimizer.param_groups):
        raise _C.ValueError(f"{name} must have the same length as optimizer.param_groups. {name} has "
                            f"{len(value)} "
                            f"values, param_groups has {len(optimizer.param_groups)}.")
    return list(value)
