"""Padding as layers: of the last axis (1d), the last two (2d) or three (3d).

`padding` is one size for all sides, or (left, right, top, bottom, front, back) as far as there are axes.
"""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.nn.modules.layer import Layer, sizes


def _whole(padding: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """No padding of the axes that are not named: (left, right) of two axes."""
    short = len(padding) < count and len(padding) % 2 == 0
    return padding + (0,) * (count - len(padding)) if short else padding


class _Pad(Layer):
    _options = ("padding",)
    _factory: Any  # of the C++ module
    _axes: int

    def __init__(self, padding: Any) -> None:
        super().__init__()
        self.padding = sizes(padding, 2 * self._axes)
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(self.padding)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ZeroPad(_Pad):
    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(_whole(self.padding, 2 * self._axes))


class _ConstantPad(Layer):
    """A constant around it."""

    _options = ("padding", "value")
    _factory: Any
    _axes: int

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__()
        self.padding = sizes(padding, 2 * self._axes)
        self.value = value
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(_whole(self.padding, 2 * self._axes), self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ZeroPad1d(_ZeroPad):
    """Zeros around (N, C, L); negative sizes take elements away."""

    _factory = _C._modules.ZeroPad1d
    _axes = 1


class ZeroPad2d(_ZeroPad):
    """Zeros around (N, C, H, W); negative sizes take elements away."""

    _factory = _C._modules.ZeroPad2d
    _axes = 2


class ZeroPad3d(_ZeroPad):
    """Zeros around (N, C, D, H, W); negative sizes take elements away."""

    _factory = _C._modules.ZeroPad3d
    _axes = 3


class ConstantPad1d(_ConstantPad):
    """A constant around (N, C, L); negative sizes take elements away."""

    _factory = _C._modules.ConstantPad1d
    _axes = 1


class ConstantPad2d(_ConstantPad):
    """A constant around (N, C, H, W); negative sizes take elements away."""

    _factory = _C._modules.ConstantPad2d
    _axes = 2


class ConstantPad3d(_ConstantPad):
    """A constant around (N, C, D, H, W); negative sizes take elements away."""

    _factory = _C._modules.ConstantPad3d
    _axes = 3


class ReflectionPad1d(_Pad):
    """(N, C, L) mirrored at the edges, which do not come twice."""

    _factory = _C._modules.ReflectionPad1d
    _axes = 1


class ReflectionPad2d(_Pad):
    """(N, C, H, W) mirrored at the edges, which do not come twice."""

    _factory = _C._modules.ReflectionPad2d
    _axes = 2


class ReflectionPad3d(_Pad):
    """(N, C, D, H, W) mirrored at the edges, which do not come twice."""

    _factory = _C._modules.ReflectionPad3d
    _axes = 3


class ReplicationPad1d(_Pad):
    """(N, C, L) with the edges repeated."""

    _factory = _C._modules.ReplicationPad1d
    _axes = 1


class ReplicationPad2d(_Pad):
    """(N, C, H, W) with the edges repeated."""

    _factory = _C._modules.ReplicationPad2d
    _axes = 2


class ReplicationPad3d(_Pad):
    """(N, C, D, H, W) with the edges repeated."""

    _factory = _C._modules.ReplicationPad3d
    _axes = 3


class CircularPad1d(_Pad):
    """(N, C, L) continued from the other side."""

    _factory = _C._modules.CircularPad1d
    _axes = 1


class CircularPad2d(_Pad):
    """(N, C, H, W) continued from the other side."""

    _factory = _C._modules.CircularPad2d
    _axes = 2


class CircularPad3d(_Pad):
    """(N, C, D, H, W) continued from the other side."""

    _factory = _C._modules.CircularPad3d
    _axes = 3
