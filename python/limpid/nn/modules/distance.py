"""Distances as layers of two inputs."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.nn.modules.layer import Layer


class PairwiseDistance(Layer):
    """The p-norm of x1 - x2 + eps, along the last axis."""

    _options = ("norm", "eps", "keepdim")

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.PairwiseDistance(self.norm, self.eps, self.keepdim)

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        return self._forward_of(x1=x1, x2=x2)


class CosineSimilarity(Layer):
    """x1 . x2 / (|x1| |x2|), along `dim`."""

    _options = ("dim", "eps")

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.CosineSimilarity(self.dim, self.eps)

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        return self._forward_of(x1=x1, x2=x2)
