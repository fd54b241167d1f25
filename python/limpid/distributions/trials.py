"""Distributions of how often trials succeed."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import Any, Optional, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid._numbers import binomial, poisson
from limpid.autograd.grad_mode import no_grad
from limpid.distributions.discrete import Categorical, _OfTrials
from limpid.distributions.distribution import (Constraint, Distribution, Number, count, nonnegative, real, real_vector,
                                               simplex, together, unit_interval)
from limpid.distributions.gammas import Gamma


class _OfSeveralTrials(_OfTrials):
    def __init__(self, total_count: Number = 1, probs: Optional[Number] = None, logits: Optional[Number] = None,
                 validate_args: Optional[bool] = None) -> None:
        given = logits if probs is None else probs
        if given is not None:
            param, total = together(given, total_count)
            self.total_count = total.to(param.dtype)
            probs, logits = (param, None) if logits is None else (probs, param)
        super().__init__(probs, logits, validate_args)


class Binomial(_OfSeveralTrials):
    """How many of total_count trials succeed."""

    arg_constraints = {"total_count": count, "probs": unit_interval, "logits": real}
    has_enumerate_support = True

    @property
    def support(self) -> Constraint:
        total = self.total_count
        return Constraint("must be whole numbers from 0 to total_count", lambda x: count.check(x) & (x <= total))

    @property
    def mean(self) -> Tensor:
        return self.total_count * self.probs

    @property
    def mode(self) -> Tensor:
        return _C.minimum(((self.total_count + 1) * self.probs).floor(), self.total_count)

    @property
    def variance(self) -> Tensor:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            shape = self._extended_shape(sample_shape)
            return binomial(self.total_count.expand(shape), self.probs.expand(shape))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        n, logits = self.total_count, self.logits
        above = (logits.clamp(min=0) + logits - logits.clamp(max=0)) / 2  # max(logits, 0), of slope 1/2 at 0
        log_norm = n * above + n * (-logits.abs()).exp().log1p() - (n + 1).lgamma()
        return value * logits - (value + 1).lgamma() - (n - value + 1).lgamma() - log_norm

    def entropy(self) -> Tensor:
        log_probs = self.log_prob(self.enumerate_support(False))
        return -(log_probs.exp() * log_probs).sum(0)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        most = int(self.total_count.max())
        if not self.total_count.min() == most:
            raise NotImplementedError("Binomial: the values can be listed only where all total_count are the same")
        values = _C.arange(1 + most, dtype=self.total_count.dtype).reshape((-1,) + (1,) * len(self.batch_shape))
        return values.expand((-1, *self.batch_shape)) if expand else values


class NegativeBinomial(_OfSeveralTrials):
    """How many trials succeed before total_count have failed."""

    arg_constraints = {
        "total_count": nonnegative, "logits": real,
        "probs": Constraint("must be 0 or above, and below 1", lambda x: (x >= 0) & (x < 1))}

    def __init__(self, total_count: Number, probs: Optional[Number] = None, logits: Optional[Number] = None,
                 validate_args: Optional[bool] = None) -> None:
        super().__init__(total_count, probs, logits, validate_args)

    @property
    def support(self) -> Constraint:
        return count

    @property
    def mean(self) -> Tensor:
        return self.total_count * self.logits.exp()

    @property
    def mode(self) -> Tensor:
        return ((self.total_count - 1) * self.logits.exp()).floor().clamp(min=0)

    @property
    def variance(self) -> Tensor:
        return self.mean / (-self.logits).sigmoid()

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """A Poisson variable whose rate is a gamma variable."""
        with no_grad():
            rate = Gamma(self.total_count, (-self.logits).exp(), validate_args=False).sample(sample_shape)
            return poisson(_C.where(self.total_count == 0, 0.0, rate))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        n, log_sigmoid = self.total_count, _C._nn.logsigmoid
        log_norm = (1.0 + value).lgamma() + n.lgamma() - (n + value).lgamma()
        log_norm = _C.where(n + value == 0, 0.0, log_norm)  # of no failures and no success
        return n * log_sigmoid(-self.logits) + value * log_sigmoid(self.logits) - log_norm


class Multinomial(Distribution):
    """How often each class came in total_count draws of one.

    Parameters
    ----------
    total_count : int
    probs, logits : Tensor
        One of both, as of Categorical.
    """

    arg_constraints = {"probs": simplex, "logits": real_vector}

    def __init__(self, total_count: int = 1, probs: Optional[Tensor] = None, logits: Optional[Tensor] = None,
                 validate_args: Optional[bool] = None) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError("Multinomial: total_count must be one int")
        self.total_count = total_count
        self._categorical = Categorical(probs, logits)
        super().__init__(self._categorical.batch_shape, self._categorical.param_shape[-1:], validate_args)

    @property
    def probs(self) -> Tensor:
        return self._categorical.probs

    @property
    def logits(self) -> Tensor:
        return self._categorical.logits

    @property
    def param_shape(self) -> Any:
        return self._categorical.param_shape

    @property
    def support(self) -> Constraint:
        total = self.total_count
        return Constraint("must be whole numbers that add up to total_count or less",
                          lambda x: count.check(x).all(-1) & (x.sum(-1) <= total), 1)

    @property
    def mean(self) -> Tensor:
        return self.probs * self.total_count

    @property
    def variance(self) -> Tensor:
        return self.total_count * self.probs * (1 - self.probs)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Any:
        new = super().expand(batch_shape)
        new._categorical = self._categorical.expand(batch_shape)
        return new

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            drawn = self._categorical.sample((self.total_count, *sample_shape))
            return _C._nn.one_hot(drawn, self.event_shape[0]).sum(0).to(self.probs.dtype)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        logits, value = _C.broadcast_tensors(self.logits, value)
        logits = _C.where((value == 0) & (logits == -math.inf), 0.0, logits)
        return (value.sum(-1) + 1).lgamma() - (value + 1).lgamma().sum(-1) + (logits * value).sum(-1)

    def entropy(self) -> Tensor:
        n = self.total_count
        each = Binomial(n, self.probs, validate_args=False)
        values = each.enumerate_support(False)[1:]
        weighed = (each.log_prob(values).exp() * (values + 1).lgamma()).sum((0, -1))
        return n * self._categorical.entropy() - math.lgamma(n + 1) + weighed
