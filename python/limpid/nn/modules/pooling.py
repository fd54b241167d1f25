"""Pooling as layers."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.nn.modules.layer import Layer, Sizes, sizes


class _MaxPoolNd(Layer):
    _options = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
    _factory: Any  # of the C++ module
    _with_indices: Any

    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
                 return_indices: bool = False, ceil_mode: bool = False) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)

    def forward(self, input: Tensor) -> Any:
        if self.return_indices:
            return self._with_indices(input, self.kernel_size, self.stride, self.padding, self.dilation,
                                      self.ceil_mode)
        return self._cpp.forward(input)

    def extra_repr(self) -> str:
        return (f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
                f"dilation={self.dilation}, ceil_mode={self.ceil_mode}")


class MaxPool1d(_MaxPoolNd):
    """The largest element of each window of (N, C, L) or (C, L).

    Parameters
    ----------
    kernel_size : int
    stride : int, optional
        The kernel's size if left out.
    padding, dilation : int
    return_indices : bool
        Whether the places of the winners come too, for MaxUnpool1d.
    ceil_mode : bool
        Whether a window that begins inside and ends outside counts.
    """

    _factory = _C._modules.MaxPool1d
    _with_indices = _C._modules.max_pool1d_with_indices


class MaxPool2d(_MaxPoolNd):
    """The largest element of each window of (N, C, H, W) or (C, H, W); options as of MaxPool1d.

    >>> limpid.nn.MaxPool2d(2)(limpid.randn(1, 3, 8, 8)).shape
    limpid.Size([1, 3, 4, 4])
    """

    _factory = _C._modules.MaxPool2d
    _with_indices = _C._modules.max_pool2d_with_indices


class MaxPool3d(_MaxPoolNd):
    """The largest element of each window of (N, C, D, H, W) or (C, D, H, W); options as of MaxPool1d."""

    _factory = _C._modules.MaxPool3d
    _with_indices = _C._modules.max_pool3d_with_indices


class AvgPool1d(Layer):
    """The average of each window of (N, C, L) or (C, L)."""

    _options = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad")

    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
                 count_include_pad: bool = True) -> None:
        super().__init__()
        self.kernel_size = sizes(kernel_size, 1)
        self.stride = sizes(stride if stride is not None else kernel_size, 1)
        self.padding = sizes(padding, 1)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.AvgPool1d(self.kernel_size, self.stride, self.padding, self.ceil_mode,
                                     self.count_include_pad)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _AvgPoolNd(Layer):
    _options = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")
    _factory: Any

    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
                 count_include_pad: bool = True, divisor_override: int | None = None) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(self.kernel_size, self.stride, self.padding, self.ceil_mode,
                             self.count_include_pad, self.divisor_override)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(_AvgPoolNd):
    """The average of each window of (N, C, H, W) or (C, H, W).

    Parameters
    ----------
    kernel_size : int or (height, width)
    stride : int or (height, width), optional
        The kernel's size if left out.
    padding : int or (height, width)
    ceil_mode : bool
    count_include_pad : bool
        Whether padding counts in the divisor.
    divisor_override : int, optional
        The divisor, in place of the window's size.
    """

    _factory = _C._modules.AvgPool2d


class AvgPool3d(_AvgPoolNd):
    """The average of each window of (N, C, D, H, W) or (C, D, H, W); options as of AvgPool2d."""

    _factory = _C._modules.AvgPool3d


class _AdaptivePool(Layer):
    """As many windows as the output is to have; None keeps the input's size."""

    _options = ("output_size",)
    _factory: Any

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptivePool):
    """Averages of (N, C, L) or (C, L): output_size windows of about equal length."""

    _factory = _C._modules.AdaptiveAvgPool1d


class AdaptiveAvgPool2d(_AdaptivePool):
    """Averages of (N, C, H, W) or (C, H, W): output_size (an int, or a tuple whose None keeps a size)
    windows.

    >>> limpid.nn.AdaptiveAvgPool2d((7, None))(limpid.randn(1, 3, 9, 9)).shape
    limpid.Size([1, 3, 7, 9])
    """

    _factory = _C._modules.AdaptiveAvgPool2d


class AdaptiveAvgPool3d(_AdaptivePool):
    """Averages of (N, C, D, H, W) or (C, D, H, W): output_size (an int, or a tuple whose None keeps a size)
    windows."""

    _factory = _C._modules.AdaptiveAvgPool3d


class _AdaptiveMaxPool(_AdaptivePool):
    _with_indices: Any

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Tensor) -> Any:
        if self.return_indices:
            return self._with_indices(input, self.output_size)
        return self._cpp.forward(input)


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The largest elements of (N, C, L) or (C, L) in output_size windows of about equal length."""

    _factory = _C._modules.AdaptiveMaxPool1d
    _with_indices = _C._modules.adaptive_max_pool1d_with_indices


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The largest elements of (N, C, H, W) or (C, H, W) in output_size windows."""

    _factory = _C._modules.AdaptiveMaxPool2d
    _with_indices = _C._modules.adaptive_max_pool2d_with_indices


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The largest elements of (N, C, D, H, W) or (C, D, H, W) in output_size windows."""

    _factory = _C._modules.AdaptiveMaxPool3d
    _with_indices = _C._modules.adaptive_max_pool3d_with_indices


class _LPPoolNd(Layer):
    _options = ("norm_type", "kernel_size", "stride", "ceil_mode")
    _factory: Any

    def __init__(self, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None,
                 ceil_mode: bool = False) -> None:
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        stride = self.stride if self.stride is not None else self.kernel_size
        return self._factory(self.norm_type, self.kernel_size, stride, self.ceil_mode)

    def extra_repr(self) -> str:
        return (f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
                f"ceil_mode={self.ceil_mode}")


class LPPool1d(_LPPoolNd):
    """The p-norm of each window of (N, C, L) or (C, L)."""

    _factory = _C._modules.LPPool1d


class LPPool2d(_LPPoolNd):
    """The p-norm of each window of (N, C, H, W) or (C, H, W)."""

    _factory = _C._modules.LPPool2d


class LPPool3d(_LPPoolNd):
    """The p-norm of each window of (N, C, D, H, W) or (C, D, H, W)."""

    _factory = _C._modules.LPPool3d


class _MaxUnpoolNd(Layer):
    _axes: int
    _unpool: Any

    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0) -> None:
        super().__init__()
        self.kernel_size = sizes(kernel_size, self._axes)
        self.stride = sizes(stride if stride is not None else kernel_size, self._axes)
        self.padding = sizes(padding, self._axes)
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.Identity()

    def forward(self, input: Tensor, indices: Tensor, output_size: Any = None) -> Tensor:
        wanted = tuple(output_size)[-self._axes:] if output_size is not None else None
        return self._unpool(input, indices, self.kernel_size, self.stride, self.padding, wanted)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpoolNd):
    """Values of MaxPool1d back at their places: unpool(values, indices, output_size=None)."""

    _axes = 1
    _unpool = _C._modules.max_unpool1d


class MaxUnpool2d(_MaxUnpoolNd):
    """Values of MaxPool2d back at their places: unpool(values, indices, output_size=None)."""

    _axes = 2
    _unpool = _C._modules.max_unpool2d


class MaxUnpool3d(_MaxUnpoolNd):
    """Values of MaxPool3d back at their places: unpool(values, indices, output_size=None)."""

    _axes = 3
    _unpool = _C._modules.max_unpool3d
