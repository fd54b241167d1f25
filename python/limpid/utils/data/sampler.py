"""The order in which a DataLoader asks for samples."""

from __future__ import annotations

import itertools
from typing import Any, Generic, Iterable, Iterator, Optional, Sequence, Sized, TypeVar, Union

from limpid import _C
from limpid._C import Tensor

T_co = TypeVar("T_co", covariant=True)


class Sampler(Generic[T_co]):
    """Derive from it and write __iter__, which gives indices (or lists of them), and __len__."""

    def __init__(self, data_source: Optional[Any] = None):
        pass

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError("a Sampler needs a method __iter__")


class SequentialSampler(Sampler[int]):
    """0, 1, 2, ..."""

    def __init__(self, data_source: Sized):
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


_AT_ONCE = 1 << 16  # indices drawn at a time


class RandomSampler(Sampler[int]):
    """All samples in random order, a new one each time.

    Parameters
    ----------
    data_source : sized
    replacement : bool
        Draw each sample from all.
    num_samples : int, optional
        How many; default: as many as there are. More than that without replacement: several orders in turn.
    generator : Generator, optional
    """

    def __init__(self, data_source: Sized, replacement: bool = False, num_samples: Optional[int] = None,
                 generator: Optional[_C.Generator] = None):
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement should be a boolean value, but got replacement={replacement}")
        self.data_source, self.replacement, self.generator = data_source, replacement, generator
        self._num_samples = num_samples
        if not isinstance(self.num_samples, int) or self.num_samples < 1:
            raise ValueError(f"num_samples should be a positive integer value, but got {self.num_samples}")

    @property
    def num_samples(self) -> int:
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        n = len(self.data_source)
        if self.replacement:
            return self._draws(n)
        return itertools.islice(self._orders(n), self.num_samples)

    def _draws(self, n: int) -> Iterator[int]:
        """Some at a time: scripts ask for 10^10. The later ones come from a generator of their own, so that they do not depend
        on what else is drawn meanwhile."""
        count, generator = self.num_samples, self.generator
        if generator is None and count > _AT_ONCE:
            generator = _C.Generator().manual_seed(_C.randint(2**62, (1,)).item())  # type: ignore[arg-type]
        for start in range(0, count, _AT_ONCE):
            yield from _C.randint(n, (min(_AT_ONCE, count - start),), generator=generator).tolist()

    def _orders(self, n: int) -> Iterator[int]:
        while n:
            yield from _C.randperm(n, generator=self.generator).tolist()

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[Any]):
    """Given indices in random order."""

    def __init__(self, indices: Union[Sequence[Any], Tensor], generator: Optional[_C.Generator] = None):
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator[Any]:
        for i in _C.randperm(len(self.indices), generator=self.generator).tolist():
            yield self.indices[i]

    def __len__(self) -> int:
        return len(self.indices)


class DistributedSampler(Sampler[int]):
    """The share of one of several processes: every num_replicas-th sample, from the rank-th on.

    Parameters
    ----------
    dataset : sized
    num_replicas, rank : int
        How many processes there are, and which this is. Default: one alone.
    shuffle : bool
        In an order drawn from seed and epoch, which is the same in all processes. Say set_epoch(epoch) before each.
    seed : int
    drop_last : bool
        All get equally many by leaving out samples; else by giving the first ones twice.
    """

    def __init__(self, dataset: Sized, num_replicas: Optional[int] = None, rank: Optional[int] = None, shuffle: bool = True,
                 seed: int = 0, drop_last: bool = False):
        self.dataset, self.num_replicas, self.rank = dataset, num_replicas or 1, rank or 0
        if not 0 <= self.rank < self.num_replicas:
            raise ValueError(f"Invalid rank {self.rank}, rank should be in the interval [0, {self.num_replicas - 1}]")
        self.shuffle, self.seed, self.drop_last, self.epoch = shuffle, seed, drop_last, 0

    @property
    def num_samples(self) -> int:
        n = len(self.dataset)
        return n // self.num_replicas if self.drop_last else -(-n // self.num_replicas)

    @property
    def total_size(self) -> int:
        return self.num_samples * self.num_replicas

    def __iter__(self) -> Iterator[int]:
        n = len(self.dataset)
        order = list(range(n))
        if self.shuffle:
            order = _C.randperm(n, generator=_C.Generator().manual_seed(self.seed + self.epoch)).tolist()
        padded = itertools.islice(itertools.cycle(order), self.total_size)
        return itertools.islice(padded, self.rank, None, self.num_replicas)

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch


class WeightedRandomSampler(Sampler[int]):
    """Indices drawn by weights.

    Parameters
    ----------
    weights : sequence of float
        One a sample; they need not add up to 1.
    num_samples : int
    replacement : bool
    generator : Generator, optional
    """

    def __init__(self, weights: Union[Sequence[Any], Tensor], num_samples: int, replacement: bool = True,
                 generator: Optional[_C.Generator] = None):
        if not isinstance(num_samples, int) or isinstance(num_samples, bool) or num_samples <= 0:
            raise ValueError(f"num_samples should be a positive integer value, but got num_samples={num_samples}")
        if not isinstance(replacement, bool):
            raise ValueError(f"replacement should be a boolean value, but got replacement={replacement}")
        self.weights = _C.tensor(weights, dtype=_C.zeros(0).double().dtype)
        if self.weights.dim() != 1:
            raise ValueError(f"weights should be a 1d sequence but given weights have shape {self.weights.shape}")
        self.num_samples, self.replacement, self.generator = num_samples, replacement, generator

    def __iter__(self) -> Iterator[int]:
        drawn = _C.multinomial(self.weights, self.num_samples, self.replacement, generator=self.generator)
        return iter(drawn.tolist())

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[Any]]):
    """Lists of batch_size indices from another sampler."""

    def __init__(self, sampler: Union[Iterable[Any], Tensor], batch_size: int, drop_last: bool):
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
            raise ValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        indices = iter(self.sampler)
        while batch := list(itertools.islice(indices, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        n = len(self.sampler)  # type: ignore[arg-type]
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)
