"""Maxima over windows at random places, so that an image shrinks by any factor."""

from __future__ import annotations

from typing import Any, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all

Sizes = Union[int, Sequence[int]]


def _each(name: str, what: str, value: Any, axes: int) -> tuple[Any, ...]:
    listed = tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes
    if len(listed) != axes:
        raise _C.ValueError(f"{name}: {what} must be one number or {axes}, got {value}")
    return listed


def _starts(sample: Tensor, size: int, windows: int, kernel: int) -> Tensor:
    """Where the windows along one axis begin, (..., windows): steps of about the same length from a random start, the
    last window at the end."""
    end = _C.full((*sample.shape, 1), size - kernel)
    if windows == 1:
        return end
    step = _C.tensor(float(size - kernel), dtype=sample.dtype) / (windows - 1)
    number = _C.arange(windows - 1, dtype=sample.dtype)
    first = ((number + sample.unsqueeze(-1)) * step).long() - (sample * step).long().unsqueeze(-1)
    return _C.cat([first, end], -1)


def fractional_max_pool(axes: int, input: Tensor, kernel_size: Sizes, output_size: Optional[Sizes],
                        output_ratio: Any, samples: Optional[Tensor]) -> tuple[Tensor, Tensor]:
    """The maxima, and where in the input they stand."""
    name = f"fractional_max_pool{axes}d"
    if input.dim() not in (axes + 1, axes + 2):
        raise _C.ShapeError(f"{name}: takes (N, C, ...) or (C, ...) with {axes} axes more, got {tuple(input.shape)}")
    if (output_size is None) == (output_ratio is None):
        raise _C.ValueError(f"{name}: needs either output_size or output_ratio")
    x = input if input.dim() == axes + 2 else input.unsqueeze(0)
    sizes, kernels = x.shape[2:], _each(name, "kernel_size", kernel_size, axes)
    if output_size is None:
        ratios = _each(name, "output_ratio", output_ratio, axes)
        if not all(0 < ratio < 1 for ratio in ratios):
            raise _C.ValueError(f"{name}: output_ratio must be between 0 and 1, got {output_ratio}")
        windows = tuple(int(n * ratio) for n, ratio in zip(sizes, ratios))
    else:
        windows = _each(name, "output_size", output_size, axes)
    for axis, (n, out, k) in enumerate(zip(sizes, windows, kernels)):
        if k < 1 or out < 1 or out + k - 1 > n:
            raise _C.ShapeError(f"{name}: {out} windows of {k} elements do not fit axis {axis + 2} of size {n}")
    if samples is None:
        samples = _C.rand(*x.shape[:2], axes, dtype=x.dtype)
    values, indices = _pooled(x, sizes, windows, kernels, samples)
    return (values, indices) if input.dim() == axes + 2 else (values.squeeze(0), indices.squeeze(0))


def _pooled(x: Tensor, sizes: Sequence[int], windows: Sequence[int], kernels: Sequence[int],
            samples: Tensor) -> tuple[Tensor, Tensor]:
    axes, lead = len(sizes), tuple(x.shape[:2])
    place: Any = 0  # (N, C, windows..., kernels...)
    for axis, (n, out, k) in enumerate(zip(sizes, windows, kernels)):
        # PyTorch draws the numbers of images for the width first, and of volumes for the depth
        number = axes - 1 - axis if axes == 2 else axis
        at = _starts(samples[..., number], n, out, k).unsqueeze(-1) + _C.arange(k)
        shape = [1] * (2 * axes)
        shape[axis], shape[axes + axis] = out, k
        place = place * n + at.reshape(*lead, *shape)
    places = place.reshape(*lead, -1)
    count = 1
    for out in windows:
        count *= out
    found = _C._with_corners(x).reshape(*lead, -1).gather(2, places).reshape(*lead, count, -1).max(-1)
    indices = places.reshape(*lead, count, -1).gather(3, found.indices.unsqueeze(-1)).squeeze(-1)
    return found.values.reshape(*lead, *windows), indices.reshape(*lead, *windows)


def fractional_max_pool2d(input: Tensor, kernel_size: Sizes, output_size: Optional[Sizes] = None,
                          output_ratio: Any = None, return_indices: bool = False,
                          _random_samples: Optional[Tensor] = None) -> Any:
    """Maxima of windows at random places of (N, C, H, W) or (C, H, W).

    Parameters
    ----------
    kernel_size : int or (height, width)
    output_size : int or (height, width), optional; or
    output_ratio : float or (float, float), optional
        The output's size over the input's, between 0 and 1.
    return_indices : bool
        Also where in its plane each maximum stands.

    References
    ----------
    Graham, Fractional max-pooling, arXiv 1412.6071
    """
    both = fractional_max_pool(2, input, kernel_size, output_size, output_ratio, _random_samples)
    return both if return_indices else both[0]


def fractional_max_pool3d(input: Tensor, kernel_size: Sizes, output_size: Optional[Sizes] = None,
                          output_ratio: Any = None, return_indices: bool = False,
                          _random_samples: Optional[Tensor] = None) -> Any:
    """Maxima of windows at random places of (N, C, D, H, W) or (C, D, H, W); see fractional_max_pool2d."""
    both = fractional_max_pool(3, input, kernel_size, output_size, output_ratio, _random_samples)
    return both if return_indices else both[0]


def fractional_max_pool2d_with_indices(input: Tensor, kernel_size: Sizes, output_size: Optional[Sizes] = None,
                                       output_ratio: Any = None, return_indices: bool = True,
                                       _random_samples: Optional[Tensor] = None) -> tuple[Tensor, Tensor]:
    """fractional_max_pool2d, and where in its plane each maximum stands."""
    return fractional_max_pool(2, input, kernel_size, output_size, output_ratio, _random_samples)


def fractional_max_pool3d_with_indices(input: Tensor, kernel_size: Sizes, output_size: Optional[Sizes] = None,
                                       output_ratio: Any = None, return_indices: bool = True,
                                       _random_samples: Optional[Tensor] = None) -> tuple[Tensor, Tensor]:
    """fractional_max_pool3d, and where in its volume each maximum stands."""
    return fractional_max_pool(3, input, kernel_size, output_size, output_ratio, _random_samples)


check_all(globals(), __name__)
