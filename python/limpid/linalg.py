"""Linear algebra of dense tensors, as torch.linalg."""

from limpid._C import diagonal, matmul  # noqa: F401
from limpid._C._linalg import cross, multi_dot, vector_norm  # noqa: F401


def vecdot(x, y, *, dim: int = -1):
    """Sums of products along `dim`."""
    return (x * y).sum(dim)
