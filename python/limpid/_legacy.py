"""Older ways to say things, which scripts still use: FloatTensor(...), and switches of PyTorch that change nothing
here."""

from __future__ import annotations

from typing import Any, Callable, Optional

from limpid import _C
from limpid import _types as types
from limpid._C import Tensor
from limpid._types import Size


class _TypedMeta(type):
    dtype: Any

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Tensor) and instance.dtype == cls.dtype


def _typed(name: str, dtype: Any) -> _TypedMeta:
    def make(cls: Any, *args: Any, device: Any = None) -> Tensor:
        if len(args) == 1 and isinstance(args[0], Size):
            args = tuple(args[0])
        if all(isinstance(size, int) for size in args):
            return _C.empty(args if args else (0,), dtype=dtype, device=device)
        if len(args) != 1:
            raise TypeError(f"{name}: takes sizes or one sequence, got {len(args)} arguments")
        return _C.tensor(args[0], dtype=dtype, device=device)

    body = {"dtype": dtype, "__new__": make, "__module__": "limpid",
            "__doc__": f"A tensor of {dtype}, of a sequence or of sizes; isinstance goes by the dtype."}
    return _TypedMeta(name, (), body)


FloatTensor = _typed("FloatTensor", types.float32)
DoubleTensor = _typed("DoubleTensor", types.float64)
HalfTensor = _typed("HalfTensor", types.float16)
BFloat16Tensor = _typed("BFloat16Tensor", types.bfloat16)
ByteTensor = _typed("ByteTensor", types.uint8)
CharTensor = _typed("CharTensor", types.int8)
ShortTensor = _typed("ShortTensor", types.int16)
IntTensor = _typed("IntTensor", types.int32)
LongTensor = _typed("LongTensor", types.int64)
BoolTensor = _typed("BoolTensor", types._all["bool"])


def compile(model: Optional[Callable[..., Any]] = None, **options: Any) -> Any:  # noqa: A001
    """The model itself (or, called with options alone, a decorator that gives it back): ops run as they are called."""
    return (lambda function: function) if model is None else model


def set_flush_denormal(mode: bool) -> bool:
    """False: numbers below the smallest normal one keep their values."""
    return False


_warn_always = False


def set_warn_always(b: bool) -> None:
    """Noted; limpid's warnings follow Python's own filters."""
    global _warn_always
    _warn_always = bool(b)


def is_warn_always_enabled() -> bool:
    return _warn_always


__all__ = ["FloatTensor", "DoubleTensor", "HalfTensor", "BFloat16Tensor", "ByteTensor", "CharTensor", "ShortTensor",
           "IntTensor", "LongTensor", "BoolTensor", "compile", "set_flush_denormal", "set_warn_always",
           "is_warn_always_enabled"]
