"""DataLoader: batches of a dataset, made ahead by worker threads."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import threading
from collections import deque
from typing import Any, Callable, Iterable, Iterator, Optional, Union

from limpid import _C
from limpid._C import Tensor
from limpid.utils.data.collate import default_collate, default_convert
from limpid.utils.data.dataset import IterableDataset, needs_items, rows_of
from limpid.utils.data.sampler import BatchSampler, RandomSampler, SequentialSampler

_thread = threading.local()


class WorkerInfo:
    """Of the worker that asks: id, num_workers, seed, dataset."""

    def __init__(self, id: int, num_workers: int, seed: int, dataset: Any):
        self.id, self.num_workers, self.seed, self.dataset = id, num_workers, seed, dataset

    def __repr__(self) -> str:
        return f"WorkerInfo(id={self.id}, num_workers={self.num_workers}, seed={self.seed}, dataset={self.dataset})"


def get_worker_info() -> Optional[WorkerInfo]:
    """Within a worker of a DataLoader, what it is; None elsewhere."""
    return getattr(_thread, "info", None)


def _mixed(seed: int, number: int) -> int:
    """A seed of its own for each batch: neighbours must not be alike (multiplication by 2^64 / golden ratio)."""
    return (seed + (number + 1) * 0x9E3779B97F4A7C15) % 2**63


class DataLoader:
    """Batches of a dataset.

    Parameters
    ----------
    dataset : Dataset or IterableDataset
    batch_size : int or None
        None: samples one by one, as the dataset gives them.
    shuffle : bool
        A new random order each time.
    sampler, batch_sampler : iterable, optional
        Orders of your own, of indices or of lists of indices.
    num_workers : int
        Threads that make batches ahead; 0: the caller makes them. NumPy and limpid work without Python's global
        lock for large arrays, so threads help; no process is started, and nothing is pickled.
    collate_fn : callable, optional
        A list of samples as one batch; default: default_collate.
    pin_memory, pin_memory_device, multiprocessing_context, persistent_workers, in_order
        Taken, without effect.
    drop_last : bool
        Leave out the last batch if it is smaller.
    timeout : float
        Seconds to wait for a worker's batch; 0: for ever.
    worker_init_fn : callable, optional
        Called with its number in each worker before its first batch.
    generator : Generator, optional
        For the order, and for the seed of the batches.
    prefetch_factor : int, optional
        Batches ahead for each worker; default 2.

    Notes
    -----
    What a dataset draws from limpid's default generator depends on the batch alone: order and random numbers are
    the same for any num_workers. An exception in a worker reaches the caller as it is, with its traceback.
    """

    def __init__(self, dataset: Any, batch_size: Optional[int] = 1, shuffle: Optional[bool] = None,
                 sampler: Union[Iterable[Any], Tensor, None] = None,
                 batch_sampler: Union[Iterable[Any], Tensor, None] = None, num_workers: int = 0,
                 collate_fn: Optional[Callable[..., Any]] = None, pin_memory: bool = False, drop_last: bool = False,
                 timeout: float = 0, worker_init_fn: Optional[Callable[..., Any]] = None,
                 multiprocessing_context: Any = None,
                 generator: Optional[_C.Generator] = None, *, prefetch_factor: Optional[int] = None,
                 persistent_workers: bool = False, pin_memory_device: str = "", in_order: bool = True):
        needs_items("DataLoader", "dataset", dataset)
        if num_workers < 0:
            raise ValueError(f"num_workers is {num_workers}; it must not be negative (0: the caller makes batches)")
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        if num_workers == 0 and prefetch_factor is not None:
            raise ValueError("prefetch_factor needs num_workers > 0")
        if num_workers == 0 and persistent_workers:
            raise ValueError("persistent_workers needs num_workers > 0")
        if prefetch_factor is not None and prefetch_factor < 1:
            raise ValueError(f"prefetch_factor is {prefetch_factor}; it must be at least 1")
        self.dataset, self.num_workers, self.timeout = dataset, num_workers, timeout
        self.worker_init_fn, self.generator = worker_init_fn, generator
        self.prefetch_factor: Any = prefetch_factor if num_workers == 0 or prefetch_factor else 2
        self.pin_memory, self.persistent_workers = pin_memory, persistent_workers
        self.batch_size: Any = batch_size
        self.drop_last = drop_last
        self._choose_order(shuffle, sampler, batch_sampler)
        batched = self.batch_sampler is not None or (self._iterable and self.batch_size is not None)
        self.collate_fn: Callable[..., Any] = collate_fn or (default_collate if batched else default_convert)

    def _choose_order(self, shuffle: Optional[bool], sampler: Any, batch_sampler: Any) -> None:
        self._iterable = isinstance(self.dataset, IterableDataset)
        if self._iterable and (shuffle or sampler is not None or batch_sampler is not None):
            raise ValueError("DataLoader with IterableDataset: shuffle, sampler and batch_sampler have no meaning")
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if self.batch_size != 1 or shuffle or sampler is not None or self.drop_last:
                raise ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and "
                                 "drop_last")
            self.batch_size = None
        elif self.batch_size is None and self.drop_last:
            raise ValueError("batch_size=None disables batching, so drop_last has no meaning")
        if sampler is None and not self._iterable:
            sampler = (RandomSampler(self.dataset, generator=self.generator) if shuffle
                       else SequentialSampler(self.dataset))
        self.sampler: Any = sampler
        if batch_sampler is None and self.batch_size is not None and not self._iterable:
            batch_sampler = BatchSampler(sampler, self.batch_size, self.drop_last)
        elif self.batch_size is not None:  # the same check
            BatchSampler([], self.batch_size, self.drop_last)
        self.batch_sampler: Any = batch_sampler

    def __len__(self) -> int:
        if not self._iterable:
            return len(self.sampler if self.batch_sampler is None else self.batch_sampler)
        n = len(self.dataset)
        if self.batch_size is None:
            return n
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        seed = int(_C.randint(0, 2**62, (1,), generator=self.generator).item())
        if self._iterable:
            return self._stream(seed) if self.num_workers else self._streamed(seed, 0, None)
        return self._ahead(seed) if self.num_workers else self._at_once(seed)

    # -- datasets with indices

    def _fetch(self, indices: Any, seed: int) -> Any:
        """One batch; the random numbers drawn for it hang on `seed` alone."""
        with _C._use_generator(_C.Generator().manual_seed(seed)):
            if self.batch_sampler is None:
                return self.collate_fn(self.dataset[indices])
            rows = rows_of(self.dataset, indices) if self.collate_fn is default_collate else None
            if rows is not None:
                return rows
            several = getattr(self.dataset, "__getitems__", None)
            samples = several(indices) if callable(several) else [self.dataset[i] for i in indices]
            return self.collate_fn(samples)

    def _at_once(self, seed: int) -> Iterator[Any]:
        order = self.sampler if self.batch_sampler is None else self.batch_sampler
        for number, indices in enumerate(order):
            yield self._fetch(indices, _mixed(seed, number))

    def _ahead(self, seed: int) -> Iterator[Any]:
        """Batch i is made by worker i modulo their number, some batches ahead of the caller."""
        order = enumerate(self.sampler if self.batch_sampler is None else self.batch_sampler)
        with _Workers(self, seed) as workers:
            pending: deque[Any] = deque()
            while True:
                while len(pending) < self.num_workers * self.prefetch_factor:
                    number, indices = next(order, (None, None))
                    if number is None:
                        break
                    pending.append(workers.submit(number, self._fetch, indices, _mixed(seed, number)))
                if not pending:
                    return
                yield workers.result(pending.popleft())

    # -- datasets that are iterated over

    def _streamed(self, seed: int, worker: int, generator: Optional[_C.Generator]) -> Iterator[Any]:
        """The batches of one worker."""
        generator = generator or _C.Generator().manual_seed(_mixed(seed, worker))
        with _C._use_generator(generator):
            samples = iter(self.dataset)
        while True:
            with _C._use_generator(generator):
                if self.batch_size is None:
                    batch = [next(samples, _END)]
                else:
                    batch = [s for _, s in zip(range(self.batch_size), samples)]
                if not batch or batch[0] is _END or (
                        self.batch_size is not None and self.drop_last and len(batch) < self.batch_size):
                    return
                result = self.collate_fn(batch[0] if self.batch_size is None else batch)
            yield result

    def _stream(self, seed: int) -> Iterator[Any]:
        """The workers' batches in turn, until all have come to their end."""
        with _Workers(self, seed) as workers:
            streams = [self._streamed(seed, w, None) for w in range(self.num_workers)]
            pending: deque[Any] = deque()
            for _ in range(self.prefetch_factor):
                for w, stream in enumerate(streams):
                    pending.append((w, workers.submit(w, next, stream, _END)))
            while pending:
                w, future = pending.popleft()
                batch = workers.result(future)
                if batch is _END:
                    continue
                pending.append((w, workers.submit(w, next, streams[w], _END)))
                yield batch


