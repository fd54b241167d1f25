"""Normalisation over the last axes, over groups of channels, and over neighbouring channels."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Parameter
from limpid.nn import init
from limpid.nn.modules.layer import Layer, Sizes, sizes


class LayerNorm(Layer):
    """The last axes to mean 0 and variance 1, then scaled and shifted.

    Parameters
    ----------
    normalized_shape : int or tuple of ints
        The sizes of these axes.
    eps : float
        Added to the variance.
    elementwise_affine : bool
        Whether weight (and bias, unless bias=False) is learned.

    >>> limpid.nn.LayerNorm(16)(limpid.randn(2, 5, 16)).shape
    limpid.Size([2, 5, 16])
    """

    _options = ("normalized_shape", "eps", "elementwise_affine")
    weight: Parameter | None
    bias: Parameter | None

    def __init__(self, normalized_shape: Sizes, eps: float = 1e-5, elementwise_affine: bool = True,
                 bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.normalized_shape = sizes(normalized_shape, 1)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self._with_bias = bias
        self._build(device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.LayerNorm(self.normalized_shape, self.eps, self.elementwise_affine,
                                     self._with_bias, device,
                                dtype)

    def reset_parameters(self) -> None:
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def extra_repr(self) -> str:
        return (f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
                f"bias={self.bias is not None}")


class RMSNorm(Layer):
    """The last axes divided by the root of their mean square, then scaled.

    Parameters
    ----------
    normalized_shape : int or tuple of ints
    eps : float, optional
        Added to the mean square; the spacing of floats at 1 if left out.
    elementwise_affine : bool
        Whether weight is learned.
    """

    _options = ("normalized_shape", "eps", "elementwise_affine")
    weight: Parameter | None

    def __init__(self, normalized_shape: Sizes, eps: float | None = None, elementwise_affine: bool = True,
                 device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.normalized_shape = sizes(normalized_shape, 1)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self._build(device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.RMSNorm(self.normalized_shape, self.eps, self.elementwise_affine, device, dtype)

    def reset_parameters(self) -> None:
        if self.weight is not None:
            init.ones_(self.weight)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Layer):
    """Groups of channels of each sample of (N, C, ...) to mean 0 and variance 1, then scaled and shifted.

    Parameters
    ----------
    num_groups : int that divides num_channels
    num_channels : int
    eps : float
    affine : bool
        Whether weight and bias are learned.
    """

    _options = ("num_groups", "num_channels", "eps", "affine")
    weight: Parameter | None
    bias: Parameter | None

    def __init__(self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True,
                 device: Any = None, dtype: Any = None, *, bias: bool = True) -> None:
        super().__init__()
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self._with_bias = bias
        self._build(device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.GroupNorm(self.num_groups, self.num_channels, self.eps, self.affine, device, dtype,
                                self._with_bias)

    def reset_parameters(self) -> None:
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def extra_repr(self) -> str:
        return (f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
                f"bias={self.bias is not None}")


class LocalResponseNorm(Layer):
    """Each channel divided by (k + alpha mean of the squares of `size` neighbours)^beta."""

    _options = ("size", "alpha", "beta", "k")

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.LocalResponseNorm(self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
