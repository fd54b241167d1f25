"""Functions and methods that are other forms of ones that are there."""

from __future__ import annotations

from typing import Any, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid._storage import UntypedStorage
from limpid._checked import check_all, checked
from limpid._layer_names import channel_shuffle as native_channel_shuffle  # noqa: F401
from limpid._names import histogram, matrix_power
from limpid._numbers import empty_strided
from limpid._type_info import strided
from limpid._types import dtype as dtype_class

Sizes = Union[int, Sequence[int]]


def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the multivariate gamma function of dimension p."""
    from limpid.special import multigammaln

    return multigammaln(input, p)


def rrelu_(input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False) -> Tensor:
    """nn.functional.rrelu in place."""
    return _C._nn.rrelu(input, lower, upper, training, True)


def frobenius_norm(input: Tensor, dim: Sizes, keepdim: bool = False) -> Tensor:
    """The square root of the sum of squares along these axes."""
    axes = [dim] if isinstance(dim, int) else list(dim)
    return _C._linalg.vector_norm(input, 2, axes or None, keepdim)


def alias_copy(input: Tensor) -> Tensor:
    """The same elements in memory of their own."""
    return input.clone()


def slice_copy(input: Tensor, dim: int = 0, start: Optional[int] = None, end: Optional[int] = None,
               step: int = 1) -> Tensor:
    """input[start:end:step] along an axis, in memory of its own."""
    input.size(dim)  # refuses what is no axis of it
    where: list[Any] = [slice(None)] * input.dim()
    where[dim] = slice(start, end, step)
    return input[tuple(where)].clone()


def empty_permuted(size: Sequence[int], physical_layout: Sequence[int], *, dtype: Optional[dtype_class] = None,
                   layout: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Not initialised; `physical_layout` names the axes from the one of the largest stride to that of the smallest."""
    order = list(physical_layout)
    if sorted(order) != list(range(len(size))):
        raise _C.ValueError(f"empty_permuted: physical_layout must name each of the {len(size)} axes once, got {order}")
    made = _C.empty([size[axis] for axis in order], dtype=dtype, device=device)
    return made.permute([order.index(axis) for axis in range(len(order))]).requires_grad_(requires_grad)


def is_distributed(input: Tensor) -> bool:
    """False: a tensor lies on one device."""
    return False


def is_storage(obj: Any) -> bool:
    """Whether it is what `untyped_storage()` or `storage()` of a tensor gives."""
    return isinstance(obj, UntypedStorage)


def is_autocast_cpu_enabled() -> bool:
    """is_autocast_enabled("cpu")"""
    return _C.is_autocast_enabled("cpu")


def get_autocast_cpu_dtype() -> dtype_class:
    """get_autocast_dtype("cpu")"""
    return _C.get_autocast_dtype("cpu")


def new_empty_strided(self: Tensor, size: Sequence[int], stride: Sequence[int], dtype: Optional[dtype_class] = None,
                      device: Any = None, requires_grad: bool = False) -> Tensor:
    """Not initialised, of this dtype and device unless others are given, with these strides."""
    made = empty_strided(size, stride, dtype=dtype or self.dtype, device=device or self.device)
    return made.requires_grad_(requires_grad)


def map2_(self: Tensor, x: Tensor, y: Tensor, callable: Any) -> Tensor:  # noqa: A002
    """Each element becomes callable(element, that of x, that of y). Slow: for small tensors."""
    rows = zip(*(t.detach().expand(self.shape).flatten().tolist() for t in (self, x, y)))
    return self.copy_(_C.tensor([callable(*row) for row in rows], dtype=self.dtype).reshape(self.shape))


def _layout_of(self: Tensor) -> Any:
    return strided


def _itself(self: Tensor) -> Tensor:
    return self


check_all(globals(), __name__)

for _function in (mvlgamma, new_empty_strided, map2_, is_distributed, histogram, matrix_power):
    setattr(Tensor, _function.__name__, checked(_function))
setattr(Tensor, "layout", property(_layout_of))
setattr(Tensor, "real", property(_itself))  # no tensor has another part

__all__ = ["alias_copy", "empty_permuted", "frobenius_norm", "get_autocast_cpu_dtype", "is_autocast_cpu_enabled",
           "is_distributed", "is_storage", "mvlgamma", "native_channel_shuffle", "rrelu_", "slice_copy"]
