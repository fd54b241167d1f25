"""Distributions of classes and counts."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import Any, Optional, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid._numbers import poisson
from limpid._type_info import finfo
from limpid.autograd.grad_mode import no_grad
from limpid.distributions.distribution import (Constraint, Distribution, Number, boolean, count, nonnegative,
                                               one_hot, real, real_vector, simplex, together, unit_interval)


def _clamped(probs: Tensor) -> Tensor:
    """Away from 0 and 1, where logits are infinite."""
    eps = finfo(probs.dtype).eps
    return probs.clamp(eps, 1 - eps)


def _check_one_given(name: str, probs: Any, logits: Any) -> None:
    if (probs is None) == (logits is None):
        raise ValueError(f"{name}: either probs or logits must be given, but not both")


class _OfTrials(Distribution):
    """Of trials that succeed with probability probs; logits = log(probs / (1 - probs)) in place of probs."""

    arg_constraints = {"probs": unit_interval, "logits": real}

    def __init__(self, probs: Optional[Number] = None, logits: Optional[Number] = None,
                 validate_args: Optional[bool] = None) -> None:
        _check_one_given(type(self).__name__, probs, logits)
        name, given = ("probs", probs) if probs is not None else ("logits", logits)
        assert given is not None
        (self.__dict__[name],) = together(given)
        super().__init__(self.__dict__[name].shape, validate_args=validate_args)

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        if name == "probs" and "logits" in own:
            return own["logits"].sigmoid()
        if name == "logits" and "probs" in own:
            p = _clamped(own["probs"])
            return p.log() - (-p).log1p()
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    @property
    def param_shape(self) -> Any:
        return self.batch_shape

    def _entropy_of_a_trial(self) -> Tensor:
        return _C._nn.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")


class Bernoulli(_OfTrials):
    """1 with probability probs, otherwise 0; logits = log(probs / (1 - probs)) in place of probs."""

    has_enumerate_support = True

    @property
    def support(self) -> Constraint:
        return boolean

    @property
    def mean(self) -> Tensor:
        return self.probs

    @property
    def mode(self) -> Tensor:
        p = self.probs
        return _C.where(p == 0.5, float("nan"), (p >= 0.5).to(p.dtype))

    @property
    def variance(self) -> Tensor:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            return _C.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        logits, value = _C.broadcast_tensors(self.logits, value)
        return -_C._nn.binary_cross_entropy_with_logits(logits, value.to(logits.dtype), reduction="none")

    def entropy(self) -> Tensor:
        return self._entropy_of_a_trial()

    def enumerate_support(self, expand: bool = True) -> Tensor:
        values = _C.arange(2, dtype=self.probs.dtype).reshape((2,) + (1,) * len(self.batch_shape))
        return values.expand((2, *self.batch_shape)) if expand else values


class Categorical(Distribution):
    """The classes 0, 1, ... with these probabilities (they are divided by their sum) along the last axis.

    Parameters
    ----------
    probs, logits : Tensor
        One of both; logits are logarithms of probabilities, up to a constant.
    """

    arg_constraints = {"probs": simplex, "logits": real_vector}
    has_enumerate_support = True

    def __init__(self, probs: Optional[Tensor] = None, logits: Optional[Tensor] = None,
                 validate_args: Optional[bool] = None) -> None:
        _check_one_given("Categorical", probs, logits)
        given = probs if probs is not None else logits
        assert given is not None
        if given.dim() < 1:
            raise ValueError("Categorical: the parameter must have an axis of classes")
        if probs is not None:
            self.__dict__["probs"] = given / given.sum(-1, keepdim=True)
        else:
            self.__dict__["logits"] = given - given.logsumexp(dim=-1, keepdim=True)
        super().__init__(given.shape[:-1], validate_args=validate_args)

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        if name == "probs" and "logits" in own:
            return own["logits"].softmax(-1)
        if name == "logits" and "probs" in own:
            return _clamped(own["probs"]).log()
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    @property
    def _num_events(self) -> int:
        return self.param_shape[-1]

    @property
    def param_shape(self) -> Any:
        return self.__dict__["probs" if "probs" in self.__dict__ else "logits"].shape

    @property
    def support(self) -> Constraint:
        last = self._num_events - 1
        whole = Constraint(f"must be classes from 0 to {last}", lambda x: count.check(x) & (x <= last))
        return whole

    @property
    def mean(self) -> Tensor:
        return _C.full(tuple(self.batch_shape), float("nan"), dtype=self.probs.dtype)

    @property
    def variance(self) -> Tensor:
        return self.mean

    @property
    def mode(self) -> Tensor:
        return self.probs.argmax(dim=-1)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        wanted = self._extended_shape(sample_shape)
        with no_grad():
            rows = self.probs.detach().reshape(-1, self._num_events)
            draws = 1
            for size in sample_shape:
                draws *= size
            return _C.multinomial(rows, draws, True).t().reshape(tuple(wanted))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        value, logits = _C.broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return logits.gather(-1, value[..., :1]).squeeze(-1)

    def entropy(self) -> Tensor:
        logits = self.logits.clamp(min=finfo(self.logits.dtype).min)
        return -(logits * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        values = _C.arange(self._num_events).reshape((-1,) + (1,) * len(self.batch_shape))
        return values.expand((self._num_events, *self.batch_shape)) if expand else values


class OneHotCategorical(Distribution):
    """The classes of a Categorical as vectors of 0 with a 1."""

    arg_constraints = {"probs": simplex, "logits": real_vector}
    has_enumerate_support = True

    def __init__(self, probs: Optional[Tensor] = None, logits: Optional[Tensor] = None,
                 validate_args: Optional[bool] = None) -> None:
        _check_one_given("OneHotCategorical", probs, logits)
        self._categorical = Categorical(probs, logits, validate_args)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Any:
        new = super().expand(batch_shape)
        new._categorical = self._categorical.expand(batch_shape)
        return new

    @property
    def support(self) -> Constraint:
        return one_hot

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
    def mean(self) -> Tensor:
        return self.probs

    @property
    def mode(self) -> Tensor:
        return _C._nn.one_hot(self.probs.argmax(-1), self.probs.shape[-1]).to(self.probs.dtype)

    @property
    def variance(self) -> Tensor:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return _C._nn.one_hot(self._categorical.sample(sample_shape), self.probs.shape[-1]).to(self.probs.dtype)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return self._categorical.log_prob(value.argmax(-1))

    def entropy(self) -> Tensor:
        return self._categorical.entropy()

    def enumerate_support(self, expand: bool = True) -> Tensor:
        n = self.event_shape[0]
        values = _C.eye(n, dtype=self.probs.dtype).reshape((n,) + (1,) * len(self.batch_shape) + (n,))
        return values.expand((n, *self.batch_shape, n)) if expand else values


class Poisson(Distribution):
    """How often something happens that happens `rate` times in the mean."""

    arg_constraints = {"rate": nonnegative}

    def __init__(self, rate: Number, validate_args: Optional[bool] = None) -> None:
        (self.rate,) = together(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        return count

    @property
    def mean(self) -> Tensor:
        return self.rate

    @property
    def mode(self) -> Tensor:
        return self.rate.floor()

    @property
    def variance(self) -> Tensor:
        return self.rate

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            return poisson(self.rate.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return _C.xlogy(value, self.rate) - self.rate - (value + 1).lgamma()


class Geometric(_OfTrials):
    """How many trials fail before the first that succeeds."""

    def __init__(self, probs: Optional[Number] = None, logits: Optional[Number] = None,
                 validate_args: Optional[bool] = None) -> None:
        super().__init__(probs, logits, validate_args)
        if self._validate_args and probs is not None and not (self.probs > 0).all():
            raise ValueError("Geometric: probs must be above 0")

    @property
    def support(self) -> Constraint:
        return count

    @property
    def mean(self) -> Tensor:
        return 1 / self.probs - 1

    @property
    def mode(self) -> Tensor:
        return _C.zeros_like(self.probs)

    @property
    def variance(self) -> Tensor:
        return (1 / self.probs - 1) / self.probs

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            u = _C.rand(self._extended_shape(sample_shape), dtype=self.probs.dtype)
            return (u.clamp(min=finfo(u.dtype).tiny).log() / (-self.probs).log1p()).floor()

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        probs = _C.where((value == 0) & (self.probs == 1), 0.0, self.probs)  # no failure: 0 log 0 is 0
        return value * (-probs).log1p() + self.probs.log()

    def entropy(self) -> Tensor:
        return self._entropy_of_a_trial() / self.probs
