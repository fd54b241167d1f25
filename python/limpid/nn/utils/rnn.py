"""Sequences of different lengths in one tensor."""

from __future__ import annotations

from typing import Any, Iterable, NamedTuple, Sequence

from limpid import _C, _types
from limpid._C import Tensor
from limpid._checked import check_all


class PackedSequence(NamedTuple):
    """Sequences of different lengths without padding, the longest first.

    Attributes
    ----------
    data : (sum of lengths, *)
        Step by step: all sequences' first elements, then all second ones, ...
    batch_sizes : (T,), int64
        How many sequences have each step.
    sorted_indices, unsorted_indices : (B,), int64, or None
        From the order that was given to that of falling length, and back.
    """

    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        return self._replace(data=self.data.to(*args, **kwargs))

    def cpu(self) -> PackedSequence:
        return self

    def float(self) -> PackedSequence:
        return self.to(_types.float32)

    def double(self) -> PackedSequence:
        return self.to(_types.float64)

    def pin_memory(self) -> PackedSequence:
        return self

    @property
    def is_cuda(self) -> bool:
        return False

    def is_pinned(self) -> bool:
        return False


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
            raise _C.ShapeError(f"pad_sequence: sequence {i} has shape {tuple(row.shape)}; all axes but the "
                                f"first "
                                f"must be as of sequence 0, {tuple(rows[0].shape)}")
    return _C.stack([_padded(row, longest, padding_value, padding_side) for row in rows],
                    0 if batch_first else 1)


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


def pack_padded_sequence(input: Tensor, lengths: Tensor | Sequence[int], batch_first: bool = False,
                         enforce_sorted: bool = True) -> PackedSequence:
    """Padded sequences (T, B, *) without their padding, for recurrent layers.

    Parameters
    ----------
    input : (T, B, *), or (B, T, *) with batch_first
    lengths : tensor or list of B ints, each at least 1
    enforce_sorted : bool
        Whether the lengths must fall; else they are sorted here.
    """
    steps = input.transpose(0, 1) if batch_first else input
    sizes = [int(n) for n in lengths]
    if len(sizes) != steps.shape[1]:
        raise _C.ValueError(f"pack_padded_sequence: expected `len(lengths)` to be equal to batch_size, but "
                            f"got "
                            f"{len(sizes)} (batch_size={steps.shape[1]})")
    if min(sizes) < 1 or max(sizes) > steps.shape[0]:
        raise _C.ValueError(f"pack_padded_sequence: lengths must lie in 1..{steps.shape[0]}, got {sizes}")
    order = sorted(range(len(sizes)), key=lambda i: -sizes[i])
    if enforce_sorted and order != list(range(len(sizes))):
        raise _C.ValueError("pack_padded_sequence: `lengths` array must be sorted in decreasing order when "
                            "`enforce_sorted` is True; pass enforce_sorted=False")
    there = backwards = None
    if not enforce_sorted:
        there = _C.tensor(order)
        backwards = _C.tensor(sorted(range(len(order)), key=order.__getitem__))
        steps = steps.index_select(1, there)
    counts = [sum(size > t for size in sizes) for t in range(max(sizes))]
    data = _C.cat([steps[t, :count] for t, count in enumerate(counts)], 0)
    return PackedSequence(data, _C.tensor(counts), there, backwards)


def pad_packed_sequence(sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0,
                        total_length: int | None = None) -> tuple[Tensor, Tensor]:
    """The reverse of pack_padded_sequence.

    Returns
    -------
    (padded (T, B, *), lengths (B,)), in the order that was given to pack_padded_sequence
    """
    counts = sequence.batch_sizes.tolist()
    length = len(counts) if total_length is None else total_length
    if length < len(counts):
        raise _C.ValueError("pad_packed_sequence: expected total_length to be at least the length of the "
                            "longest "
                            f"sequence in input, but got total_length={total_length} and max sequence length "
                            f"being {len(counts)}")
    parts = list(sequence.data.split(counts))
    parts += [sequence.data[:0]] * (length - len(counts))
    padded = _C.stack([_padded(part, counts[0], padding_value, "right") for part in parts], 0)
    lengths = _C.tensor([sum(count > i for count in counts) for i in range(counts[0])])
    if sequence.unsorted_indices is not None:
        padded = padded.index_select(1, sequence.unsorted_indices)
        lengths = lengths.index_select(0, sequence.unsorted_indices)
    return (padded.transpose(0, 1) if batch_first else padded), lengths


def pack_sequence(sequences: Iterable[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences (length, *) packed."""
    rows = list(sequences)
    return pack_padded_sequence(pad_sequence(rows), [row.shape[0] for row in rows],
                                enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The reverse of pack_sequence."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


check_all(globals(), __name__)
