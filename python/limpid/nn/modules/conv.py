"""Convolutions of sequences, images and volumes, and their transposes."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Parameter, Tensor
from limpid.nn import init
from limpid.nn.modules.layer import Layer, Sizes, sizes


class _ConvNd(Layer):
    """What all of them share. Sizes are kept as tuples, one entry an axis."""

    _options = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups",
                "padding_mode", "output_padding")
    _axes: int
    transposed = False
    weight: Parameter
    bias: Parameter | None

    def __init__(self, in_channels: int, out_channels: int, kernel_size: Sizes, stride: Sizes, padding: Sizes | str,
                 dilation: Sizes, output_padding: Sizes, groups: int, bias: bool, padding_mode: str, device: Any,
                 dtype: Any) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = sizes(kernel_size, self._axes)
        self.stride = sizes(stride, self._axes)
        self.padding = padding if isinstance(padding, str) else sizes(padding, self._axes)
        self.dilation = sizes(dilation, self._axes)
        self.output_padding = sizes(output_padding, self._axes)
        self.groups = groups
        self.padding_mode = padding_mode
        self._with_bias = bias
        self._build(device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return getattr(_C._modules, f"Conv{self._axes}d")(
            self.in_channels, self.out_channels, self.kernel_size, self.stride, self.padding, self.dilation,
            self.groups, self._with_bias, self.padding_mode, device, dtype)

    def reset_parameters(self) -> None:
        """New starting values: uniform in +-1/sqrt(fan_in)."""
        init._default(self.weight, self.bias)

    def extra_repr(self) -> str:
        zeros = (0,) * self._axes
        ones = (1,) * self._axes
        text = (f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, "
                f"stride={self.stride}")
        if self.padding != zeros:
            text += f", padding={self.padding}"
        if self.dilation != ones:
            text += f", dilation={self.dilation}"
        if self.output_padding != zeros:
            text += f", output_padding={self.output_padding}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        if self.padding_mode != "zeros":
            text += f", padding_mode={self.padding_mode}"
        return text


class _Conv(_ConvNd):
    def __init__(self, in_channels: int, out_channels: int, kernel_size: Sizes, stride: Sizes = 1,
                 padding: Sizes | str = 0, dilation: Sizes = 1, groups: int = 1, bias: bool = True,
                 padding_mode: str = "zeros", device: Any = None, dtype: Any = None) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, 0, groups, bias,
                         padding_mode, device, dtype)


class Conv1d(_Conv):
    """Cross-correlation of sequences.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size, stride, dilation : int or a tuple of one
    padding : int, a tuple of one, "same" or "valid"
    groups : int that divides both numbers of channels
    bias : bool
    padding_mode : "zeros", "reflect", "replicate" or "circular"

    Shapes
    ------
    (N, in_channels, L) -> (N, out_channels, OL), or without N
    """

    _axes = 1


class Conv2d(_Conv):
    """Cross-correlation of images.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size, stride, dilation : int or (height, width)
    padding : int, (height, width), "same" or "valid"
    groups : int that divides both numbers of channels
    bias : bool
    padding_mode : "zeros", "reflect", "replicate" or "circular"

    Attributes
    ----------
    weight : (out_channels, in_channels / groups, height, width), uniform in +-1/sqrt(fan_in) at first
    bias : (out_channels,), the same; None without

    Shapes
    ------
    (N, in_channels, H, W) -> (N, out_channels, OH, OW), or without N, where
    OH = (H + 2 padding - dilation (height - 1) - 1) // stride + 1

    >>> limpid.nn.Conv2d(3, 8, 3, padding=1)(limpid.randn(2, 3, 32, 32)).shape
    limpid.Size([2, 8, 32, 32])
    """

    _axes = 2


class Conv3d(_Conv):
    """Cross-correlation of volumes; options as of Conv2d, sizes (depth, height, width).

    Shapes
    ------
    (N, in_channels, D, H, W) -> (N, out_channels, OD, OH, OW), or without N
    """

    _axes = 3


class _ConvTransposeNd(_ConvNd):
    transposed = True

    def __init__(self, in_channels: int, out_channels: int, kernel_size: Sizes, stride: Sizes = 1,
                 padding: Sizes | str = 0, output_padding: Sizes = 0, groups: int = 1, bias: bool = True,
                 dilation: Sizes = 1, padding_mode: str = "zeros", device: Any = None,
                 dtype: Any = None) -> None:
        if padding_mode != "zeros":
            raise _C.ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, output_padding,
                         groups, bias, padding_mode, device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return getattr(_C._modules, f"ConvTranspose{self._axes}d")(
            self.in_channels, self.out_channels, self.kernel_size, self.stride, self.padding,
            self.output_padding, self.groups, self._with_bias, self.dilation, device, dtype)

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        if output_size is None:
            return self._cpp.forward(input)
        if not isinstance(output_size, int) and not all(isinstance(size, int) for size in output_size):
            raise TypeError(f"{type(self).__name__}: output_size must be ints, not {output_size}")
        wanted = sizes(output_size, self._axes)
        return _C._modules.conv_transpose_to(self._cpp, input, wanted[-self._axes:])


class ConvTranspose1d(_ConvTransposeNd):
    """The transpose of Conv1d (a "deconvolution"); called with output_size, it has that size.

    Shapes
    ------
    (N, in_channels, L) -> (N, out_channels, OL), or without N
    """

    _axes = 1


class ConvTranspose2d(_ConvTransposeNd):
    """The transpose of Conv2d (a "deconvolution"); called with output_size, it has that size.

    Shapes
    ------
    (N, in_channels, H, W) -> (N, out_channels, OH, OW), or without N, where
    OH = (H - 1) stride - 2 padding + dilation (height - 1) + output_padding + 1
    """

    _axes = 2


class ConvTranspose3d(_ConvTransposeNd):
    """The transpose of Conv3d (a "deconvolution"); called with output_size, it has that size.

    Shapes
    ------
    (N, in_channels, D, H, W) -> (N, out_channels, OD, OH, OW), or without N
    """

    _axes = 3
