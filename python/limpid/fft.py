"""What goes along with Fourier transforms; the transforms themselves need complex numbers and are not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all
from limpid._missing import missing
from limpid._types import dtype as DType

Sizes = Union[int, Sequence[int]]


def fftfreq(n: int, d: float = 1.0, *, dtype: Optional[DType] = None, layout: Any = None, device: Any = None,
            requires_grad: bool = False) -> Tensor:
    """The frequencies of a transform of n samples d apart: 0, 1, ..., -1, over n d."""
    _needs_samples("fftfreq", n)
    numbers = _C.cat([_C.arange((n + 1) // 2), _C.arange(-(n // 2), 0)]).to(dtype or _C.empty(0).dtype)
    return (numbers / (n * d)).to(device or "cpu").requires_grad_(requires_grad)


def rfftfreq(n: int, d: float = 1.0, *, dtype: Optional[DType] = None, layout: Any = None, device: Any = None,
             requires_grad: bool = False) -> Tensor:
    """Those of a transform of real samples: 0, ..., n // 2, over n d."""
    _needs_samples("rfftfreq", n)
    numbers = _C.arange(n // 2 + 1).to(dtype or _C.empty(0).dtype)
    return (numbers / (n * d)).to(device or "cpu").requires_grad_(requires_grad)


def _needs_samples(name: str, n: int) -> None:
    if n < 1:
        raise _C.ValueError(f"{name}: n is {n}; there must be at least 1 sample")


def _axes(input: Tensor, dim: Optional[Sizes]) -> list[int]:
    if dim is None:
        return list(range(input.dim()))
    return [dim] if isinstance(dim, int) else list(dim)


def fftshift(input: Tensor, dim: Optional[Sizes] = None) -> Tensor:
    """The frequency 0 in the middle: the second half of each axis in front of the first."""
    axes = _axes(input, dim)
    return _C.roll(input, [input.shape[axis] // 2 for axis in axes], axes) if axes else input.clone()


def ifftshift(input: Tensor, dim: Optional[Sizes] = None) -> Tensor:
    """Back from fftshift."""
    axes = _axes(input, dim)
    return _C.roll(input, [(input.shape[axis] + 1) // 2 for axis in axes], axes) if axes else input.clone()


check_all(globals(), __name__)


if not TYPE_CHECKING:  # a wrong name is an error then

    def __getattr__(name: str) -> Any:
        raise missing(__name__, name)
