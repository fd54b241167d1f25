"""Sequences of different lengths in one tensor."""

from __future__ import annotations

from typing import Iterable

from limpid import _C
from limpid._C import Tensor


def pad_sequence(sequences: Tensor | Iterable[Tensor], batch_first: bool = False, padding_value: float = 0.0,
                 padding_side: str = "right") -> Tensor:
    """Sequences (length, *) side by side, the shorter ones padded.

    Parameters
    ----------
    sequences : iterable of Tensors
        Equal in all axes but the first.
    batch_first : bool
        (B, T, *) in place of (T, B, *).
    padding_value : float
    padding_side : "right" or "left"

    >>> pad_sequence([limpid.ones(2), limpid.ones(3)], batch_first=True)
    tensor([[1., 1., 0.],
            [1., 1., 1.]])
    """
    if padding_side not in ("left", "right"):
        raise _C.ValueError(f"pad_sequence: padding_side must be 'right' or 'left', got {padding_side!r}")
    rows = list(sequences)
    if not rows:
        raise _C.ValueError("pad_sequence: received an empty list of sequences")
    longest = max(row.shape[0] for row in rows)
    for i, row in enumerate(rows):
        if row.shape[1:] != rows[0].shape[1:]:
            raise _C.ShapeError(f"pad_sequence: sequence {i} has shape {tuple(row.shape)}; all axes but the first "
                                f"must be as of sequence 0, {tuple(rows[0].shape)}")
    return _C.stack([_padded(row, longest, padding_value, padding_side) for row in rows], 0 if batch_first else 1)


def _padded(row: Tensor, length: int, value: float, side: str) -> Tensor:
    missing = length - row.shape[0]
    if missing == 0:
        return row
    padding = row.new_full((missing, *row.shape[1:]), value)
    return _C.cat([row, padding] if side == "right" else [padding, row], 0)


def unpad_sequence(padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False) -> list[Tensor]:
    """The sequences without their padding."""
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[:int(length)] for row, length in zip(rows.unbind(0), lengths)]
