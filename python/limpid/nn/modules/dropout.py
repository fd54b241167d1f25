"""Dropout: in training some elements are left out, in evaluation none."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.nn import functional as F
from limpid.nn.modules.layer import Layer, in_place
from limpid.nn.modules.module import Module


class _DropoutNd(Layer):
    _options = ("p",)
    _factory: Any  # of the C++ module

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        self.p = p
        self.inplace = inplace
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(self.p)

    def forward(self, input: Tensor) -> Tensor:
        if self.inplace:
            return in_place(self._cpp, input)
        return self._cpp.forward(input)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_DropoutNd):
    """In training zeroes each element with probability p and scales the others by 1 / (1 - p)."""

    _factory = _C._modules.Dropout


class Dropout1d(_DropoutNd):
    """Zeroes whole channels of (N, C, L) or (C, L)."""

    _factory = _C._modules.Dropout1d


class Dropout2d(_DropoutNd):
    """Zeroes whole channels of (N, C, H, W) or (C, H, W)."""

    _factory = _C._modules.Dropout2d


class Dropout3d(_DropoutNd):
    """Zeroes whole channels of (N, C, D, H, W) or (C, D, H, W)."""

    _factory = _C._modules.Dropout3d


class AlphaDropout(_DropoutNd):
    """Dropout that keeps mean 0 and variance 1, for behind SELU."""

    _factory = _C._modules.AlphaDropout


class FeatureAlphaDropout(Module):
    """AlphaDropout of whole channels of (N, C, ...)."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise _C.ValueError(f"FeatureAlphaDropout: p must be from 0 to 1, got {p}")
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.feature_alpha_dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"
