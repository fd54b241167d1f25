"""More distributions of numbers above 0."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import Optional, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid._type_info import finfo
from limpid.distributions.continuous import Cauchy, Exponential, _EULER
from limpid.distributions.distribution import (Constraint, Distribution, Number, between, nonnegative, positive, together,
                                               unit_interval)
from limpid.distributions.gammas import Gamma


class HalfCauchy(Distribution):
    """The absolute value of a Cauchy variable around 0."""

    arg_constraints = {"scale": positive}
    has_rsample = True

    def __init__(self, scale: Number, validate_args: Optional[bool] = None) -> None:
        (self.scale,) = together(scale)
        super().__init__(self.scale.shape, validate_args=validate_args)

    @property
    def _cauchy(self) -> Cauchy:
        return Cauchy(0.0, self.scale, validate_args=False)

    @property
    def support(self) -> Constraint:
        return nonnegative

    @property
    def mean(self) -> Tensor:
        return _C.full_like(self.scale, math.inf)

    @property
    def mode(self) -> Tensor:
        return _C.zeros_like(self.scale)

    @property
    def variance(self) -> Tensor:
        return self._cauchy.variance

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self._cauchy.rsample(sample_shape).abs()

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return _C.where(value >= 0, self._cauchy.log_prob(value) + math.log(2), -math.inf)

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return 2 * self._cauchy.cdf(value) - 1

    def icdf(self, value: Tensor) -> Tensor:
        return self._cauchy.icdf((value + 1) / 2)

    def entropy(self) -> Tensor:
        return self._cauchy.entropy() - math.log(2)


class Pareto(Distribution):
    """From scale on, of density proportional to x^-(alpha + 1)."""

    arg_constraints = {"alpha": positive, "scale": positive}
    has_rsample = True

    def __init__(self, scale: Number, alpha: Number, validate_args: Optional[bool] = None) -> None:
        self.scale, self.alpha = together(scale, alpha)
        super().__init__(self.scale.shape, validate_args=validate_args)

    @property
    def _exponential(self) -> Exponential:
        """Of log(x / scale)."""
        return Exponential(self.alpha, validate_args=False)

    @property
    def support(self) -> Constraint:
        return between(self.scale, math.inf, "must be scale or above")

    @property
    def mean(self) -> Tensor:
        alpha = self.alpha.clamp(min=1)  # infinite below
        return alpha * self.scale / (alpha - 1)

    @property
    def mode(self) -> Tensor:
        return self.scale

    @property
    def variance(self) -> Tensor:
        alpha = self.alpha.clamp(min=2)
        return self.scale.pow(2) * alpha / ((alpha - 1).pow(2) * (alpha - 2))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self.scale * self._exponential.rsample(sample_shape).exp()

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return self.alpha.log() + self.alpha * (self.scale / value).log() - value.log()

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return self._exponential.cdf((value / self.scale).log())

    def icdf(self, value: Tensor) -> Tensor:
        return self.scale * self._exponential.icdf(value).exp()

    def entropy(self) -> Tensor:
        return (self.scale / self.alpha).log() + 1 + self.alpha.reciprocal()


class Weibull(Distribution):
    """How long something lasts whose rate of failing grows as x^(concentration - 1)."""

    arg_constraints = {"scale": positive, "concentration": positive}
    has_rsample = True

    def __init__(self, scale: Number, concentration: Number, validate_args: Optional[bool] = None) -> None:
        self.scale, self.concentration = together(scale, concentration)
        super().__init__(self.scale.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        return positive

    def _moment(self, power: int) -> Tensor:
        """E[(x / scale)^power]"""
        return (1 + power / self.concentration).lgamma().exp()

    @property
    def mean(self) -> Tensor:
        return self.scale * self._moment(1)

    @property
    def mode(self) -> Tensor:
        k = self.concentration
        return self.scale * ((k - 1) / k) ** k.reciprocal()

    @property
    def variance(self) -> Tensor:
        return self.scale.pow(2) * (self._moment(2) - self._moment(1).pow(2))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        u = _C.rand(self._extended_shape(sample_shape), dtype=self.scale.dtype).clamp(min=finfo(self.scale.dtype).tiny)
        return self.icdf(u)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        k, y = self.concentration, value / self.scale
        return (k / self.scale).log() + (k - 1) * y.log() - y.pow(k)

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return -(-(value / self.scale).pow(self.concentration)).expm1()

    def icdf(self, value: Tensor) -> Tensor:
        return self.scale * (-(-value).log1p()).pow(self.concentration.reciprocal())

    def entropy(self) -> Tensor:
        k = self.concentration
        return _EULER * (1 - k.reciprocal()) + (self.scale / k).log() + 1


class Kumaraswamy(Distribution):
    """From 0 to 1, much as Beta, with a cumulated density in closed form: 1 - (1 - x^a)^b."""

    arg_constraints = {"concentration1": positive, "concentration0": positive}
    has_rsample = True

    def __init__(self, concentration1: Number, concentration0: Number, validate_args: Optional[bool] = None) -> None:
        self.concentration1, self.concentration0 = together(concentration1, concentration0)
        super().__init__(self.concentration1.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        return unit_interval

    def _moment(self, power: int) -> Tensor:
        a, b = 1 + power / self.concentration1, self.concentration0
        return b * (a.lgamma() + b.lgamma() - (a + b).lgamma()).exp()

    @property
    def mean(self) -> Tensor:
        return self._moment(1)

    @property
    def mode(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        log_mode = b.reciprocal() * (-b).log1p() - (-b * a).log1p()
        return _C.where((a < 1) | (b < 1), math.nan, log_mode.exp())

    @property
    def variance(self) -> Tensor:
        return self._moment(2) - self.mean.pow(2)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        limits = finfo(self.concentration0.dtype)
        u = _C.rand(self._extended_shape(sample_shape), dtype=self.concentration0.dtype)
        return self.icdf(u.clamp(limits.tiny, 1 - limits.eps))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        a, b = self.concentration1, self.concentration0
        return (a * b).log() + (a - 1) * value.log() + (b - 1) * (-value.pow(a)).log1p()

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return 1 - (1 - value.pow(self.concentration1)).pow(self.concentration0)

    def icdf(self, value: Tensor) -> Tensor:
        return (1 - (1 - value).pow(self.concentration0.reciprocal())).pow(self.concentration1.reciprocal())

    def entropy(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        harmonic = (b + 1).digamma() + _EULER
        return 1 - b.reciprocal() + (1 - a.reciprocal()) * harmonic - a.log() - b.log()


class InverseGamma(Distribution):
    """1 / x of a gamma variable x."""

    arg_constraints = {"concentration": positive, "rate": positive}
    has_rsample = True

    def __init__(self, concentration: Number, rate: Number, validate_args: Optional[bool] = None) -> None:
        self.concentration, self.rate = together(concentration, rate)
        super().__init__(self.concentration.shape, validate_args=validate_args)

    @property
    def _gamma(self) -> Gamma:
        return Gamma(self.concentration, self.rate, validate_args=False)

    @property
    def support(self) -> Constraint:
        return positive

    @property
    def mean(self) -> Tensor:
        return _C.where(self.concentration > 1, self.rate / (self.concentration - 1), math.inf)

    @property
    def mode(self) -> Tensor:
        return self.rate / (self.concentration + 1)

    @property
    def variance(self) -> Tensor:
        a = self.concentration
        return _C.where(a > 2, self.rate.square() / ((a - 1).square() * (a - 2)), math.inf)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self._gamma.rsample(sample_shape).reciprocal()

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return self._gamma.log_prob(value.reciprocal()) - 2 * value.log()

    def entropy(self) -> Tensor:
        a = self.concentration
        return a + self.rate.log() + a.lgamma() - (1 + a) * a.digamma()


class FisherSnedecor(Distribution):
    """The quotient of two Chi2 variables, each divided by its degrees of freedom."""

    arg_constraints = {"df1": positive, "df2": positive}
    has_rsample = True

    def __init__(self, df1: Number, df2: Number, validate_args: Optional[bool] = None) -> None:
        self.df1, self.df2 = together(df1, df2)
        super().__init__(self.df1.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        return positive

    @property
    def mean(self) -> Tensor:
        return _C.where(self.df2 > 2, self.df2 / (self.df2 - 2), math.nan)

    @property
    def mode(self) -> Tensor:
        mode = (self.df1 - 2) / self.df1 * self.df2 / (self.df2 + 2)
        return _C.where(self.df1 > 2, mode, math.nan)

    @property
    def variance(self) -> Tensor:
        a, b = self.df1, self.df2
        variance = 2 * b.pow(2) * (a + b - 2) / (a * (b - 2).pow(2) * (b - 4))
        return _C.where(b > 4, variance, math.nan)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        above, below = (Gamma(df / 2, df, validate_args=False).rsample(sample_shape) for df in (self.df1, self.df2))
        return (above / below).clamp(min=finfo(above.dtype).tiny)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        a, b, ratio = self.df1 / 2, self.df2 / 2, self.df1 / self.df2
        log_beta = a.lgamma() + b.lgamma() - (a + b).lgamma()
        return a * ratio.log() + (a - 1) * value.log() - (a + b) * (ratio * value).log1p() - log_beta
