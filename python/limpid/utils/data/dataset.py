"""What a DataLoader loads from."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import bisect
import itertools
import math
from typing import Any, Generic, Iterable, Iterator, Optional, Sequence, Sized, TypeVar, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all

T_co = TypeVar("T_co", covariant=True)


def needs_items(owner: str, name: str, value: Any) -> None:
    """TypeError unless `value` has items: by index, or one after the other."""
    if not hasattr(value, "__getitem__") and not hasattr(value, "__iter__"):
        raise TypeError(f"{owner}: {name} must have items (a method __getitem__ and a length, or __iter__), not "
                        f"{type(value).__name__}")


class Dataset(Generic[T_co]):
    """Derive from it and write __getitem__(index), and __len__ where the number of samples is known."""

    def __getitem__(self, index: Any) -> T_co:
        raise NotImplementedError("a Dataset needs a method __getitem__")

    def __add__(self, other: Any) -> Any:
        return ConcatDataset([self, other])


class IterableDataset(Dataset[T_co]):
    """Derive from it and write __iter__: for samples that come one after the other. Each worker iterates over
    all of it unless __iter__ looks at get_worker_info()."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError("an IterableDataset needs a method __iter__")

    def __add__(self, other: Any) -> Any:
        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Any, ...]]):
    """Sample i is the tuple of the i-th entries of tensors, which must have as many."""

    def __init__(self, *tensors: Tensor):
        if any(tensors[0].size(0) != t.size(0) for t in tensors):
            raise AssertionError("Size mismatch between tensors: their first axes are "
                                 + ", ".join(str(t.size(0)) for t in tensors))
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(t[index] for t in self.tensors)

    def __len__(self) -> int:
        return self.tensors[0].size(0)


class StackDataset(Dataset[Any]):
    """Sample i is the tuple, or dict, of the i-th samples of several datasets."""

    def __init__(self, *args: Any, **kwargs: Any):
        if bool(args) == bool(kwargs):
            raise ValueError("StackDataset takes datasets either by place or by name")
        self.datasets: Any = kwargs or args
        lengths = {len(d) for d in (kwargs.values() if kwargs else args)}
        if len(lengths) != 1:
            raise ValueError(f"Size mismatch between datasets: {sorted(lengths)}")
        self._length = lengths.pop()

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: d[index] for name, d in self.datasets.items()}
        return tuple(d[index] for d in self.datasets)

    def __len__(self) -> int:
        return self._length


class ConcatDataset(Dataset[T_co]):
    """Datasets one behind the other."""

    def __init__(self, datasets: Iterable[Any]):
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("datasets should not be an empty iterable")
        if any(isinstance(d, IterableDataset) for d in self.datasets):
            raise AssertionError("ConcatDataset does not support IterableDataset")
        self.cumulative_sizes = list(itertools.accumulate(len(d) for d in self.datasets))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: int) -> T_co:
        if index < 0:
            if -index > len(self):
                raise ValueError("absolute value of index should not exceed dataset length")
            index += len(self)
        which = bisect.bisect_right(self.cumulative_sizes, index)
        before = self.cumulative_sizes[which - 1] if which else 0
        return self.datasets[which][index - before]


class ChainDataset(IterableDataset[Any]):
    """Iterable datasets one behind the other."""

    def __init__(self, datasets: Iterable[Any]):
        self.datasets = list(datasets)

    def __iter__(self) -> Iterator[Any]:
        return itertools.chain.from_iterable(self.datasets)

    def __len__(self) -> int:
        return sum(len(d) for d in self.datasets)


class Subset(Dataset[T_co]):
    """The samples of a dataset at some indices."""

    def __init__(self, dataset: Any, indices: Union[Sequence[Any], Tensor]):
        needs_items("Subset", "dataset", dataset)
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __getitems__(self, indices: list[Any]) -> list[Any]:
        chosen = [self.indices[i] for i in indices]
        several = getattr(self.dataset, "__getitems__", None)
        return several(chosen) if callable(several) else [self.dataset[i] for i in chosen]

    def __len__(self) -> int:
        return len(self.indices)


def rows_of(dataset: Any, indices: Any) -> Optional[list[Tensor]]:
    """What default_collate makes of the samples of a TensorDataset, all rows of a tensor in one go: that takes a
    fraction of the time. None for other datasets, also for classes derived from it, which may change a sample."""
    if not isinstance(indices, (list, tuple)) or not indices:
        return None
    if type(dataset) is Subset:
        return rows_of(dataset.dataset, [dataset.indices[i] for i in indices])
    if type(dataset) is not TensorDataset or any(t.is_meta for t in dataset.tensors):  # no CPU indices
        return None
    if all(type(i) is int for i in indices):
        return [tensor[list(indices)] for tensor in dataset.tensors]
    return None


def random_split(dataset: Sized, lengths: Sequence[Any], generator: Optional[_C.Generator] = None) -> list[Any]:
    """Subsets that share out the samples at random.

    Parameters
    ----------
    dataset : Dataset
    lengths : sequence of int or float
        Numbers of samples, which must add up to all; or fractions that add up to 1: then what rounding down
        leaves goes to the first ones in turn.
    generator : Generator, optional

    Returns
    -------
    list of Subset
    """
    lengths = list(lengths)
    n = len(dataset)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        if any(not 0 <= fraction <= 1 for fraction in lengths):
            raise ValueError(f"fractions must lie between 0 and 1, got {lengths}")
        lengths = [math.floor(n * fraction) for fraction in lengths]
        for i in range(n - sum(lengths)):
            lengths[i % len(lengths)] += 1
    if sum(lengths) != n:
        raise ValueError("Sum of input lengths does not equal the length of the input dataset! "
                         f"({lengths} add up to {sum(lengths)}, not {n})")
    order = _C.randperm(n, generator=generator).tolist()
    ends = itertools.accumulate(lengths)
    return [Subset(dataset, order[end - length:end]) for end, length in zip(ends, lengths)]


check_all(globals(), __name__, name_themselves=False)  # they call functions of users
