"""Parameter, and tensors that are registered as buffers."""

from __future__ import annotations

from typing import Any

from limpid._C import Parameter as Parameter, Tensor as Tensor

__all__ = ["Parameter", "Buffer"]


class _BufferMeta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Tensor) and getattr(instance, "_is_buffer", False) is True


class Buffer(metaclass=_BufferMeta):
    """Buffer(data, persistent=True): a tensor that a module registers as a buffer when it is assigned."""

    def __new__(cls, data: Tensor, *, persistent: bool = True) -> Any:
        tensor = data.detach()
        tensor.__dict__.update(_is_buffer=True, persistent=persistent)
        return tensor
