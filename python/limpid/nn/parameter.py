"""Parameter, tensors that are registered as buffers, and those whose shape is not known yet."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Parameter as Parameter, Tensor as Tensor

__all__ = ["Parameter", "Buffer", "UninitializedParameter", "UninitializedBuffer", "is_lazy"]


class _BufferMeta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Tensor) and getattr(instance, "_is_buffer", False) is True


class Buffer(metaclass=_BufferMeta):
    """Buffer(data, persistent=True): a tensor that a module registers as a buffer when it is assigned."""

    def __new__(cls, data: Tensor, *, persistent: bool = True) -> Any:
        tensor = data.detach()
        tensor.__dict__.update(_is_buffer=True, persistent=persistent)
        return tensor


class UninitializedParameter(Parameter):
    """A parameter of a lazy layer before its first input: it has no shape yet."""

    _lazy = True

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> UninitializedParameter:
        empty = _C.empty(0, device=device, dtype=dtype)
        return super().__new__(cls, empty, requires_grad)  # type: ignore[return-value]

    def become(self, values: Tensor) -> Tensor:
        """A plain parameter with these values, and still this object."""
        self.data = values.detach()
        self.__class__ = Parameter  # type: ignore[assignment]
        return self

    def materialize(self, shape: Any, device: Any = None, dtype: Any = None) -> None:
        """A plain parameter of this shape; its elements are not initialised."""
        self.become(_C.empty(tuple(shape), device=device, dtype=dtype or self.dtype))

    def __deepcopy__(self, memo: dict[Any, Any]) -> UninitializedParameter:
        return memo.setdefault(id(self), UninitializedParameter(self.requires_grad, dtype=self.dtype))

    def __repr__(self) -> str:
        return "<UninitializedParameter>"


class UninitializedBuffer(Tensor):
    """A buffer of a lazy layer before its first input."""

    _lazy = True

    def __new__(cls, requires_grad: bool = False, device: Any = None, dtype: Any = None) -> UninitializedBuffer:
        return super().__new__(cls, _C.empty(0, device=device, dtype=dtype))  # type: ignore[return-value]

    def become(self, values: Tensor) -> Tensor:
        """A plain tensor with these values, and still this object."""
        self.data = values.detach()
        self.__class__ = Tensor  # type: ignore[assignment]
        return self

    def materialize(self, shape: Any, device: Any = None, dtype: Any = None) -> None:
        """A plain tensor of this shape; its elements are not initialised."""
        self.become(_C.empty(tuple(shape), device=device, dtype=dtype or self.dtype))

    def __deepcopy__(self, memo: dict[Any, Any]) -> UninitializedBuffer:
        return memo.setdefault(id(self), UninitializedBuffer(dtype=self.dtype))

    def __repr__(self) -> str:
        return "<UninitializedBuffer>"


def is_lazy(param: Any) -> bool:
    """Whether its shape is not known yet."""
    return isinstance(param, (UninitializedParameter, UninitializedBuffer))
