"""finfo and iinfo: the limits of dtypes; memory formats; the default dtype."""

from __future__ import annotations

from typing import Any, Union

from limpid import _types
from limpid._types import dtype

# dtype: bits, digits of the significand with the leading one, least exponent of a normal number, resolution
_FLOATS = {"float16": (16, 11, -14, 1e-3), "bfloat16": (16, 8, -126, 1e-2), "float32": (32, 24, -126, 1e-6),
           "float64": (64, 53, -1022, 1e-15)}


# Python's types stand for dtypes.
_OF_PYTHON = {float: _types.float64, int: _types.int64, bool: _types.bool}


def _to_dtype(function: str, given: Any) -> dtype:
    found = _OF_PYTHON.get(given, given) if isinstance(given, type) else given
    if not isinstance(found, dtype):
        raise TypeError(f"{function}: type must be a dtype, not {type(given).__name__}")
    return found


class finfo:
    """The limits of a floating dtype.

    Attributes
    ----------
    bits : int
    eps : float
        The step from 1 to the next number.
    max, min : float
    tiny, smallest_normal : float
    resolution : float
    dtype : str
    """

    def __init__(self, type: Union[dtype, type[float]] = _types.float32):
        type = _to_dtype("finfo", type)
        if type._name not in _FLOATS:
            raise TypeError(f"limpid.finfo() requires a floating point input type. Use limpid.iinfo to handle "
                            f"'{type._name}'")
        self.bits, digits, least, self.resolution = _FLOATS[type._name]
        self.eps = 2.0 ** (1 - digits)
        self.max = (2.0 - self.eps) * 2.0 ** (1 - least)
        self.min = -self.max
        self.tiny = self.smallest_normal = 2.0 ** least
        self.dtype = type._name

    def __repr__(self) -> str:
        return (f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
                f"smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, dtype={self.dtype})")

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, finfo) and other.dtype == self.dtype

    def __hash__(self) -> int:
        return hash(self.dtype)


class iinfo:
    """The limits of an integer dtype: bits, max, min, dtype."""

    def __init__(self, type: Union[dtype, type[int]]):
        type = _to_dtype("iinfo", type)
        if type.is_floating_point or type._name == "bool":
            raise TypeError(f"limpid.iinfo() requires an integer input type, not '{type._name}'"
                            + (". Use limpid.finfo" if type.is_floating_point else ""))
        self.bits = 8 * type.itemsize
        self.max = 2 ** (self.bits - type.is_signed) - 1
        self.min = -self.max - 1 if type.is_signed else 0
        self.dtype = type._name

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, iinfo) and other.dtype == self.dtype

    def __hash__(self) -> int:
        return hash(self.dtype)


class memory_format:
    """The order of elements in memory that is asked for. Convolutions choose channels-last by themselves, so that
    asking changes nothing but strides."""

    def __init__(self, name: str):
        self._name = name

    def __repr__(self) -> str:
        return f"limpid.{self._name}"

    def __reduce__(self) -> str:
        return self._name


class layout(memory_format):
    """How elements are stored: strided is the only one."""


contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")
channels_last_3d = memory_format("channels_last_3d")
strided = layout("strided")


def get_default_dtype() -> dtype:
    """float32."""
    return _types.float32


def set_default_dtype(d: dtype) -> None:
    """Takes float32 alone, which is the default: name a dtype where tensors are made, or use module.double()."""
    if d is not _types.float32:
        raise TypeError(f"set_default_dtype: the default is float32 and cannot be changed to {d}; name the dtype where "
                        "tensors are made, or convert a model by model.double()")


def set_default_device(device: Any) -> None:
    """Takes the cpu alone."""
    from limpid._C import DeviceError

    if device is not None and str(device) != "cpu":
        raise DeviceError(f"set_default_device: {device} is not there; tensors are made on the cpu")


def get_default_device() -> Any:
    from limpid._C import device

    return device("cpu")