_END = object()


class _Workers:
    """num_workers threads, each with a queue of its own. Left early, what is queued is dropped and nobody waits."""

    def __init__(self, loader: DataLoader, seed: int):
        from concurrent.futures import ThreadPoolExecutor  # only here: it takes some milliseconds to import

        self.loader, self.seed = loader, seed
        self.threads = [ThreadPoolExecutor(1, f"limpid-loader-{w}") for w in range(loader.num_workers)]

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *exception: Any) -> None:
        for thread in self.threads:
            thread.shutdown(wait=False, cancel_futures=True)

    def submit(self, number: int, work: Callable[..., Any], *args: Any) -> Any:
        worker = number % len(self.threads)
        return self.threads[worker].submit(self._run, worker, work, *args)

    def _run(self, worker: int, work: Callable[..., Any], *args: Any) -> Any:
        if get_worker_info() is None:
            loader = self.loader
            _thread.info = WorkerInfo(worker, loader.num_workers, _mixed(self.seed, worker), loader.dataset)
            if loader.worker_init_fn is not None:
                loader.worker_init_fn(worker)
        return work(*args)

    def result(self, future: Any) -> Any:
        from concurrent.futures import TimeoutError as LateError

        try:
            return future.result(self.loader.timeout or None)
        except LateError:
            if future.done():  # the worker's own
                raise
            raise RuntimeError(f"DataLoader timed out after {self.loader.timeout} seconds") from None
