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
from limpid._composites import _floats, logit as logit, result_type, sinc as sinc  # noqa: F401
from limpid._own_gradients import Entr, Xlog1py
from limpid._windows import i0 as i0  # noqa: F401

gammaln = _C.lgamma
psi = digamma
expit = _C.sigmoid


def xlog1py(input: Union[Tensor, float], other: Union[Tensor, float]) -> Tensor:
    """x log(1 + y), and 0 where x is 0."""
    if not isinstance(input, Tensor) and not isinstance(other, Tensor):
        raise TypeError("xlog1py: input or other must be a Tensor, and both are numbers")
    dtype = result_type(input, other)
    if not dtype.is_floating_point:
        dtype = _C.empty(0).dtype
    x, y = (v.to(dtype) if isinstance(v, Tensor) else _C.tensor(v, dtype=dtype) for v in (input, other))
    z: Tensor = Xlog1py.apply(*_C.broadcast_tensors(x, y))
    return z


def entr(input: Tensor) -> Tensor:
    """-x log(x): 0 at 0, -infinity below."""
    y: Tensor = Entr.apply(_floats(input))
    return y


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
