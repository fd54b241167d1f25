"""Special functions, as torch.special."""

from __future__ import annotations

import math
from typing import Union

from limpid import _C
from limpid._C import (Tensor as Tensor, digamma as digamma, erf as erf, erfc as erfc,  # noqa: F401
                       erfinv as erfinv, exp2 as exp2, expm1 as expm1, log1p as log1p, log_softmax as log_softmax,
                       logsumexp as logsumexp, polygamma as polygamma, round as round, softmax as softmax,
                       xlogy as xlogy)
from limpid._checked import check_all
from limpid._composites import logit as logit, sinc as sinc  # noqa: F401
from limpid._windows import i0 as i0  # noqa: F401

gammaln = _C.lgamma
psi = digamma
expit = _C.sigmoid


def xlog1py(input: Union[Tensor, float], other: Union[Tensor, float]) -> Tensor:
    """x log(1 + y), and 0 where x is 0."""
    if not isinstance(other, Tensor):
        assert isinstance(input, Tensor), "one of them must be a tensor"
        return xlogy(input, 1 + other)
    x = input if isinstance(input, Tensor) else _C.full_like(other.detach(), input)
    return _C.where((x == 0) & ~other.isnan(), 0.0, x * other.log1p())


def entr(input: Tensor) -> Tensor:
    """-x log(x): 0 at 0, -infinity below."""
    return _C.where(input < 0, -math.inf, -xlogy(input, input))


def ndtr(input: Tensor) -> Tensor:
    """P(N <= x) for a standard normal N."""
    return 0.5 * erfc(input * (-1 / math.sqrt(2)))


def ndtri(input: Tensor) -> Tensor:
    """The x with ndtr(x) = input: infinite at 0 and 1, NaN outside."""
    return math.sqrt(2) * erfinv(2 * input - 1)


def multigammaln(input: Tensor, p: int) -> Tensor:
    """log of the multivariate gamma function of dimension p."""
    if p < 1:
        raise _C.ValueError(f"multigammaln: p is {p}; it must be at least 1")
    shifts = _C.arange(p).to(input.dtype) * -0.5
    constant = p * (p - 1) / 4 * math.log(math.pi)
    return gammaln(input.unsqueeze(-1) + shifts).sum(-1) + constant


check_all(globals(), __name__)
