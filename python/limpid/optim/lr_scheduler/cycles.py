"""Cycles of the rate and of the momentum."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
import types
from typing import Any, Callable

from limpid import _C
from limpid.optim.lr_scheduler.scheduler import LRScheduler, Rates, for_groups
from limpid.optim.optimizer import Optimizer


class _WithMomentum(LRScheduler):
    """Schedules that set the momentum of an optimiser, too, or the first of its betas."""

    def _find_momentum(self, optimizer: Optimizer) -> None:
        if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
            raise _C.ValueError("optimizer must support momentum or beta1 with `cycle_momentum` option "
                                "enabled")
        self.use_beta1 = "betas" in optimizer.defaults

    def _set_momentum(self, group: dict[str, Any], momentum: float) -> None:
        if self.use_beta1:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum


class CyclicLR(_WithMomentum):
    """The rate goes up and down between base_lr and max_lr; call step() after every batch.

    Parameters
    ----------
    base_lr, max_lr : float or list of floats
    step_size_up, step_size_down : int
        Batches of the two halves of a cycle.
    mode : "triangular", "triangular2" (half as high each time) or "exp_range" (gamma^batch times)
    scale_fn, scale_mode : the factor of the height as a function of "cycle" or "iterations"
    cycle_momentum : bool
        Whether the momentum goes the other way, between base_momentum and max_momentum.

    Source: Smith, Cyclical learning rates for training neural networks, arXiv:1506.01186.
    """

    def __init__(self, optimizer: Optimizer, base_lr: Rates, max_lr: Rates, step_size_up: float = 2000,
                 step_size_down: float | None = None, mode: str = "triangular", gamma: float = 1.0,
                 scale_fn: Callable[[float], float] | None = None, scale_mode: str = "cycle",
                 cycle_momentum: bool = True, base_momentum: Rates = 0.8, max_momentum: Rates = 0.9,
                 last_epoch: int = -1) -> None:
        if scale_fn is None and mode not in ("triangular", "triangular2", "exp_range"):
            raise _C.ValueError("mode is invalid and scale_fn is None")
        base_lrs = for_groups("base_lr", base_lr, optimizer)
        if last_epoch == -1:
            for group, rate in zip(optimizer.param_groups, base_lrs):
                group["lr"] = rate
        self.max_lrs = for_groups("max_lr", max_lr, optimizer)
        down = step_size_up if step_size_down is None else step_size_down
        self.total_size = float(step_size_up + down)
        self.step_ratio = step_size_up / self.total_size
        self.mode = mode
        self.gamma = gamma
        self._scale_fn = scale_fn
        self.scale_mode = scale_mode if scale_fn is not None else (
            "iterations" if mode == "exp_range" else "cycle")
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._find_momentum(optimizer)
            self.base_momentums = for_groups("base_momentum", base_momentum, optimizer)
            self.max_momentums = for_groups("max_momentum", max_momentum, optimizer)
            if last_epoch == -1:
                for group, high in zip(optimizer.param_groups, self.max_momentums):
                    self._set_momentum(group, high)
                    group["max_momentum"] = high
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        if self._scale_fn is not None:
            return self._scale_fn(x)
        return {"triangular": 1.0, "triangular2": 1 / 2**(x - 1), "exp_range": self.gamma**x}[self.mode]

    def get_lr(self) -> list[float]:
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        place = 1 + self.last_epoch / self.total_size - cycle
        height = place / self.step_ratio if place <= self.step_ratio else (place - 1) / (self.step_ratio - 1)
        height *= self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            for group, low, high in zip(self.optimizer.param_groups, self.base_momentums, self.max_momentums):
                self._set_momentum(group, high - (high - low) * height)
        return [low + (high - low) * height for low, high in zip(self.base_lrs, self.max_lrs)]

    def state_dict(self) -> dict[str, Any]:
        state = super().state_dict()
        function = state.pop("_scale_fn")
        kept = function is not None and not isinstance(function, types.FunctionType)
        state["_scale_fn_custom"] = dict(function.__dict__) if kept else None
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        state = dict(state_dict)
        saved = state.pop("_scale_fn_custom", None)
        if saved is not None and self._scale_fn is not None:
            self._scale_fn.__dict__.update(saved)
        self.__dict__.update(state)


class OneCycleLR(_WithMomentum):
    """One cycle over the whole training: the rate rises to its peak and falls far below its beginning, the
    momentum the other way round; call step() after every batch.

    Parameters
    ----------
    max_lr : float or list of floats
        The peak.
    total_steps : int, optional
        Or epochs and steps_per_epoch.
    pct_start : float
        The share of the steps before the peak.
    anneal_strategy : "cos" or "linear"
    cycle_momentum : bool
    base_momentum, max_momentum : float or list of floats
    div_factor : float
        It begins with max_lr / div_factor,
    final_div_factor : float
        and ends with that / final_div_factor.
    three_phase : bool
        Down to the beginning as fast as up, and then on to the end.

    Source: Smith and Topin, Super-convergence, arXiv:1708.07120.
    """

    def __init__(self, optimizer: Optimizer, max_lr: Rates, total_steps: int | None = None,
                 epochs: int | None = None, steps_per_epoch: int | None = None, pct_start: float = 0.3,
                 anneal_strategy: str = "cos", cycle_momentum: bool = True, base_momentum: Rates = 0.85,
                 max_momentum: Rates = 0.95, div_factor: float = 25.0, final_div_factor: float = 1e4,
                 three_phase: bool = False, last_epoch: int = -1) -> None:
        self.total_steps = _total_steps(total_steps, epochs, steps_per_epoch)
        if not isinstance(pct_start, float) or not 0 <= pct_start <= 1:
            raise _C.ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise _C.ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got "
                                f"{anneal_strategy}")
        self._anneal_func_type = anneal_strategy
        high, low = "max_momentum", "base_momentum"
        first = float(pct_start * self.total_steps) - 1
        if three_phase:
            second = 2 * float(pct_start * self.total_steps) - 2
            self._schedule_phases = [_phase(first, "initial_lr", "max_lr", high, low),
                                     _phase(second, "max_lr", "initial_lr", low, high),
                                     _phase(self.total_steps - 1, "initial_lr", "min_lr", high, high)]
        else:
            self._schedule_phases = [_phase(first, "initial_lr", "max_lr", high, low),
                                     _phase(self.total_steps - 1, "max_lr", "min_lr", low, high)]
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._find_momentum(optimizer)
        if last_epoch == -1:
            self._mark_groups(optimizer, max_lr, base_momentum, max_momentum, div_factor, final_div_factor)
        super().__init__(optimizer, last_epoch)

    def _mark_groups(self, optimizer: Optimizer, max_lr: Any, base_momentum: Any, max_momentum: Any,
                     div_factor: float, final_div_factor: float) -> None:
        for group, peak in zip(optimizer.param_groups, for_groups("max_lr", max_lr, optimizer)):
            group["initial_lr"] = peak / div_factor
            group["max_lr"] = peak
            group["min_lr"] = group["initial_lr"] / final_div_factor
        if self.cycle_momentum:
            lows = for_groups("base_momentum", base_momentum, optimizer)
            highs = for_groups("max_momentum", max_momentum, optimizer)
            for group, low, high in zip(optimizer.param_groups, lows, highs):
                self._set_momentum(group, high)
                group["max_momentum"] = high
                group["base_momentum"] = low

    def _between(self, start: float, end: float, share: float) -> float:
        if self._anneal_func_type == "linear":
            return start + (end - start) * share
        return end + (start - end) / 2 * (1 + math.cos(math.pi * share))

    def get_lr(self) -> list[float]:
        step = self.last_epoch
        if step > self.total_steps:
            raise _C.ValueError(f"Tried to step {step} times. The specified number of total steps is "
                                f"{self.total_steps}")
        begin = 0.0
        for phase in self._schedule_phases:
            if step <= phase["end_step"] or phase is self._schedule_phases[-1]:
                break
            begin = phase["end_step"]
        share = (step - begin) / (phase["end_step"] - begin)
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                self._set_momentum(group, self._between(group[phase["start_momentum"]],
                                                        group[phase["end_momentum"]], share))
        return [self._between(group[phase["start_lr"]], group[phase["end_lr"]], share)
                for group in self.optimizer.param_groups]


def _phase(end_step: float, start_lr: str, end_lr: str, start_momentum: str, end_momentum: str) -> dict[str, Any]:
    """From one rate and momentum to others, by the names of the group's entries; as it stands in PyTorch's states."""
    return {"end_step": end_step, "start_lr": start_lr, "end_lr": end_lr, "start_momentum": start_momentum,
            "end_momentum": end_momentum}


def _total_steps(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is not None:
        if not isinstance(total_steps, int) or total_steps <= 0:
            raise _C.ValueError(f"Expected positive integer total_steps, but got {total_steps}")
        return total_steps
    if epochs is None or steps_per_epoch is None:
        raise _C.ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
    for name, value in (("epochs", epochs), ("steps_per_epoch", steps_per_epoch)):
        if not isinstance(value, int) or value <= 0:
            raise _C.ValueError(f"Expected positive integer {name}, but got {value}")
    return epochs * steps_per_epoch
