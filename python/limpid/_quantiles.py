"""Quantiles of all elements or along an axis, with PyTorch's ways to go between two of them; and neighbours that
differ."""

from __future__ import annotations

from typing import Any, Optional, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all
from limpid._types import bfloat16 as _bfloat16, float16 as _float16, float32 as _float32, float64 as _float64, int64 as _int64

_WAYS = ("linear", "lower", "higher", "nearest", "midpoint")


def quantile(input: Tensor, q: Union[float, Tensor], dim: Optional[int] = None, keepdim: bool = False, *,
             interpolation: str = "linear", out: Optional[Tensor] = None) -> Tensor:
    """The value below which a share q of the elements lies; NaN where there is one.

    Parameters
    ----------
    q : float or Tensor
        From 0 to 1. Several give a first axis of results.
    interpolation : "linear", "lower", "higher", "nearest" or "midpoint"
        What lies between two elements.
    """
    if interpolation == "linear":
        result = _C.quantile(input, q, dim, keepdim)
    else:
        result = _quantiles("quantile", input, q, dim, keepdim, interpolation, False)
    return result if out is None else out.copy_(result)


def nanquantile(input: Tensor, q: Union[float, Tensor], dim: Optional[int] = None, keepdim: bool = False, *,
                interpolation: str = "linear", out: Optional[Tensor] = None) -> Tensor:
    """quantile of the elements that are numbers; NaN where none is."""
    result = _quantiles("nanquantile", input, q, dim, keepdim, interpolation, True)
    return result if out is None else out.copy_(result)


def _quantiles(name: str, input: Tensor, q: Union[float, Tensor], dim: Optional[int], keepdim: bool, interpolation: str,
               skip_nan: bool) -> Tensor:
    if interpolation not in _WAYS:
        raise _C.ValueError(f"{name}: interpolation must be one of {', '.join(_WAYS)}, not {interpolation!r}")
    if input.dtype in (_float16, _bfloat16) and _C.is_autocast_enabled():
        input = input.to(_float32)
    if input.dtype not in (_float32, _float64):
        raise _C.DTypeError(f"{name}: input has dtype {input.dtype}, but it must be float32 or float64; convert it with "
                            ".to(limpid.float32)")
    shares = q if isinstance(q, Tensor) else _C.tensor(float(q), dtype=input.dtype)
    if shares.dim() > 1 or shares.dtype != input.dtype:
        raise _C.ValueError(f"{name}: q must be a number or a vector of {input.dtype}, got {tuple(shares.shape)} of "
                            f"{shares.dtype}")
    if not bool(((shares >= 0) & (shares <= 1)).all()):
        raise _C.ValueError(f"{name}: q must be from 0 to 1, got {shares.tolist()}")
    x = input.reshape(-1) if dim is None else input.reshape(input.shape or (1,))
    axis = 0 if dim is None else dim
    if x.shape[axis] == 0:
        raise _C.ValueError(f"{name}: dimension {axis} is empty")
    rows = x.movedim(axis, -1).sort(-1).values
    found = _C.stack([_at(rows, share, interpolation, skip_nan) for share in shares.reshape(-1)])
    if keepdim:
        found = found.reshape(-1, *[1] * input.dim()) if dim is None else found.unsqueeze(axis + 1 if axis >= 0 else axis)
    elif dim is not None and input.dim() == 0:
        found = found.reshape(-1)
    return found if shares.dim() else found.squeeze(0)


def _at(rows: Tensor, share: Tensor, interpolation: str, skip_nan: bool) -> Tensor:
    """Of sorted rows, whose NaN stand at the end."""
    is_nan = rows.detach().isnan()
    numbers = (~is_nan).sum(-1) if skip_nan else _C.full(rows.shape[:-1], rows.shape[-1], dtype=_int64)
    rank = share * (numbers - 1).clamp(min=0).to(rows.dtype)
    rank = {"lower": rank.floor, "higher": rank.ceil, "nearest": rank.round}.get(interpolation, rank.clone)()
    low, high = (rows.gather(-1, place.to(_int64).unsqueeze(-1)).squeeze(-1) for place in (rank.floor(), rank.ceil()))
    part = _C.full_like(rank, 0.5) if interpolation == "midpoint" else rank - rank.floor()
    value = low + (high - low) * part.detach()
    value = _C.where(low == high, low, value)  # infinities too
    nothing = numbers == 0 if skip_nan else is_nan.any(-1)
    return value.masked_fill(nothing, float("nan"))


def unique_consecutive(input: Tensor, return_inverse: bool = False, return_counts: bool = False,
                       dim: Optional[int] = None) -> Any:
    """unique of neighbours alone: what comes again later is there again.

    Parameters
    ----------
    dim : int, optional
        Compare the entries along this axis, element by element.

    Returns
    -------
    values, or a tuple with, as asked for, the place of each element (entry) among them and how often each is there
    """
    if dim is None:
        return _C.unique_consecutive(input, return_inverse, return_counts)
    entries = input.detach().movedim(dim, 0)
    if input.numel() == 0:
        raise _C.ValueError(f"unique_consecutive: there are no elements to compare in shape {tuple(input.shape)}")
    rows = entries.reshape(entries.shape[0], -1)
    starts = _C.cat([_C.tensor([True]), (rows[1:] != rows[:-1]).any(1)])
    group = starts.to(_int64).cumsum(0) - 1
    found = [entries[starts].movedim(0, dim)] + [group] * return_inverse + [_C.bincount(group)] * return_counts
    return found[0] if len(found) == 1 else tuple(found)


check_all(globals(), __name__)

for _function in (quantile, nanquantile, unique_consecutive):
    setattr(Tensor, _function.__name__, _function)

__all__ = ["nanquantile", "quantile", "unique_consecutive"]
