"""Modules in another dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from limpid import _C
from limpid._C import Tensor

if TYPE_CHECKING:
    from typing_extensions import Self


class Converted:
    """The part of Module that moves and converts it. All of it returns the module."""

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        raise NotImplementedError

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """to(device), to(dtype), to(device, dtype), to(tensor): moves and converts parameters and buffers,
        those of floating dtypes alone where a dtype is given."""
        device, dtype = _parse_to(args, kwargs)
        if dtype is not None and not dtype.is_floating_point:
            raise TypeError(f"nn.Module.to only accepts floating point dtypes, but got desired dtype={dtype}")

        def convert(tensor: Tensor) -> Tensor:
            if device is not None:
                tensor = tensor.to(device)
            return tensor.to(dtype) if dtype is not None and tensor.is_floating_point() else tensor

        return self._apply(convert)

    def to_empty(self, *, device: Any, recurse: bool = True) -> Self:
        """Moves without copying the values."""
        return self._apply(lambda t: _C.empty_like(t, device=device), recurse=recurse)

    def type(self, dst_type: Any) -> Self:
        """Parameters and buffers, those of integers too, as x.type(dst_type) converts each."""
        return self._apply(lambda t: t.type(dst_type))

    def float(self) -> Self:
        return self._to_floating(_dtype("float32"))

    def double(self) -> Self:
        return self._to_floating(_dtype("float64"))

    def half(self) -> Self:
        return self._to_floating(_dtype("float16"))

    def bfloat16(self) -> Self:
        return self._to_floating(_dtype("bfloat16"))

    def _to_floating(self, dtype: Any) -> Self:
        return self._apply(lambda t: t.to(dtype) if t.is_floating_point() else t)

    def cpu(self) -> Self:
        return self._apply(lambda t: t.cpu())

    def cuda(self, device: Any = None) -> Self:
        return self._apply(lambda t: t.cuda(device))


def type_text(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _dtype(name: str) -> Any:
    from limpid import _types
    return _types._all[name]


def _parse_to(args: tuple[Any, ...], kwargs: dict[Any, Any]) -> tuple[Any, Any]:
    """(device, dtype), None where it is not given."""
    from limpid._types import dtype as DType
    device = kwargs.pop("device", None)
    dtype = kwargs.pop("dtype", None)
    kwargs.pop("non_blocking", None)
    kwargs.pop("memory_format", None)  # layouts are the engine's choice
    values = [*args, kwargs.pop("tensor", None)]
    if kwargs:
        raise TypeError(f"to() has no argument {sorted(kwargs)[0]!r}")
    for value in values:
        if isinstance(value, Tensor):
            device, dtype = value.device, value.dtype
        elif isinstance(value, DType):
            dtype = value
        elif isinstance(value, (str, _C.device)):
            device = value
        elif value is not None and not isinstance(value, bool):
            raise TypeError(f"to() takes a device, a dtype or a tensor, not {type_text(value)}")
    return device, dtype
