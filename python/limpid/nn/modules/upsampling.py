"""Resampling as layers."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.nn.modules.layer import Layer


class Upsample(Layer):
    """Images, sequences and volumes of another size.

    Parameters
    ----------
    size : int or tuple, optional
        Of the output's spatial axes; or
    scale_factor : float or tuple, optional
    mode : "nearest", "nearest-exact", "linear" (N, C, L), "bilinear", "bicubic" (N, C, H, W) or
        "trilinear" (N, C, D, H, W)
    align_corners : bool, optional
        Whether the corner pixels keep their values.
    """

    _options = ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor")

    def __init__(self, size: Any = None, scale_factor: Any = None, mode: str = "nearest",
                 align_corners: bool | None = None, recompute_scale_factor: bool | None = None) -> None:
        super().__init__()
        self.name = type(self).__name__
        self.size = size
        if isinstance(scale_factor, tuple):
            self.scale_factor: Any = tuple(float(factor) for factor in scale_factor)
        else:
            self.scale_factor = float(scale_factor) if scale_factor else None
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        factors = self.scale_factor
        if factors is not None and not isinstance(factors, (tuple, list)):
            factors = (factors,)
        return _C._modules.Upsample(self.size or (), factors or (), self.mode, bool(self.align_corners),
                               bool(self.recompute_scale_factor))

    def forward(self, input: Tensor) -> Tensor:
        for name, sizes in (("size", self.size), ("scale_factor", self.scale_factor)):
            if isinstance(sizes, (tuple, list)) and isinstance(input, Tensor) and len(sizes) != input.dim() - 2:
                raise _C.ShapeError(f"Upsample: {name} has {len(sizes)} numbers for the {input.dim() - 2} spatial "
                                    f"dimensions of {tuple(input.shape)}")
        return self._forward_one(input)

    def extra_repr(self) -> str:
        if self.scale_factor is not None:
            return f"scale_factor={self.scale_factor!r}, mode={self.mode!r}"
        return f"size={self.size!r}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """(N, C, H, W) of another size, by the nearest pixel."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="nearest")


class UpsamplingBilinear2d(Upsample):
    """(N, C, H, W) of another size, bilinear, which keeps the corners."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)
