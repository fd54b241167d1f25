"""Samples put together to batches."""

from __future__ import annotations

import collections.abc
from typing import Any, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid._interchange import as_tensor


def _is_array(x: Any) -> bool:
    return type(x).__module__ == "numpy" and hasattr(x, "dtype")


def _from_array(x: Any) -> Tensor:
    if x.dtype.kind not in "biuf":
        raise TypeError("default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found an "
                        f"array of {x.dtype}")
    return as_tensor(x.__array__())  # NumPy's scalars become arrays without axes


def default_convert(data: Any) -> Any:
    """NumPy arrays within `data` as tensors; nothing else is changed."""
    if _is_array(data):
        return data if data.dtype.kind not in "biuf" else _from_array(data)
    if isinstance(data, collections.abc.Mapping):
        return {key: default_convert(value) for key, value in data.items()}
    if isinstance(data, tuple) and hasattr(data, "_fields"):  # a namedtuple
        return type(data)(*map(default_convert, data))
    if isinstance(data, (list, tuple)):
        return [default_convert(value) for value in data]
    return data


def default_collate(batch: Sequence[Any]) -> Any:
    """A list of samples as one batch.

    Tensors and arrays are stacked along a new first axis, numbers become a 1-d tensor (floats float64, as in
    PyTorch), texts stay as they are; dicts, tuples and lists are gone into.

    Raises
    ------
    TypeError
        For other kinds of samples.
    RuntimeError
        When samples differ in shape or length.
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return _C.stack(list(batch), 0)
    if _is_array(first):
        tensors = [_from_array(x) for x in batch]
        return _C.stack(tensors, 0)
    if isinstance(first, float):
        return _C.tensor(batch, dtype=float)
    if isinstance(first, int):
        return _C.tensor(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, collections.abc.Mapping):
        items = {key: default_collate([sample[key] for sample in batch]) for key in first}
        try:
            return type(first)(items)  # type: ignore[call-arg]
        except TypeError:  # a class whose constructor takes something else
            return items
    if isinstance(first, collections.abc.Sequence):
        return _collate_columns(batch, first)
    raise TypeError("default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found "
                    f"{type(first).__name__}")


def _collate_columns(batch: Sequence[Any], first: Any) -> Any:
    if any(len(sample) != len(first) for sample in batch):
        raise RuntimeError("each element in list of batch should be of equal size; found lengths "
                           f"{sorted({len(sample) for sample in batch})}")
    columns = [default_collate(column) for column in zip(*batch)]
    if hasattr(first, "_fields"):
        return type(first)(*columns)
    return columns
