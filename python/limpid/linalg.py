"""Linear algebra of dense tensors, as torch.linalg."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor as Tensor, diagonal as diagonal, matmul as matmul  # noqa: F401
from limpid._checked import check_all
from limpid._missing import missing
from limpid._C._linalg import cross as cross, multi_dot as multi_dot, vector_norm as vector_norm  # noqa: F401
from limpid import _composites

Dims = Optional[Union[int, Sequence[int]]]


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """Sums of products along `dim`."""
    if not (x.is_floating_point() and y.is_floating_point()):
        raise _C.DTypeError(f"vecdot: takes floats, got {x.dtype} and {y.dtype}; convert it with .to(limpid.float32)")
    return (x * y).sum(dim)


def vander(x: Tensor, *, N: Optional[int] = None) -> Tensor:
    """Powers 0 to N - 1 of each element, along a new last axis."""
    return _composites.vander(x, N if N is not None else x.size(-1), increasing=True)


def matrix_norm(A: Tensor, ord: Union[str, float] = "fro", dim: Sequence[int] = (-2, -1),
                keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The norm of the matrices over two axes.

    Parameters
    ----------
    ord : "fro", 1, -1, inf, -inf
        Frobenius; largest or smallest sum of the absolute values of a column (1, -1) or a row (inf, -inf).
        Norms of singular values are not supported.
    """
    x = A if dtype is None else A.to(dtype)
    if A.dim() < 2:
        raise _C.ShapeError(f"matrix_norm: expected matrices, got shape {tuple(A.shape)}")
    if not x.is_floating_point():
        raise _C.DTypeError(f"matrix_norm: takes floats, got {x.dtype}; convert it with .to(limpid.float32)")
    rows, columns = (axis % A.dim() for axis in dim)
    if ord == "fro":
        return vector_norm(x, 2, (rows, columns), keepdim)
    if isinstance(ord, str) or ord not in (1, -1, float("inf"), float("-inf")):
        raise _C.ValueError(f"matrix_norm: ord must be 'fro', 1, -1, inf or -inf, not {ord!r}")
    summed, left = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = x.abs().sum(summed, True)
    result = sums.amax(left, True) if ord > 0 else sums.amin(left, True)
    return result if keepdim else result.squeeze((rows, columns))


def norm(A: Tensor, ord: Optional[Union[str, float]] = None, dim: Dims = None, keepdim: bool = False, *,
         dtype: Any = None) -> Tensor:
    """vector_norm over one axis, or over all without `ord`; matrix_norm over two."""
    axes = None if dim is None else [dim] if isinstance(dim, int) else list(dim)
    two = len(axes) == 2 if axes is not None else A.dim() == 2
    if ord is not None and two:
        return matrix_norm(A, ord, (-2, -1) if axes is None else axes, keepdim, dtype=dtype)
    if ord is not None and axes is None and A.dim() != 1:
        raise _C.ShapeError(f"norm: ord without dim takes a vector or a matrix, not {tuple(A.shape)}")
    return vector_norm(A, 2 if ord is None else float(ord), axes, keepdim, dtype=dtype)


def matrix_power(A: Tensor, n: int) -> Tensor:
    """The product of n matrices A, by repeated squaring; n must not be negative."""
    if A.dim() < 2 or A.shape[-1] != A.shape[-2]:
        raise _C.ShapeError(f"matrix_power: expected square matrices, got {tuple(A.shape)}")
    if n < 0:
        raise _C.ValueError("matrix_power: n is negative, and limpid has no inverse of a matrix")
    result, square = None, A
    while n:
        if n & 1:
            result = square if result is None else result @ square
        n >>= 1
        if n:
            square = square @ square
    if result is None:
        return _C.eye(A.shape[-1], dtype=A.dtype).expand(A.shape).contiguous()
    return result


check_all(globals(), __name__)


if not TYPE_CHECKING:  # a wrong name is an error then

    def __getattr__(name: str) -> Any:
        raise missing(__name__, name)
