"""Older ways to say things, which scripts still use: FloatTensor(...), x.type("torch.FloatTensor"), and switches of
PyTorch that change nothing here."""

from __future__ import annotations

from typing import Any, Callable, Optional, Union

from limpid import _C
from limpid import _types as types
from limpid._C import Tensor
from limpid._checked import checked
from limpid._type_info import set_default_dtype
from limpid._types import Size, dtype as dtype_class


class _TypedMeta(type):
    dtype: Any

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Tensor) and instance.dtype == cls.dtype


def _typed(name: str, dtype: Any) -> _TypedMeta:
    def make(cls: Any, *args: Any, device: Any = None) -> Tensor:
        if len(args) == 1 and isinstance(args[0], Size):
            args = tuple(args[0])
        if all(isinstance(size, int) and not isinstance(size, bool) for size in args):
            return _C.empty(args if args else (0,), dtype=dtype, device=device)
        if len(args) != 1:
            raise TypeError(f"{name}: takes sizes or one sequence, got {len(args)} arguments")
        if not isinstance(args[0], Tensor) and not hasattr(args[0], "__len__"):
            raise TypeError(f"{name}: data must be a sequence, not {args[0]!r}")
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

_typed_classes = (FloatTensor, DoubleTensor, HalfTensor, BFloat16Tensor, ByteTensor, CharTensor, ShortTensor, IntTensor,
                  LongTensor, BoolTensor)
_type_names = {kind.dtype: f"limpid.{kind.__name__}" for kind in _typed_classes}
_dtypes: dict[str, dtype_class] = {name: dtype for dtype, name in _type_names.items()}
_dtypes["limpid.Tensor"] = types.float32


def _dtype_of(kind: Any, function: str) -> dtype_class:
    """The dtype of limpid.FloatTensor, "limpid.FloatTensor" or "torch.FloatTensor"; dtypes as they are."""
    if isinstance(kind, dtype_class):
        return kind
    if isinstance(kind, _TypedMeta) or kind is Tensor:
        kind = f"limpid.{kind.__name__}"
    if isinstance(kind, str):
        name = "limpid." + kind[len("torch."):] if kind.startswith("torch.") else kind
        if name in _dtypes:
            return _dtypes[name]
        raise ValueError(f"{function}: invalid type: {kind!r}; one is 'limpid.FloatTensor'")
    raise TypeError(f"{function}: dtype must be a dtype, a class such as limpid.FloatTensor or its name, not {kind!r}")


def _type(self: Tensor, dtype: Any = None, non_blocking: bool = False) -> Union[str, Tensor]:
    """The name of the type, as "limpid.FloatTensor"; or, with a dtype, the tensor in that.

    Parameters
    ----------
    dtype : dtype, type or str, optional
        limpid.float64, limpid.DoubleTensor, "limpid.DoubleTensor" or "torch.DoubleTensor".

    >>> limpid.ones(2).type()
    'limpid.FloatTensor'
    >>> limpid.ones(2).type("torch.LongTensor")
    tensor([1, 1])
    """
    if dtype is None:
        return _type_names[self.dtype]
    return self.to(dtype if dtype in (float, int, bool) else _dtype_of(dtype, "type"))


_type.__name__ = "type"
setattr(Tensor, "type", checked(_type))


def set_default_tensor_type(t: Any) -> None:
    """Takes limpid.FloatTensor alone, which is the default: set_default_dtype of its dtype."""
    set_default_dtype(_dtype_of(t, "set_default_tensor_type"))


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
           "IntTensor", "LongTensor", "BoolTensor", "compile", "set_default_tensor_type", "set_flush_denormal",
           "set_warn_always", "is_warn_always_enabled"]
