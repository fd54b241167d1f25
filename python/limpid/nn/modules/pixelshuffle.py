"""Channels that become pixels, and back."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.nn.modules.layer import Layer


class PixelShuffle(Layer):
    """(..., C r^2, H, W) -> (..., C, H r, W r): channels become the pixels of an image r times as large.

    Source: Shi et al., Real-time single image super-resolution using an efficient sub-pixel convolutional
    network, CVPR 2016.
    """

    _options = ("upscale_factor",)

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.PixelShuffle(self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Layer):
    """(..., C, H r, W r) -> (..., C r^2, H, W): the reverse of PixelShuffle."""

    _options = ("downscale_factor",)

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.PixelUnshuffle(self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Layer):
    """The channels of (N, C, ...), read as a table of `groups` rows, by columns.

    Source: Zhang et al., ShuffleNet, CVPR 2018.
    """

    _options = ("groups",)

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.ChannelShuffle(self.groups)

    def extra_repr(self) -> str:
        return f"groups={self.groups}"
