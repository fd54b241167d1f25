"""Names of PyTorch about the numbers themselves: their parts, their neighbours, counts drawn at random. Those of
METHODS are methods of Tensor too."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from collections import namedtuple
from typing import Any, Optional, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all
from limpid._composites import result_type
from limpid._types import (bfloat16 as _bfloat16, dtype as dtype_class, float16 as _float16, float32 as _float32,
                           float64 as _float64, int16 as _int16, int32 as _int32, int64 as _int64)

METHODS = ["as_strided_scatter", "frexp", "nextafter", "nonzero_static"]

_Frexp = namedtuple("_Frexp", ["mantissa", "exponent"])


def frexp(input: Tensor, *, out: Optional[Sequence[Tensor]] = None) -> Any:
    """x = mantissa 2^exponent with the mantissa from 1/2 to 1, both without 1. Zeros, infinities and NaN are their own
    mantissa; the exponent is an int32."""
    if not input.is_floating_point():
        raise _C.DTypeError(f"frexp: takes floats, got {input.dtype}; convert it with .to(limpid.float32)")
    x = input.detach().to(_float64).abs()
    plain = x.isfinite() & (x > 0)
    exponent = _C.where(plain, _C.where(plain, x, 1.0).log2().floor() + 1, 0.0)
    mantissa = _scaled(x, -exponent)
    exponent = exponent + (plain & (mantissa >= 1)).to(_float64) - (plain & (mantissa < 0.5)).to(_float64)
    mantissa = _C.where(plain, _scaled(input, -exponent.to(input.dtype)), input)
    parts = _Frexp(mantissa, exponent.to(_int32))
    return parts if out is None else _Frexp(*(to.copy_(part) for to, part in zip(out, parts)))


def _scaled(x: Tensor, exponent: Tensor) -> Tensor:
    """x 2^exponent in two steps, since 2^exponent itself may be no number of the dtype."""
    half = (exponent / 2).trunc()
    return x * 2.0 ** half * 2.0 ** (exponent - half)


_BITS = {_float16: _int16, _bfloat16: _int16, _float32: _int32, _float64: _int64}


def nextafter(input: Tensor, other: Tensor) -> Tensor:
    """The next number after `input` on the way to `other`. It has no gradient."""
    common = result_type(input, other)
    if common not in _BITS:
        raise _C.DTypeError(f"nextafter: takes floats, got {input.dtype} and {other.dtype}; convert it with .to(limpid.float32)")
    x, y = (t.detach().to(common).contiguous() for t in _C.broadcast_tensors(input, other))
    bits = x.view(_BITS[common])
    away = (y > x) == (x > 0)  # from zero: the bits of a float without its sign count upwards
    smallest = _C.ones_like(bits).view(x.dtype)
    step = _C.where(away, bits + 1, bits - 1).view(x.dtype)
    step = _C.where(x == 0, _C.where(y > 0, smallest, -smallest), step)
    return _C.where(x.isnan() | y.isnan(), x + y, _C.where(x == y, y, step))


def nonzero_static(input: Tensor, *, size: int, fill_value: int = -1) -> Tensor:
    """The first `size` places that are not 0, and fill_value where there are fewer: (size, rank)."""
    found = input.nonzero()[:size]
    missing = _C.full((size - found.shape[0], input.dim()), fill_value, dtype=_int64)
    return _C.cat([found, missing])


def as_strided_scatter(input: Tensor, src: Tensor, size: Sequence[int], stride: Sequence[int],
                       storage_offset: Optional[int] = None) -> Tensor:
    """A copy of the input in which the elements that as_strided shows are those of `src`."""
    result = input.clone()
    result.as_strided(size, stride, storage_offset).copy_(src)
    return result


def as_strided_copy(input: Tensor, size: Sequence[int], stride: Sequence[int],
                    storage_offset: Optional[int] = None) -> Tensor:
    """as_strided in memory of its own."""
    return input.as_strided(size, stride, storage_offset).clone()


def empty_strided(size: Sequence[int], stride: Sequence[int], *, dtype: Optional[dtype_class] = None,
                  device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor with these strides; its elements are not initialised."""
    reach = 0 if 0 in size else 1 + sum((n - 1) * step for n, step in zip(size, stride))
    result = _C.empty(reach, dtype=dtype, device=device).as_strided(size, stride)
    return result.requires_grad_() if requires_grad else result


