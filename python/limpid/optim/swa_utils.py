"""Averages of a model's weights over its training: of equal weight (SWA), or an exponential one (EMA).

References
----------
Izmailov, Podoprikhin, Garipov, Vetrov, Wilson, Averaging weights leads to wider optima and better generalization, UAI 2018
"""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import copy
import itertools
import math
from typing import Any, Callable, Iterable, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_classes
from limpid.autograd.grad_mode import no_grad
from limpid.nn.modules.batchnorm import _BatchNorm
from limpid.nn.modules.module import Module
from limpid.optim.lr_scheduler.scheduler import LRScheduler, for_groups
from limpid.optim.optimizer import Optimizer

__all__ = ["AveragedModel", "SWALR", "get_ema_avg_fn", "get_ema_multi_avg_fn", "get_swa_avg_fn", "get_swa_multi_avg_fn",
           "update_bn"]

Average = Callable[[Tensor, Tensor, Union[Tensor, int]], Tensor]
MultiAverage = Callable[[list[Tensor], list[Tensor], Union[Tensor, int]], None]


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """avg_fn of an exponential average: decay x average + (1 - decay) x new."""
    _check_decay(decay)

    def average(ema_param: Tensor, current_param: Tensor, num_averaged: Any) -> Tensor:
        return decay * ema_param + (1 - decay) * current_param

    return no_grad()(average)


def get_ema_multi_avg_fn(decay: float = 0.999) -> MultiAverage:
    """multi_avg_fn of an exponential average."""
    _check_decay(decay)

    def average(ema_param_list: list[Tensor], current_param_list: list[Tensor], num_averaged: Any) -> None:
        for ema, new in zip(ema_param_list, current_param_list):
            ema.copy_(ema.lerp(new, 1 - decay) if ema.is_floating_point() else ema * decay + new * (1 - decay))

    return no_grad()(average)


def get_swa_avg_fn() -> Average:
    """avg_fn of the mean of all models so far."""

    def average(averaged_param: Tensor, current_param: Tensor, num_averaged: Any) -> Tensor:
        return averaged_param + (current_param - averaged_param) / (num_averaged + 1)

    return no_grad()(average)


def get_swa_multi_avg_fn() -> MultiAverage:
    """multi_avg_fn of the mean of all models so far."""

    def average(averaged_param_list: list[Tensor], current_param_list: list[Tensor], num_averaged: Any) -> None:
        weight = 1 / (int(num_averaged) + 1)
        for mean, new in zip(averaged_param_list, current_param_list):
            mean.copy_(mean.lerp(new, weight) if mean.is_floating_point() else mean + (new - mean) * weight)

    return no_grad()(average)


def _check_decay(decay: float) -> None:
    if not 0 <= decay <= 1:
        raise _C.ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")


class AveragedModel(Module):
    """A copy of a model whose parameters are averages of the model's at the calls of update_parameters().

    Parameters
    ----------
    model : Module
    device : device, optional
    avg_fn : callable, optional
        (average, new, how many were averaged) -> the new average of one parameter. Default: the mean.
    multi_avg_fn : callable, optional
        The same for lists of parameters of one dtype, in place.
    use_buffers : bool
        Buffers are averaged too; otherwise they are copied.

    Attributes
    ----------
    module : Module
        The copy.
    n_averaged : Tensor
    """

    n_averaged: Tensor

    def __init__(self, model: Module, device: Any = None, avg_fn: Optional[Average] = None,
                 multi_avg_fn: Optional[MultiAverage] = None, use_buffers: bool = False) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = copy.deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", _C.tensor(0, device=device))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Takes the model's parameters into the average."""
        averages, new = (list(_averaged(m, self.use_buffers)) for m in (self.module, model))
        if self.n_averaged == 0:
            for average, value in zip(averages, new):
                average.copy_(value)
        elif self.avg_fn is not None:
            for average, value in zip(averages, new):
                average.copy_(self.avg_fn(average, value, self.n_averaged))
        else:
            update = self.multi_avg_fn or get_swa_multi_avg_fn()
            for dtype in dict.fromkeys(average.dtype for average in averages):
                pairs = [(average, value) for average, value in zip(averages, new) if average.dtype is dtype]
                update([average for average, _ in pairs], [value for _, value in pairs], self.n_averaged)
        if not self.use_buffers:
            for own, value in zip(self.module.buffers(), model.buffers()):
                own.detach().copy_(value.detach())
        self.n_averaged += 1


def _averaged(model: Module, buffers: bool) -> Iterable[Tensor]:
    tensors = itertools.chain(model.parameters(), model.buffers()) if buffers else model.parameters()
    return (tensor.detach() for tensor in tensors)


def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Computes the running statistics of batch normalisations anew, by one pass over the data.

    Parameters
    ----------
    loader : iterable
        Of inputs, or of tuples and lists that begin with one.
    """
    layers = [layer for layer in model.modules() if isinstance(layer, _BatchNorm)]
    if not layers:
        return
    momenta, training = [layer.momentum for layer in layers], model.training
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # the mean of all batches
    model.train()
    with no_grad():
        for batch in loader:
            input = batch[0] if isinstance(batch, (list, tuple)) else batch
            model(input if device is None else input.to(device))
    for layer, momentum in zip(layers, momenta):
        layer.momentum = momentum
    model.train(training)


class SWALR(LRScheduler):
    """From the rate of now to `swa_lr` within `anneal_epochs`, and constant then.

    Parameters
    ----------
    optimizer : Optimizer
    swa_lr : float, or one for each group
    anneal_epochs : int
    anneal_strategy : str
        "cos" or "linear".
    last_epoch : int
    """

    def __init__(self, optimizer: Optimizer, swa_lr: float | Sequence[float], anneal_epochs: int = 10,
                 anneal_strategy: str = "cos", last_epoch: int = -1) -> None:
        if anneal_strategy not in ("cos", "linear"):
            raise _C.ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise _C.ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        for rate, group in zip(for_groups("swa_lr", swa_lr, optimizer), optimizer.param_groups):
            group["swa_lr"] = rate
        self.anneal_epochs, self._anneal_strategy = anneal_epochs, anneal_strategy
        super().__init__(optimizer, last_epoch)

    def _part(self, step: int) -> float:
        """How much of the way to swa_lr is gone."""
        t = max(0.0, min(1.0, step / max(1, self.anneal_epochs)))
        return t if self._anneal_strategy == "linear" else (1 - math.cos(math.pi * t)) / 2

    def get_lr(self) -> list[float]:
        step = max(self._step_count - 1, 1 if self.anneal_epochs == 0 else 0)
        before, now = self._part(step - 1), self._part(step)
        goals = [group["swa_lr"] for group in self.optimizer.param_groups]
        # lr = (1 - before) start + before goal; it may have been changed since
        starts = [goal if before == 1 else (rate - before * goal) / (1 - before) for rate, goal in zip(self._rates(), goals)]
        return [goal * now + start * (1 - now) for start, goal in zip(starts, goals)]


check_classes(globals(), __name__)
