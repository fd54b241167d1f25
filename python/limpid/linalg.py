"""Linear algebra of dense tensors, as torch.linalg."""

from __future__ import annotations

from limpid import _C
from limpid._C import Tensor, diagonal, matmul  # noqa: F401
from limpid._C._linalg import cross, multi_dot, vector_norm  # noqa: F401


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """Sums of products along `dim`."""
    if not (x.is_floating_point() and y.is_floating_point()):
        raise _C.DTypeError(f"vecdot: takes floats, got {x.dtype} and {y.dtype}; convert with .to()")
    return (x * y).sum(dim)