# -- counts


def poisson(input: Tensor, generator: Any = None) -> Tensor:
    """Draws of Poisson distributions, each element the rate of one; floats that are whole numbers.

    References
    ----------
    Hoermann, The transformed rejection method for generating Poisson random variables, 1993
    """
    rate = input.detach()
    if not rate.is_floating_point():
        raise _C.DTypeError(f"poisson: takes floats, got {rate.dtype}; convert it with .to(limpid.float32)")
    if rate.numel() and not bool((rate >= 0).all()):
        raise _C.ValueError("poisson: rates must not be negative")
    flat = rate.to(_float64).flatten()
    small = flat < 10
    result = _C.zeros_like(flat)
    result[small] = _by_products(flat[small], generator)
    result[~small] = _by_rejection(flat[~small], generator)
    return result.reshape(rate.shape).to(rate.dtype)


def _uniform(like: Tensor, generator: Any) -> Tensor:
    return 1 - _C.empty_like(like).uniform_(0, 1, generator=generator)  # from 0, without it, to 1


def _by_products(rate: Tensor, generator: Any) -> Tensor:
    """How many uniform numbers it takes until their product is below e^-rate, less one (Knuth)."""
    count, product, limit = _C.zeros_like(rate), _uniform(rate, generator), (-rate).exp()
    while bool((product > limit).any()):
        count = count + (product > limit).to(rate.dtype)
        product = _C.where(product > limit, product * _uniform(rate, generator), product)
    return count


def _by_rejection(rate: Tensor, generator: Any) -> Tensor:
    """Hoermann's PTRS."""
    b = 0.931 + 2.53 * rate.sqrt()
    a = -0.059 + 0.02483 * b
    scale = 1.1239 + 1.1328 / (b - 3.4)
    result = _C.full_like(rate, -1.0)
    while bool((result < 0).any()):
        u, v = _uniform(rate, generator) - 0.5, _uniform(rate, generator)
        us = 0.5 - u.abs()
        k = ((2 * a / us + b) * u + rate + 0.43).floor()
        likely = (us >= 0.07) & (v <= 0.9277 - 3.6224 / (b - 2))
        left = (v * scale / (a / (us * us) + b)).log()
        exact = left <= k * rate.log() - rate - (k.clamp(min=0) + 1).lgamma()
        good = (k >= 0) & (likely | (((us >= 0.013) | (v <= us)) & exact)) & (result < 0)
        result = _C.where(good, k, result)
    return result


def binomial(count: Tensor, prob: Tensor, generator: Any = None) -> Tensor:
    """Draws of binomial distributions: how many of `count` trials succeed with probability `prob`."""
    n, p = _C.broadcast_tensors(count.detach(), prob.detach())
    most = int(n.max().item()) if n.numel() else 0
    result = _C.zeros_like(n)
    for trial in range(most):
        hit = _C.empty(p.shape, dtype=_float64).uniform_(0, 1, generator=generator) < p
        result = result + (hit & (n > trial)).to(n.dtype)
    return result


check_all(globals(), __name__)

for _name in METHODS:
    setattr(Tensor, _name, globals()[_name])


def _nextafter_(self: Tensor, other: Tensor) -> Tensor:
    """In-place form of `nextafter`."""
    return self.copy_(nextafter(self, other))


setattr(Tensor, "nextafter_", _nextafter_)

__all__ = [name for name, value in list(globals().items())
           if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == __name__]
