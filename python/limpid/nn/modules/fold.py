"""Windows of images as columns, and back."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.nn.modules.layer import Layer


class Unfold(Layer):
    """(N, C, H, W) -> (N, C kh kw, windows)"""

    _options = ("kernel_size", "dilation", "padding", "stride")

    def __init__(self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.Unfold(self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, "
                f"stride={self.stride}")


class Fold(Layer):
    """(N, C kh kw, windows) -> (N, C, *output_size), adding up where windows overlap."""

    _options = ("output_size", "kernel_size", "dilation", "padding", "stride")

    def __init__(self, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0,
                 stride: Any = 1) -> None:
        super().__init__()
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.Fold(self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (f"output_size={self.output_size}, kernel_size={self.kernel_size}, dilation={self.dilation}, "
                f"padding={self.padding}, stride={self.stride}")
