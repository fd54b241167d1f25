"""The divergence between distributions of two kinds: -H(p) - E_p[log q(x)], where the second is made of moments of p."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import Any, Callable

from limpid import _C
from limpid._C import Tensor
from limpid.distributions.continuous import _EULER, Exponential, Gumbel, Laplace, Normal, Uniform
from limpid.distributions.discrete import Bernoulli, Poisson
from limpid.distributions.gammas import Beta, Gamma
from limpid.distributions.kl import _formulas


def _x_log_x(x: Tensor) -> Tensor:
    return _C.xlogy(x, x)


def _uniform_log(low: Tensor, high: Tensor) -> Tensor:
    return (_x_log_x(high) - _x_log_x(low)) / (high - low) - 1


_mean_of_log: dict[type, Callable[..., Tensor]] = {
    Beta: lambda p: p.concentration1.digamma() - (p.concentration1 + p.concentration0).digamma(),
    Exponential: lambda p: -_EULER - p.rate.log(),
    Uniform: lambda p: _uniform_log(p.low, p.high)}

# E[e^(-x / s)]
_mean_of_decay: dict[type, Callable[..., Tensor]] = {
    Exponential: lambda p, s: p.rate * s / (p.rate * s + 1),
    Gamma: lambda p, s: (1 + 1 / (p.rate * s)) ** -p.concentration,
    Gumbel: lambda p, s: (-p.loc / s + (1 + p.scale / s).lgamma()).exp(),
    Normal: lambda p, s: (-p.loc / s + (p.scale / s).pow(2) / 2).exp(),
    Uniform: lambda p, s: s * ((-p.low / s).exp() - (-p.high / s).exp()) / (p.high - p.low)}


def _known(table: dict[type, Callable[..., Tensor]], p: Any) -> Callable[..., Tensor]:
    return next(table[kind] for kind in type(p).__mro__ if kind in table)


def _infinite(p: Any, q: Any) -> Tensor:
    """Where p gives what q cannot."""
    return _C.full_like(p.mean, math.inf)


def _to_normal(p: Any, q: Normal) -> Tensor:
    spread = (p.variance + (p.mean - q.loc).pow(2)) / (2 * q.scale.pow(2))
    return -p.entropy() + 0.5 * math.log(2 * math.pi) + q.scale.log() + spread


def _to_exponential(p: Any, q: Exponential) -> Tensor:
    return -p.entropy() - q.rate.log() + q.rate * p.mean


def _to_gamma(p: Any, q: Gamma) -> Tensor:
    a = q.concentration
    return -p.entropy() - a * q.rate.log() + a.lgamma() - (a - 1) * _known(_mean_of_log, p)(p) + q.rate * p.mean


def _to_gumbel(p: Any, q: Gumbel) -> Tensor:
    decay = (q.loc / q.scale).exp() * _known(_mean_of_decay, p)(p, q.scale)
    return -p.entropy() + q.scale.log() + (p.mean - q.loc) / q.scale + decay


def _uniform_to_exponential(p: Uniform, q: Exponential) -> Tensor:
    return _C.where(p.low < 0, math.inf, _to_exponential(p, q))


def _uniform_to_gamma(p: Uniform, q: Gamma) -> Tensor:
    return _C.where(p.low < 0, math.inf, _to_gamma(p, q))


def _uniform_to_beta(p: Uniform, q: Beta) -> Tensor:
    a, b = q.concentration1, q.concentration0
    log_beta = a.lgamma() + b.lgamma() - (a + b).lgamma()
    found = -p.entropy() + log_beta - (a - 1) * _uniform_log(p.low, p.high) - (b - 1) * _uniform_log(1 - p.high, 1 - p.low)
    return _C.where((p.low < 0) | (p.high > 1), math.inf, found)


def _beta_to_uniform(p: Beta, q: Uniform) -> Tensor:
    return _C.where((q.low > 0) | (q.high < 1), math.inf, -p.entropy() + (q.high - q.low).log())


def _normal_to_laplace(p: Normal, q: Laplace) -> Tensor:
    z = (p.loc - q.loc) / p.scale
    apart = math.sqrt(2 / math.pi) * p.scale * (-0.5 * z.pow(2)).exp() + (p.loc - q.loc) * (z / math.sqrt(2)).erf()
    return -p.entropy() + (2 * q.scale).log() + apart / q.scale


def _bernoulli_to_poisson(p: Bernoulli, q: Poisson) -> Tensor:
    return -p.entropy() - (p.probs * q.rate.log() - q.rate)


_kind: type
for _kind in (Beta, Exponential, Gamma, Gumbel, Laplace, Uniform):
    _formulas[_kind, Normal] = _to_normal
for _kind in (Beta, Gamma):
    _formulas[_kind, Exponential] = _to_exponential
for _kind in (Beta, Exponential):
    _formulas[_kind, Gamma] = _to_gamma
for _kind in (Exponential, Gamma, Gumbel, Normal, Uniform):
    _formulas[_kind, Gumbel] = _to_gumbel
for _kind in (Gumbel, Laplace, Normal):
    for _bounded in (Beta, Exponential, Gamma, Uniform):
        _formulas[_kind, _bounded] = _infinite
for _kind in (Exponential, Gamma):
    for _bounded in (Beta, Uniform):
        _formulas[_kind, _bounded] = _infinite
_formulas.update({
    (Uniform, Exponential): _uniform_to_exponential, (Uniform, Gamma): _uniform_to_gamma, (Uniform, Beta): _uniform_to_beta,
    (Beta, Uniform): _beta_to_uniform, (Normal, Laplace): _normal_to_laplace, (Bernoulli, Poisson): _bernoulli_to_poisson,
    (Poisson, Bernoulli): _infinite})
