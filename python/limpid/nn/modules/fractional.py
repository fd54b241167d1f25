"""Fractional max pooling as layers."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.nn import functional as F
from limpid.nn.modules.module import Module


class _FractionalMaxPool(Module):
    _axes: int

    def __init__(self, kernel_size: Any, output_size: Any = None, output_ratio: Any = None,
                 return_indices: bool = False, _random_samples: Tensor | None = None) -> None:
        super().__init__()
        if (output_size is None) == (output_ratio is None):
            raise _C.ValueError(f"{type(self).__name__}: needs either output_size or output_ratio")
        axes = self._axes
        self.kernel_size = tuple(kernel_size) if isinstance(kernel_size, (tuple, list)) else (kernel_size,) * axes
        self.output_size, self.output_ratio, self.return_indices = output_size, output_ratio, return_indices
        self._random_samples = _random_samples

    def forward(self, input: Tensor) -> Any:
        pool = F.fractional_max_pool2d if self._axes == 2 else F.fractional_max_pool3d
        return pool(input, self.kernel_size, self.output_size, self.output_ratio, self.return_indices,
                    self._random_samples)


class FractionalMaxPool2d(_FractionalMaxPool):
    """Maxima of windows at random places of (N, C, H, W) or (C, H, W): an image shrinks by any factor.

    Parameters
    ----------
    kernel_size : int or (height, width)
    output_size : int or (height, width), optional; or
    output_ratio : float or (float, float), optional
    return_indices : bool
        Also where in its plane each maximum stands.
    """

    _axes = 2


class FractionalMaxPool3d(_FractionalMaxPool):
    """The same of (N, C, D, H, W) or (C, D, H, W)."""

    _axes = 3
