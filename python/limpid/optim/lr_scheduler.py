"""Learning rates that change from epoch to epoch.

Call step() once an epoch (some: once a batch), behind the optimiser's. A schedule begins with each group's
"initial_lr": the rate that the group had when the first schedule of its optimiser was made. Each step is
computed from the rate that the group has then, so that schedules can be chained and rates that a script has
changed are moved on by the same factor.
"""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
import types
from bisect import bisect_right
from collections import Counter
from typing import Any, Callable, Iterable, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_classes
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
                group.setdefault("initial_lr", _number(group["lr"]))
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
        return [_number(group["lr"]) for group in self.optimizer.param_groups]

    def _scaled(self, factor: float) -> list[float]:
        return [rate * factor for rate in self._rates()]

    def state_dict(self) -> dict[str, Any]:
        """All that it keeps, but the optimiser."""
        return {key: value for key, value in self.__dict__.items() if key not in ("optimizer", "_is_initial")}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Goes on from a saved state. The rates are those of the optimiser's own state."""
        self.__dict__.update(state_dict)


_LRScheduler = LRScheduler


def _number(value: Any) -> float:
    return value.item() if isinstance(value, _C.Tensor) else value


def _for_groups(name: str, value: Any, optimizer: Optimizer) -> list[Any]:
    """One value for all groups, or one for each."""
    if not isinstance(value, (list, tuple)):
        return [value] * len(optimizer.param_groups)
    if len(value) != len(optimizer.param_groups):
        raise _C.ValueError(f"{name} must have the same length as optimizer.param_groups. {name} has "
                            f"{len(value)} "
                            f"values, param_groups has {len(optimizer.param_groups)}.")
    return list(value)


# ---- by functions of the user's


