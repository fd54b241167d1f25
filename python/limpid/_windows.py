"""Windows of signals, and the Bessel function that one of them needs."""

from __future__ import annotations

import math
from typing import Any, Callable, Optional

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all
from limpid._types import dtype as DType, float32 as _float32, float64 as _float64


def _window(name: str, length: int, periodic: bool, shape: Callable[[Tensor, int], Tensor], dtype: Optional[DType],
            device: Any, requires_grad: bool) -> Tensor:
    """shape(k, n - 1) at k = 0, ..., n - 1; a periodic window is one longer, without its last number."""
    kind = _float32 if dtype is None else dtype
    if not _C.empty(0, dtype=kind).is_floating_point():
        raise _C.DTypeError(f"{name}: dtype must be a float, got {kind}")
    if length < 0:
        raise _C.ValueError(f"{name}: window_length is {length}; it must not be negative")
    if length <= 1:
        return _C.ones(length, dtype=kind, device=device, requires_grad=requires_grad)
    last = length if periodic else length - 1
    values = shape(_C.arange(length, dtype=_float64), last).to(kind)
    return values.to(device or "cpu").requires_grad_(requires_grad)


def _cosines(*factors: float) -> Callable[[Tensor, int], Tensor]:
    """a_0 - a_1 cos(2 pi k / last) + a_2 cos(4 pi k / last)"""
    def shape(k: Tensor, last: int) -> Tensor:
        return sum(((-1) ** i * a * (2 * math.pi * i / last * k).cos() for i, a in enumerate(factors[1:], 1)),
                   _C.full_like(k, factors[0]))

    return shape


def hann_window(window_length: int, periodic: bool = True, *, dtype: Optional[DType] = None, layout: Any = None,
                device: Any = None, pin_memory: bool = False, requires_grad: bool = False) -> Tensor:
    """1/2 - 1/2 cos(2 pi k / (n - 1)); a periodic one, for spectra, has n in place of n - 1."""
    return _window("hann_window", window_length, periodic, _cosines(0.5, 0.5), dtype, device, requires_grad)


def hamming_window(window_length: int, periodic: bool = True, alpha: float = 0.54, beta: float = 0.46, *,
                   dtype: Optional[DType] = None, layout: Any = None, device: Any = None, pin_memory: bool = False,
                   requires_grad: bool = False) -> Tensor:
    """alpha - beta cos(2 pi k / (n - 1)); a periodic one has n in place of n - 1."""
    return _window("hamming_window", window_length, periodic, _cosines(alpha, beta), dtype, device, requires_grad)


def blackman_window(window_length: int, periodic: bool = True, *, dtype: Optional[DType] = None, layout: Any = None,
                    device: Any = None, pin_memory: bool = False, requires_grad: bool = False) -> Tensor:
    """0.42 - 1/2 cos(2 pi k / (n - 1)) + 0.08 cos(4 pi k / (n - 1)); a periodic one has n in place of n - 1."""
    return _window("blackman_window", window_length, periodic, _cosines(0.42, 0.5, 0.08), dtype, device, requires_grad)


def bartlett_window(window_length: int, periodic: bool = True, *, dtype: Optional[DType] = None, layout: Any = None,
                    device: Any = None, pin_memory: bool = False, requires_grad: bool = False) -> Tensor:
    """A triangle: 1 - |2 k / (n - 1) - 1|; a periodic one has n in place of n - 1."""
    return _window("bartlett_window", window_length, periodic, lambda k, last: 1 - (2 / last * k - 1).abs(), dtype,
                   device, requires_grad)


def kaiser_window(window_length: int, periodic: bool = True, beta: float = 12.0, *, dtype: Optional[DType] = None,
                  layout: Any = None, device: Any = None, pin_memory: bool = False,
                  requires_grad: bool = False) -> Tensor:
    """i0(beta sqrt(1 - (2 k / (n - 1) - 1)^2)) / i0(beta); a periodic one has n in place of n - 1."""
    def shape(k: Tensor, last: int) -> Tensor:
        top = _C.tensor(float(beta), dtype=_float64)
        return i0(beta * (1 - (2 / last * k - 1).square()).clamp(min=0).sqrt()) / i0(top)

    return _window("kaiser_window", window_length, periodic, shape, dtype, device, requires_grad)


def i0(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind, of order 0: the sum over k of ((x / 2)^k / k!)^2.

    All terms are positive, so the sum in float64 is exact to some units of the last place; it takes about |x| + 30 terms.
    Beyond 713 the function is no float64.
    """
    x = input if input.is_floating_point() else input.to(_float32)
    square = (x.to(_float64) / 2).square()
    # Where the sum would be infinite, and where x is NaN, no terms need be counted.
    finite = x.detach().to(_float64).abs()
    finite = finite.masked_select(finite < 720)
    largest = float(finite.max()) if finite.numel() else 0.0
    term = total = _C.ones_like(square)
    for k in range(1, int(largest) + 40):
        term = term * (square / (k * k))
        total = total + term
    too_large = x.detach().to(_float64).abs() >= 720
    return _C.where(too_large, math.inf, total).to(x.dtype)


check_all(globals(), __name__)

__all__ = ["bartlett_window", "blackman_window", "hamming_window", "hann_window", "i0", "kaiser_window"]
