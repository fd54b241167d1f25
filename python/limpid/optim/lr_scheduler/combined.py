"""Schedules made of others."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from bisect import bisect_right
from typing import Any, Sequence

from limpid import _C
from limpid.optim.lr_scheduler.plateau import ReduceLROnPlateau
from limpid.optim.lr_scheduler.scheduler import LRScheduler
from limpid.optim.optimizer import Optimizer


class SequentialLR(LRScheduler):
    """The first schedule up to milestone 0, the second from there up to milestone 1, ... Each begins with its
    own epoch 0 and the initial rates."""

    def __init__(self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[float],
                 last_epoch: int = -1) -> None:
        if not schedulers:
            raise _C.ValueError("SequentialLR expects at least one scheduler, but got no scheduler.")
        _check_schedules("SequentialLR", optimizer, schedulers)
        if len(milestones) != len(schedulers) - 1:
            raise _C.ValueError("Sequential Schedulers expects number of schedulers provided to be one more "
                                "than the "
                                f"number of milestone points, but got number of schedulers {len(schedulers)} "
                                f"and the "
                                f"number of milestones to be equal to {len(milestones)}")
        self._schedulers = schedulers
        self._milestones = milestones
        self.last_epoch = last_epoch + 1
        self.optimizer = optimizer
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        for schedule in schedulers:  # each has taken its first step when it was made
            schedule.last_epoch -= 1
        self._schedulers[0]._is_initial = True
        self._schedulers[0].step()
        self._schedulers[0]._is_initial = False
        self._last_lr = schedulers[0].get_last_lr()

    def step(self) -> None:  # type: ignore[override]
        self.last_epoch += 1
        i = bisect_right(self._milestones, self.last_epoch)
        schedule = self._schedulers[i]
        if i > 0 and self._milestones[i - 1] == self.last_epoch:
            schedule.step(0)
        else:
            schedule.step()
        self._last_lr = schedule.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        return _state_of_many(self, "_schedulers")

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        _load_many(self, state_dict, "_schedulers")


class ChainedScheduler(LRScheduler):
    """Steps all of its schedules at once: their factors multiply."""

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        if not schedulers:
            raise _C.ValueError("ChainedScheduler expects at least one scheduler to be chained, but got no "
                                "scheduler.")
        self.optimizer = optimizer or schedulers[0].optimizer
        _check_schedules("ChainedScheduler", self.optimizer, schedulers)
        self._schedulers = schedulers
        self._last_lr = self._rates()

    def step(self) -> None:  # type: ignore[override]
        for schedule in self._schedulers:
            schedule.step()
        self._last_lr = self._rates()

    def state_dict(self) -> dict[str, Any]:
        return _state_of_many(self, "_schedulers")

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        _load_many(self, state_dict, "_schedulers")


def _check_schedules(who: str, optimizer: Optimizer, schedulers: Sequence[LRScheduler]) -> None:
    for i, schedule in enumerate(schedulers):
        if isinstance(schedule, ReduceLROnPlateau):
            raise _C.ValueError(f"{who} does not support `ReduceLROnPlateau` scheduler as it requires "
                                f"additional "
                                "kwargs to be specified when calling `step`, but got one at index "
                                f"{i} in the given schedulers sequence.")
        if schedule.optimizer is not optimizer:
            raise _C.ValueError(f"{who} expects all schedulers to belong to the same optimizer, but got "
                                f"scheduler "
                                f"{type(schedule).__name__} at index {i}, which belongs to another")


def _state_of_many(self: LRScheduler, name: str) -> dict[str, Any]:
    state = {key: value for key, value in self.__dict__.items() if key not in ("optimizer", name)}
    return {**state, name: [schedule.state_dict() for schedule in self.__dict__[name]]}


def _load_many(self: LRScheduler, state_dict: dict[str, Any], name: str) -> None:
    state = dict(state_dict)
    for schedule, saved in zip(self.__dict__[name], state.pop(name)):
        schedule.load_state_dict(saved)
    self.__dict__.update(state)
