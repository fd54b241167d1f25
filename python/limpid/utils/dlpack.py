"""Memory shared with other libraries by DLPack. As torch.utils.dlpack."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._interchange import from_dlpack

__all__ = ["from_dlpack", "to_dlpack"]


def to_dlpack(tensor: _C.Tensor) -> Any:
    """A capsule over the memory of a tensor, for libraries that take one."""
    return _C._to_dlpack(tensor, False)
