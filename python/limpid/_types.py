"""dtype and Size: small value classes that the C++ module makes objects of."""

from __future__ import annotations

from typing import Any, SupportsIndex, overload


class dtype:
    """The type of a tensor's elements: limpid.float32, limpid.int64, ...

    Attributes
    ----------
    itemsize : int
        Bytes an element takes.
    is_floating_point, is_signed : bool
    """

    __slots__ = ("_name", "itemsize", "is_floating_point", "is_signed")
    is_complex = False

    def __init__(self, name: str, itemsize: int, is_floating_point: bool, is_signed: bool):
        self._name = name
        self.itemsize = itemsize
        self.is_floating_point = is_floating_point
        self.is_signed = is_signed

    def __repr__(self) -> str:
        return f"limpid.{self._name}"

    def __reduce__(self) -> Any:
        return _dtype_by_name, (self._name,)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self


float16 = half = dtype("float16", 2, True, True)
bfloat16 = dtype("bfloat16", 2, True, True)
float32 = dtype("float32", 4, True, True)
float64 = double = dtype("float64", 8, True, True)
uint8 = dtype("uint8", 1, False, False)
int8 = dtype("int8", 1, False, True)
int16 = short = dtype("int16", 2, False, True)
int32 = dtype("int32", 4, False, True)
int64 = long = dtype("int64", 8, False, True)
# These three shadow builtins here, so they come last and the module uses none of them below.
_all = {d._name: d for d in (float16, bfloat16, float32, float64, uint8, int8, int16, int32, int64)}
_all["bool"] = dtype("bool", 1, False, False)


def _dtype_by_name(name: str) -> dtype:
    return _all[name]


class Size(tuple[int, ...]):
    """The shape of a tensor: a tuple of ints.

    >>> limpid.zeros(2, 3).shape
    limpid.Size([2, 3])
    """

    __slots__ = ()

    def numel(self) -> int:
        """The number of elements: the product of the sizes."""
        n = 1
        for size in self:
            n *= size
        return n

    def __repr__(self) -> str:
        return f"limpid.Size({list(self)})"

    @overload
    def __getitem__(self, index: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Size: ...
    def __getitem__(self, index: Any) -> Any:
        item = tuple.__getitem__(self, index)
        return Size(item) if isinstance(index, slice) else item

    def __add__(self, other: Any) -> Size:
        return Size(tuple.__add__(self, tuple(other)))

    def __reduce__(self) -> Any:
        return Size, (tuple(self),)


def __getattr__(name: str) -> Any:
    if name == "bool":
        return _all["bool"]
    raise AttributeError(name)
