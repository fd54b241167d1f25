"""Distributions made of gamma variables, whose samples have gradients to their parameters."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import Any, Optional, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid._type_info import finfo
from limpid.autograd.function import Function, once_differentiable
from limpid.distributions.distribution import (Constraint, Distribution, Number, nonnegative, positive, positive_vector,
                                               real, simplex, together, unit_interval)


class _StandardGamma(Function):
    """Draws of which x moves with the concentration a so that its share of the distribution, P(a, x), stays the same
    (Figurnov, Mohamed and Mnih, Implicit reparameterization gradients, NeurIPS 2018)."""

    @staticmethod
    def forward(ctx: Any, concentration: Tensor) -> Tensor:
        x = standard_gamma(concentration)
        ctx.save_for_backward(concentration, x)
        return x

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        concentration, x = ctx.saved_tensors
        return gradient * slope(concentration.double(), x.double()).to(x.dtype)


def slope(a: Tensor, x: Tensor) -> Tensor:
    """dx/da = -(dP(a, x) / da) / (dP(a, x) / dx), with the series
    P(a, x) = sum_k t_k, t_k = x^(a+k) exp(-x) / Gamma(a+k+1), dt_k/da = t_k (log x - digamma(a+k+1)), and dP/dx = t_0 a / x."""
    term, digamma, log_x = _C.ones_like(a), (a + 1).digamma(), x.log()
    total = log_x - digamma
    added, k = total, 0
    while ((a + k < x) | (added.abs() > 1e-17 * total.abs())).logical_and(total.isfinite()).any():  # terms grow up to x
        for _ in range(16):  # looking is as dear as adding
            k += 1
            term = term * x / (a + k)  # t_k / t_0
            digamma = digamma + 1 / (a + k)
            added = term * (log_x - digamma)
            total = total + added
    return -x / a * total


def drawn(concentration: Tensor) -> Tensor:
    """standard_gamma with a gradient, where one is recorded."""
    return _StandardGamma.apply(concentration)


def standard_gamma(concentration: Tensor) -> Tensor:
    """A gamma variable of rate 1 for each element: Marsaglia and Tsang, A simple method for generating gamma
    variables (2000). Below concentration 1, that of concentration + 1 times u^(1 / concentration)."""
    a = concentration.double()
    small = a < 1
    d = _C.where(small, a + 1, a) - 1 / 3
    waiting = (a > 0) & a.isfinite()
    result = _C.where(a >= 0, a, math.nan)  # infinite, or no number: not drawn
    while waiting.any():
        x, u = _C.randn(a.shape, dtype=a.dtype), _C.rand(a.shape, dtype=a.dtype)
        v = (1 + x / (9 * d).sqrt()) ** 3
        good = waiting & (v > 0) & (u.log() < x * x / 2 + d - d * v + d * v.log())
        result = _C.where(good, d * v, result)
        waiting = waiting & ~good
    power = _C.rand(a.shape, dtype=a.dtype) ** (1 / a)
    result = _C.where(small, result * power, result).to(concentration.dtype)
    return result.clamp(min=finfo(concentration.dtype).tiny)


class Gamma(Distribution):
    """Of density proportional to x^(concentration - 1) exp(-rate x)."""

    arg_constraints = {"concentration": positive, "rate": positive}
    has_rsample = True

    def __init__(self, concentration: Number, rate: Number, validate_args: Optional[bool] = None) -> None:
        self.concentration, self.rate = together(concentration, rate)
        super().__init__(self.concentration.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        return nonnegative

    @property
    def mean(self) -> Tensor:
        return self.concentration / self.rate

    @property
    def mode(self) -> Tensor:
        return ((self.concentration - 1) / self.rate).clamp(min=0)

    @property
    def variance(self) -> Tensor:
        return self.concentration / self.rate.pow(2)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return drawn(self.concentration.expand(self._extended_shape(sample_shape))) / self.rate

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        a, rate = self.concentration, self.rate
        return _C.xlogy(a, rate) + _C.xlogy(a - 1, value) - rate * value - a.lgamma()

    def entropy(self) -> Tensor:
        a = self.concentration
        return a - self.rate.log() + a.lgamma() + (1 - a) * a.digamma()


class Chi2(Gamma):
    """The sum of the squares of `df` standard normal variables."""

    arg_constraints = {"df": positive}

    def __init__(self, df: Number, validate_args: Optional[bool] = None) -> None:
        super().__init__(0.5 * df, 0.5, validate_args)
        if self._validate_args and not (self.df > 0).all():
            raise ValueError("Chi2: df must be above 0")

    @property
    def df(self) -> Tensor:
        return self.concentration * 2


class Dirichlet(Distribution):
    """Vectors of shares that add up to 1, of density proportional to the product of x_i^(concentration_i - 1)."""

    arg_constraints = {"concentration": positive_vector}
    has_rsample = True

    def __init__(self, concentration: Tensor, validate_args: Optional[bool] = None) -> None:
        if concentration.dim() < 1:
            raise ValueError("Dirichlet: concentration must have an axis of shares")
        self.concentration = concentration
        super().__init__(concentration.shape[:-1], concentration.shape[-1:], validate_args)

    @property
    def support(self) -> Constraint:
        return simplex

    @property
    def mean(self) -> Tensor:
        return self.concentration / self.concentration.sum(-1, True)

    @property
    def mode(self) -> Tensor:
        above = (self.concentration - 1).clamp(min=0)
        mode = above / above.sum(-1, True)
        corner = _C._nn.one_hot(mode.argmax(-1), mode.shape[-1]).to(mode.dtype)  # where all are below 1
        return _C.where((self.concentration < 1).all(-1, True), corner, mode)

    @property
    def variance(self) -> Tensor:
        total = self.concentration.sum(-1, True)
        return self.concentration * (total - self.concentration) / (total.pow(2) * (total + 1))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shares = drawn(self.concentration.expand(self._extended_shape(sample_shape)))
        return shares / shares.sum(-1, True)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        a = self.concentration
        return _C.xlogy(a - 1, value).sum(-1) + a.sum(-1).lgamma() - a.lgamma().sum(-1)

    def entropy(self) -> Tensor:
        a, total = self.concentration, self.concentration.sum(-1)
        return (a.lgamma().sum(-1) - total.lgamma() - (a.shape[-1] - total) * total.digamma()
                - ((a - 1) * a.digamma()).sum(-1))


class Beta(Distribution):
    """Shares from 0 to 1, of density proportional to x^(concentration1 - 1) (1 - x)^(concentration0 - 1)."""

    arg_constraints = {"concentration1": positive, "concentration0": positive}
    has_rsample = True

    def __init__(self, concentration1: Number, concentration0: Number, validate_args: Optional[bool] = None) -> None:
        self._dirichlet = Dirichlet(_C.stack(together(concentration1, concentration0), -1), validate_args)
        super().__init__(self._dirichlet.batch_shape, validate_args=validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Any:
        wide = self._dirichlet.expand(batch_shape)
        return Beta(wide.concentration[..., 0], wide.concentration[..., 1], validate_args=False)

    @property
    def concentration1(self) -> Tensor:
        return self._dirichlet.concentration[..., 0]

    @property
    def concentration0(self) -> Tensor:
        return self._dirichlet.concentration[..., 1]

    @property
    def support(self) -> Constraint:
        return unit_interval

    @property
    def mean(self) -> Tensor:
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> Tensor:
        return self._dirichlet.mode[..., 0]

    @property
    def variance(self) -> Tensor:
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total.pow(2) * (total + 1))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self._dirichlet.rsample(sample_shape)[..., 0]

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return self._dirichlet.log_prob(_C.stack([value, 1 - value], -1))

    def entropy(self) -> Tensor:
        return self._dirichlet.entropy()


class StudentT(Distribution):
    """loc + scale times a standard normal variable over the square root of a Chi2(df) by df."""

    arg_constraints = {"df": positive, "loc": real, "scale": positive}
    has_rsample = True

    def __init__(self, df: Number, loc: Number = 0.0, scale: Number = 1.0,
                 validate_args: Optional[bool] = None) -> None:
        self.df, self.loc, self.scale = together(df, loc, scale)
        super().__init__(self.df.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return _C.where(self.df <= 1, math.nan, self.loc)

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        df = _C.where(self.df > 2, self.df, 3.0)  # so that no gradient passes where it is infinite
        finite = self.scale.pow(2) * df / (df - 2)
        return _C.where(self.df > 2, finite, _C.where(self.df > 1, math.inf, _C.full_like(self.df, math.nan)))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        chi2 = 2 * drawn((self.df / 2).expand(shape))
        return self.loc + self.scale * _C.randn(shape, dtype=self.df.dtype) * (chi2 / self.df).rsqrt()

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        y, df = (value - self.loc) / self.scale, self.df
        norm = (self.scale.log() + 0.5 * df.log() + 0.5 * math.log(math.pi) + (0.5 * df).lgamma()
                - (0.5 * (df + 1)).lgamma())
        return -0.5 * (df + 1) * (y**2 / df).log1p() - norm

    def entropy(self) -> Tensor:
        half, next_half = 0.5 * self.df, 0.5 * (self.df + 1)
        log_beta = half.lgamma() + math.lgamma(0.5) - next_half.lgamma()
        return self.scale.log() + next_half * (next_half.digamma() - half.digamma()) + 0.5 * self.df.log() + log_beta
