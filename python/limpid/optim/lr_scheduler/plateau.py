"""Rates that fall by a metric."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import Any

from limpid import _C
from limpid.optim.lr_scheduler.scheduler import LRScheduler, Rates, for_groups, number
from limpid.optim.optimizer import Optimizer


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
        self.min_lrs = for_groups("min_lr", min_lr, optimizer)
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
            before = number(group["lr"])
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
