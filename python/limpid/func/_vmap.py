"""A function of samples as a function of batches."""

from __future__ import annotations

import functools
from typing import Any, Callable, Optional

from limpid import _C
from limpid._C import Tensor
from limpid.func._tree import leaves, refilled, spread


def vmap(func: Callable[..., Any], in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", *,
         chunk_size: Optional[int] = None) -> Callable[..., Any]:
    """A function that calls func for each sample of a batch and stacks the results: as in PyTorch, but by a loop, so that it
    is no faster than one.

    Parameters
    ----------
    in_dims : int, None, or a tuple, list or dict of them
        The axis of samples of each argument; None: the argument goes to all calls as it is. One in place of several
        stands for all of them. Keyword arguments have their samples along axis 0.
    out_dims : int or a tuple of them
        Where the axis of samples goes in each result.
    randomness : str
        "same": each call draws the same numbers. Otherwise they differ.
    chunk_size : int, optional
        Taken, without effect.

    >>> limpid.vmap(limpid.dot)(limpid.eye(2), limpid.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.])
    """
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"vmap: randomness must be 'error', 'different' or 'same', not {randomness!r}")

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        given = (list(args), dict(kwargs))
        axes = spread(list(in_dims) if isinstance(in_dims, (tuple, list)) else in_dims, given[0], "vmap: in_dims")
        axes += [0] * len(leaves(given[1]))
        values = leaves(given)
        samples = [_samples(value, axis) for value, axis in zip(values, axes)]
        start = _C.get_rng_state() if randomness == "same" else None
        results = []
        for i in range(_count(samples)):
            if start is not None:
                _C.set_rng_state(start)
            own = [value if parts is None else parts[i] for value, parts in zip(values, samples)]
            some, named = refilled(given, own)
            results.append(func(*some, **named))
        return _stacked(results, out_dims)

    return call


def _samples(value: Any, axis: Optional[int]) -> Optional[tuple[Tensor, ...]]:
    if axis is None:
        return None
    if not isinstance(value, Tensor):
        raise ValueError(f"vmap: in_dims is {axis} for an argument of type {type(value).__name__}; only tensors have axes, "
                         "give None for others")
    if not -value.dim() <= axis < value.dim():
        raise ValueError(f"vmap: in_dims is {axis} for a tensor of {value.dim()} dimensions")
    return value.unbind(axis)


def _count(samples: list[Optional[tuple[Tensor, ...]]]) -> int:
    counts = [len(parts) for parts in samples if parts is not None]
    if not counts:
        raise ValueError("vmap: at least one argument must have an axis of samples; in_dims is None for all")
    if len(set(counts)) > 1:
        raise ValueError(f"vmap: the arguments have different numbers of samples: {counts}")
    if counts[0] == 0:
        raise ValueError("vmap: there are no samples, so that the shape of the result is unknown")
    return counts[0]


def _stacked(results: list[Any], out_dims: Any) -> Any:
    rows = [leaves(result) for result in results]
    for value in rows[0]:
        if not isinstance(value, Tensor):
            raise ValueError(f"vmap: the function must return tensors, got {type(value).__name__}")
    axes = spread(out_dims, results[0], "vmap: out_dims")
    return refilled(results[0], [_C.stack(list(column), axis) for column, axis in zip(zip(*rows), axes)])