class _FunctionLR(LRScheduler):
    """One function for all groups, or one for each. Functions are not saved with the state; objects that can
    be called save their attributes."""

    def __init__(self, optimizer: Optimizer,
                 lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
                 last_epoch: int = -1) -> None:
        self.lr_lambdas = _for_groups("lr_lambda", lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def state_dict(self) -> dict[str, Any]:
        state = super().state_dict()
        state["lr_lambdas"] = [None if isinstance(f, (types.FunctionType, types.BuiltinFunctionType))
                               else dict(f.__dict__) for f in self.lr_lambdas]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        state = dict(state_dict)
        for function, saved in zip(self.lr_lambdas, state.pop("lr_lambdas")):
            if saved is not None:
                function.__dict__.update(saved)
        self.__dict__.update(state)


class LambdaLR(_FunctionLR):
    """lr = base f(epoch)"""

    def get_lr(self) -> list[float]:
        return [base * f(self.last_epoch) for f, base in zip(self.lr_lambdas, self.base_lrs)]


class MultiplicativeLR(_FunctionLR):
    """lr = the last lr f(epoch), from epoch 1 on"""

    def get_lr(self) -> list[float]:
        if self._is_initial:
            return self._rates()
        return [rate * f(self.last_epoch) for f, rate in zip(self.lr_lambdas, self._rates())]


# ---- by a factor


class StepLR(LRScheduler):
    """lr = base gamma^floor(epoch / step_size)"""

    def __init__(self, optimizer: Optimizer, step_size: float, gamma: float = 0.1,
                 last_epoch: int = -1) -> None:
        if step_size < 1:
            raise _C.ValueError(f"StepLR: step_size must be at least 1, got {step_size}")
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0 or self.last_epoch % self.step_size:
            return self._rates()
        return self._scaled(self.gamma)

    def _get_closed_form_lr(self) -> list[float]:
        return [base * self.gamma**(self.last_epoch // self.step_size) for base in self.base_lrs]


class MultiStepLR(LRScheduler):
    """lr = base gamma^(the number of milestones reached)"""

    def __init__(self, optimizer: Optimizer, milestones: Iterable[float], gamma: float = 0.1,
                 last_epoch: int = -1) -> None:
        self.milestones = Counter(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return self._scaled(self.gamma**self.milestones.get(self.last_epoch, 0))

    def _get_closed_form_lr(self) -> list[float]:
        reached = bisect_right(sorted(self.milestones.elements()), self.last_epoch)
        return [base * self.gamma**reached for base in self.base_lrs]


class ConstantLR(LRScheduler):
    """lr = base factor before epoch total_iters, and base from there on"""

    def __init__(self, optimizer: Optimizer, factor: float = 1.0 / 3, total_iters: float = 5,
                 last_epoch: int = -1) -> None:
        if not 0 <= factor <= 1:
            raise _C.ValueError("Constant multiplicative factor expected to be between 0 and 1.")
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return self._scaled(self.factor)
        return self._scaled(1 / self.factor) if self.last_epoch == self.total_iters else self._rates()

    def _get_closed_form_lr(self) -> list[float]:
        factor = self.factor if self.last_epoch < self.total_iters else 1
        return [base * factor for base in self.base_lrs]


class LinearLR(LRScheduler):
    """The factor goes straight from start_factor to end_factor in total_iters epochs: a warm-up"""

    def __init__(self, optimizer: Optimizer, start_factor: float = 1.0 / 3, end_factor: float = 1.0,
                 total_iters: float = 5, last_epoch: int = -1) -> None:
        if not 0 < start_factor <= 1:
            raise _C.ValueError("Starting multiplicative factor expected to be greater than 0 and less or "
                                "equal to 1.")
        if not 0 <= end_factor <= 1:
            raise _C.ValueError("Ending multiplicative factor expected to be between 0 and 1.")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _factor(self, epoch: int) -> float:
        share = min(epoch, self.total_iters) / self.total_iters
        return self.start_factor + (self.end_factor - self.start_factor) * share

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return self._scaled(self.start_factor)
        if self._is_initial or self.last_epoch > self.total_iters:
            return self._rates()
        return self._scaled(self._factor(self.last_epoch) / self._factor(self.last_epoch - 1))

    def _get_closed_form_lr(self) -> list[float]:
        return [base * self._factor(self.last_epoch) for base in self.base_lrs]


class ExponentialLR(LRScheduler):
    """lr = base gamma^epoch"""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return self._rates() if self._is_initial else self._scaled(self.gamma)

    def _get_closed_form_lr(self) -> list[float]:
        return [base * self.gamma**self.last_epoch for base in self.base_lrs]


class PolynomialLR(LRScheduler):
    """lr = base (1 - min(epoch, total_iters) / total_iters)^power"""

    def __init__(self, optimizer: Optimizer, total_iters: float = 5, power: float = 1.0,
                 last_epoch: int = -1) -> None:
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def _factor(self, epoch: int) -> float:
        return (1 - min(epoch, self.total_iters) / self.total_iters)**self.power

    def get_lr(self) -> list[float]:
        if self._is_initial or self.last_epoch > self.total_iters:
            return self._rates()
        return self._scaled(self._factor(self.last_epoch) / self._factor(self.last_epoch - 1))

    def _get_closed_form_lr(self) -> list[float]:
        return [base * self._factor(self.last_epoch) for base in self.base_lrs]


# ---- by a cosine


class CosineAnnealingLR(LRScheduler):
    """lr = eta_min + (base - eta_min) (1 + cos(pi epoch / T_max)) / 2; it rises again behind T_max.

    Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017.
    """

    def __init__(self, optimizer: Optimizer, T_max: float, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def _height(self, epoch: int) -> float:
        return (1 + math.cos(math.pi * epoch / self.T_max)) / 2

    def get_lr(self) -> list[float]:
        epoch = self.last_epoch
        if self._is_initial:
            return self._rates()
        if (epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # the epoch before was at the bottom
            rise = (1 - math.cos(math.pi / self.T_max)) / 2
            return [rate + (base - self.eta_min) * rise for base, rate in zip(self.base_lrs, self._rates())]
        ratio = self._height(epoch) / self._height(epoch - 1)
        return [self.eta_min + (rate - self.eta_min) * ratio for rate in self._rates()]

    def _get_closed_form_lr(self) -> list[float]:
        height = self._height(self.last_epoch)
        return [self.eta_min + (base - self.eta_min) * height for base in self.base_lrs]


class CosineAnnealingWarmRestarts(LRScheduler):
    """The same with T_cur, the epochs since the last restart, and T_i, those between restarts: T_0 at first,
    then each time T_mult times as many. step(epoch + batch / batches) goes to any point."""

    def __init__(self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0,
                 last_epoch: int = -1) -> None:
        if T_0 <= 0 or not isinstance(T_0, int):
            raise _C.ValueError(f"Expected positive integer T_0, but got {T_0}")
        if T_mult < 1 or not isinstance(T_mult, int):
            raise _C.ValueError(f"Expected integer T_mult >= 1, but got {T_mult}")
        if not isinstance(eta_min, (float, int)):
            raise _C.ValueError(f"Expected float or int eta_min, but got {eta_min} of type {type(eta_min)}")
        self.T_0 = T_0
        self.T_i: Any = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_cur: Any = last_epoch
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        height = (1 + math.cos(math.pi * self.T_cur / self.T_i)) / 2
        return [self.eta_min + (base - self.eta_min) * height for base in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        if epoch is None and self.last_epoch < 0:
            epoch = 0
        if epoch is None:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
        else:
            self._go_to(epoch)
        self._step_count += 1
        self.last_epoch = math.floor(epoch)
        self._set_rates(self.get_lr())

    def _go_to(self, epoch: float) -> None:
        if epoch < 0:
            raise _C.ValueError(f"Expected non-negative epoch, but got {epoch}")
        if epoch < self.T_0:
            self.T_cur, self.T_i = epoch, self.T_0
        elif self.T_mult == 1:
            self.T_cur, self.T_i = epoch % self.T_0, self.T_0
        else:  # T_0 (1 + T_mult + ... + T_mult^(n-1)) epochs lie before restart n
            n = int(math.log(epoch / self.T_0 * (self.T_mult - 1) + 1, self.T_mult))
            self.T_cur = epoch - self.T_0 * (self.T_mult**n - 1) / (self.T_mult - 1)
            self.T_i = self.T_0 * self.T_mult**n


# ---- cycles of the rate and of the momentum


class _CycledMomentum:
    """The momentum of an optimiser, or the first of its betas."""

    def __init__(self, optimizer: Optimizer) -> None:
        if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
            raise _C.ValueError("optimizer must support momentum or beta1 with `cycle_momentum` option "
                                "enabled")
        self.uses_betas = "betas" in optimizer.defaults

    def set(self, group: dict[str, Any], momentum: float) -> None:
        if self.uses_betas:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum

    def get(self, group: dict[str, Any]) -> float:
        return group["betas"][0] if self.uses_betas else group["momentum"]


class CyclicLR(LRScheduler):
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
        base_lrs = _for_groups("base_lr", base_lr, optimizer)
        if last_epoch == -1:
            for group, rate in zip(optimizer.param_groups, base_lrs):
                group["lr"] = rate
        self.max_lrs = _for_groups("max_lr", max_lr, optimizer)
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
            self._momentum = _CycledMomentum(optimizer)
            self.base_momentums = _for_groups("base_momentum", base_momentum, optimizer)
            self.max_momentums = _for_groups("max_momentum", max_momentum, optimizer)
            if last_epoch == -1:
                for group, high in zip(optimizer.param_groups, self.max_momentums):
                    self._momentum.set(group, high)
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
                self._momentum.set(group, high - (high - low) * height)
        return [low + (high - low) * height for low, high in zip(self.base_lrs, self.max_lrs)]

    def state_dict(self) -> dict[str, Any]:
        state = super().state_dict()
        function = state.pop("_scale_fn")
        state.pop("_momentum", None)
        if function is not None and not isinstance(function, types.FunctionType):
            state["_scale_fn_custom"] = dict(function.__dict__)
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        state = dict(state_dict)
        saved = state.pop("_scale_fn_custom", None)
        if saved is not None and self._scale_fn is not None:
            self._scale_fn.__dict__.update(saved)
        self.__dict__.update(state)


class OneCycleLR(LRScheduler):
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
        # (last step, rate from, rate to, momentum from, momentum to), by the names of the group's entries
        high, low = "max_momentum", "base_momentum"
        first = float(pct_start * self.total_steps) - 1
        if three_phase:
            self._schedule_phases = [(first, "initial_lr", "max_lr", high, low),
                                     (2 * float(pct_start * self.total_steps) - 2, "max_lr", "initial_lr",
                                      low, high),
                                     (self.total_steps - 1, "initial_lr", "min_lr", high, high)]
        else:
            self._schedule_phases = [(first, "initial_lr", "max_lr", high, low),
                                     (self.total_steps - 1, "max_lr", "min_lr", low, high)]
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._momentum = _CycledMomentum(optimizer)
        if last_epoch == -1:
            self._mark_groups(optimizer, max_lr, base_momentum, max_momentum, div_factor, final_div_factor)
        super().__init__(optimizer, last_epoch)

    def _mark_groups(self, optimizer: Optimizer, max_lr: Any, base_momentum: Any, max_momentum: Any,
                     div_factor: float, final_div_factor: float) -> None:
        for group, peak in zip(optimizer.param_groups, _for_groups("max_lr", max_lr, optimizer)):
            group["initial_lr"] = peak / div_factor
            group["max_lr"] = peak
            group["min_lr"] = group["initial_lr"] / final_div_factor
        if self.cycle_momentum:
            lows = _for_groups("base_momentum", base_momentum, optimizer)
            highs = _for_groups("max_momentum", max_momentum, optimizer)
            for group, low, high in zip(optimizer.param_groups, lows, highs):
                self._momentum.set(group, high)
                group["base_momentum"] = low
                group["max_momentum"] = high

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
        for end, lr_from, lr_to, momentum_from, momentum_to in self._schedule_phases:
            if step <= end or end == self._schedule_phases[-1][0]:
                break
            begin = end
        share = (step - begin) / (end - begin)
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                self._momentum.set(group, self._between(group[momentum_from], group[momentum_to], share))
        return [self._between(group[lr_from], group[lr_to], share) for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        state = super().state_dict()
        state.pop("_momentum", None)
        return state


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


# ---- made of others


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


# ---- by a metric


class ReduceLROnPlateau(LRScheduler):
    """The rate falls when a metric has stopped to improve; call step(metric) once an epoch.

    Parameters
    ----------
    mode : "min" or "max"
        Whether the metric should fall or rise.
    factor : float
        Of each reduction, below 1.
    patience : int
        Epochs without improvement that are let pass.
    threshold : float
        Improvements smaller than this do not count.
    threshold_mode : "rel" or "abs"
        A share of the best, or a difference to it.
    cooldown : int
        Epochs after a reduction that are not counted.
    min_lr : float or list of floats
    eps : float
        A rate is left alone where it would change by no more.
    """

    def __init__(self, optimizer: Optimizer, mode: str = "min", factor: float = 0.1, patience: float = 10,
                 threshold: float = 1e-4, threshold_mode: str = "rel", cooldown: float = 0, min_lr: Rates = 0,
                 eps: float = 1e-8) -> None:
        if factor >= 1.0:
            raise _C.ValueError("Factor should be < 1.0.")
        if mode not in ("min", "max"):
            raise _C.ValueError(f"mode {mode} is unknown!")
        if threshold_mode not in ("rel", "abs"):
            raise _C.ValueError(f"threshold mode {threshold_mode} is unknown!")
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.min_lrs = _for_groups("min_lr", min_lr, optimizer)
        self.eps = eps
        self.last_epoch = 0
        self._last_lr = self._rates()
        self._reset()

    def _reset(self) -> None:
        """No metrics seen."""
        self.best = math.inf if self.mode == "min" else -math.inf
        self.cooldown_counter: float = 0
        self.num_bad_epochs = 0

    def step(self, metrics: Any, epoch: int | None = None) -> None:  # type: ignore[override]
        metric = float(metrics)
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        if self.is_better(metric, self.best):
            self.best = metric
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce_lr(self.last_epoch)
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._last_lr = self._rates()

    def _reduce_lr(self, epoch: int) -> None:
        for group, least in zip(self.optimizer.param_groups, self.min_lrs):
            before = _number(group["lr"])
            after = max(before * self.factor, least)
            if before - after > self.eps:
                group["lr"] = after

    @property
    def in_cooldown(self) -> bool:
        return self.cooldown_counter > 0

    def is_better(self, a: float, best: float) -> bool:
        if self.threshold_mode == "rel":
            if self.mode == "min":
                return a < best * (1 - self.threshold)
            return a > best * (1 + self.threshold)
        return a < best - self.threshold if self.mode == "min" else a > best + self.threshold


check_classes(globals(), __name__, eager=True)
