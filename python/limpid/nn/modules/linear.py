"""Fully connected layers."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Parameter, Tensor
from limpid.nn import init
from limpid.nn.modules.layer import Layer
from limpid.nn.modules.module import Module


class Identity(Module):
    """Gives back what it gets; takes any arguments."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        return input


class Linear(Layer):
    """y = x weight^T + bias

    Parameters
    ----------
    in_features, out_features : int
    bias : bool
    device, dtype : of the parameters

    Attributes
    ----------
    weight : (out_features, in_features), uniform in +-1/sqrt(in_features) at first
    bias : (out_features,), the same; None without

    Shapes
    ------
    (..., in_features) -> (..., out_features)

    >>> limpid.nn.Linear(20, 30)(limpid.randn(128, 20)).shape
    limpid.Size([128, 30])
    """

    in_features: int
    out_features: int
    weight: Parameter
    bias: Parameter | None

    def __init__(self, in_features: int, out_features: int, bias: bool = True, device: Any = None,
                 dtype: Any = None) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self._with_bias = bias
        self._build(device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.Linear(self.in_features, self.out_features, self._with_bias, device, dtype)

    def reset_parameters(self) -> None:
        """New starting values."""
        init._default(self.weight, self.bias)

    def extra_repr(self) -> str:
        return (f"in_features={self.in_features}, out_features={self.out_features}, "
                f"bias={self.bias is not None}")


class LinearReLU(Linear):
    """relu(x weight^T + bias) in one step; parameters and their names are those of Linear.

    >>> limpid.nn.LinearReLU(20, 30)(limpid.randn(128, 20)).min() >= 0
    tensor(True)
    """

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.LinearReLU(self.in_features, self.out_features, self._with_bias, device, dtype)


class NonDynamicallyQuantizableLinear(Linear):
    """The Linear that is a part of MultiheadAttention, by PyTorch's name."""


class Bilinear(Layer):
    """y_k = x1 weight_k x2 + bias_k

    Attributes
    ----------
    weight : (out_features, in1_features, in2_features), uniform in +-1/sqrt(in1_features) at first
    bias : (out_features,), the same; None without

    Shapes
    ------
    (..., in1_features), (..., in2_features) -> (..., out_features)
    """

    def __init__(self, in1_features: int, in2_features: int, out_features: int, bias: bool = True,
                 device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        self._with_bias = bias
        self._build(device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.Bilinear(self.in1_features, self.in2_features, self.out_features, self._with_bias,
                                    device,
                               dtype)

    def reset_parameters(self) -> None:
        bound = 1 / self.in1_features**0.5
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        return self._forward_of(input1=input1, input2=input2)

    def extra_repr(self) -> str:
        return (f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
                f"out_features={self.out_features}, bias={self.bias is not None}")
