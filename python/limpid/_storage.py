"""The memory that tensors share, as far as scripts ask: where it begins and how large it is."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor

__all__ = ["TypedStorage", "UntypedStorage"]


class UntypedStorage:
    """The bytes under a tensor and its views. Two are equal if they are the same memory.

    >>> x = limpid.zeros(2, 3)
    >>> x[1].untyped_storage() == x.untyped_storage(), x[1].untyped_storage().nbytes()
    (True, 24)
    """

    def __init__(self, tensor: Tensor):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{type(self).__name__}: needs a tensor, got {type(tensor).__name__}")
        self._tensor = tensor.detach()  # keeps the memory
        self._start, self._bytes = self._tensor._storage()
        self.device = tensor.device

    def data_ptr(self) -> int:
        return self._start

    def nbytes(self) -> int:
        return self._bytes

    def element_size(self) -> int:
        return 1

    def size(self) -> int:
        """In elements."""
        return self._bytes // self.element_size()

    def __len__(self) -> int:
        return self.size()

    @property
    def _cdata(self) -> int:
        return self._start

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UntypedStorage) and (self._start, self._bytes) == (other._start, other._bytes)

    def __hash__(self) -> int:
        return hash((self._start, self._bytes))

    def __repr__(self) -> str:
        return f"[limpid.{type(self).__name__}(device={self.device}) of size {self.size()}]"


class TypedStorage(UntypedStorage):
    """The same in elements of a dtype."""

    def __init__(self, tensor: Tensor):
        super().__init__(tensor)
        self.dtype = tensor.dtype

    def element_size(self) -> int:
        return self._tensor.element_size()

    def untyped(self) -> UntypedStorage:
        return UntypedStorage(self._tensor)

    def tolist(self) -> list[Any]:
        elements: list[Any] = _C._as_strided(self._tensor, (self.size(),), (1,), 0).tolist()
        return elements


def untyped_storage(self: Tensor) -> UntypedStorage:
    """The memory of this tensor."""
    return UntypedStorage(self)


def storage(self: Tensor) -> TypedStorage:
    """The memory of this tensor, counted in its elements."""
    return TypedStorage(self)


for _method in (untyped_storage, storage):
    setattr(Tensor, _method.__name__, _method)
