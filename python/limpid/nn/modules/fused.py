"""A convolution, its batch norm and its activation as one layer."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.nn.modules.activation import ReLU
from limpid.nn.modules.batchnorm import BatchNorm2d
from limpid.nn.modules.container import Sequential
from limpid.nn.modules.conv import Conv2d
from limpid.nn.modules.layer import sizes


class ConvBNReLU(Sequential):
    """relu(batch_norm(conv2d(x))), one step at a time in training.

    In eval mode under no_grad it is one convolution: the batch norm is folded into a copy of the weight, once
    a version of its tensors, and hooks of the children do not run. Names in the state dict are those of
    Sequential(Conv2d(..., bias=False), BatchNorm2d(...), ReLU()).

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size, stride, padding, dilation : int or (height, width); padding None keeps the size, with stride 1
    groups : int
    relu : bool, False leaves the activation away
    eps, momentum : of the batch norm

    Shapes
    ------
    (N, in_channels, H, W) -> (N, out_channels, OH, OW)

    >>> limpid.nn.ConvBNReLU(3, 8, stride=2)(limpid.randn(2, 3, 32, 32)).shape
    limpid.Size([2, 8, 16, 16])
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: Any = 3, stride: Any = 1,
                 padding: Any = None, groups: int = 1, dilation: Any = 1, relu: bool = True, eps: float = 1e-5,
                 momentum: float | None = 0.1, device: Any = None, dtype: Any = None) -> None:
        if padding is None:
            padding = tuple((k - 1) // 2 * d for k, d in zip(sizes(kernel_size, 2), sizes(dilation, 2)))
        super().__init__(
            Conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias=False,
                   device=device, dtype=dtype),
            BatchNorm2d(out_channels, eps, momentum, device=device, dtype=dtype), *([ReLU()] if relu else []))

    def forward(self, input: Tensor) -> Tensor:
        if self.training or _C.is_grad_enabled():
            result: Tensor = super().forward(input)
            return result
        folded = self.__dict__.setdefault("_folded", _C._modules.FoldedBatchNorm())
        conv, norm, *relu = self._modules.values()
        weight, bias = folded.of(conv.weight, conv.bias, norm.running_mean, norm.running_var, norm.weight,
                                 norm.bias, norm.eps)
        convolve = _C._nn.conv2d_relu if relu else _C._nn.conv2d
        return convolve(input, weight, bias, conv.stride, conv.padding, conv.dilation, conv.groups)

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        state.pop("_folded", None)
        return state
