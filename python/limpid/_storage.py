"""The memory that tensors share, as far as scripts ask: where it begins and how large it is."""

from __future__ import annotations

from typing import Any, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import checked

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


def _elements(source: UntypedStorage, dtype: Any) -> Tensor:
    """All of a memory, as a vector of this dtype."""
    own = source._tensor
    whole = _C._as_strided(own, (source.nbytes() // own.element_size(),), (1,), 0)
    return whole if dtype == own.dtype else whole.view(dtype)


def set_(self: Tensor, source: Union[Tensor, UntypedStorage, None] = None, storage_offset: int = 0,
         size: Optional[Sequence[int]] = None, stride: Optional[Sequence[int]] = None) -> Tensor:
    """From now on this tensor is a view of another memory: of that of a tensor or of a storage, from an element on, or
    of none. Of a tensor that is a view elements count from where it begins. Not recorded.

    >>> x = limpid.arange(7.0)[1:]
    >>> limpid.empty(0).set_(x, 1, (2, 2), (1, 2))
    tensor([[2., 4.],
            [3., 5.]])
    """
    if self.requires_grad and _C.is_grad_enabled():
        raise _C.GraphError("set_: the tensor requires grad, and the change would not be recorded; use no_grad()")
    if source is None:
        value = _C.empty((0,), dtype=self.dtype, device=self.device)
    elif isinstance(source, UntypedStorage):
        value = _elements(source, self.dtype)
    elif isinstance(source, Tensor):
        value = source
    else:
        raise TypeError(f"set_: source must be a Tensor or a storage, not {type(source).__name__}")
    if value.dtype != self.dtype:
        raise _C.DTypeError(f"set_: source holds {value.dtype}, and the tensor {self.dtype}")
    if value.device != self.device:
        raise _C.DeviceError(f"set_: source lies on {value.device}, and the tensor on {self.device}")
    if size is None and storage_offset:
        size = (value.numel() - storage_offset,)
    if size is not None:
        sizes = (size,) if isinstance(size, int) else tuple(size)
        steps = _C.empty(sizes, device="meta").stride() if stride is None else tuple(stride)
        value = _C._as_strided(value.detach(), sizes, steps, value.storage_offset() + storage_offset)
    self.data = value.detach()
    return self


@checked
def as_strided_(input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: Optional[int] = None) -> Tensor:
    """From now on this tensor is another view of its memory. Not recorded: as_strided is."""
    if input.requires_grad and _C.is_grad_enabled():
        raise _C.GraphError("as_strided_: the tensor requires grad, and the change would not be recorded; use as_strided")
    begin = input.storage_offset() if storage_offset is None else storage_offset
    input.data = _C._as_strided(input.detach(), size, stride, begin)
    return input


for _method in (untyped_storage, storage, checked(set_), as_strided_):
    setattr(Tensor, _method.__name__, _method)
