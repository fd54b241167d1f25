"""limpid.utils.data: datasets, samplers, collation, and the loader with its workers."""

import collections
import gc
import subprocess
import sys
import textwrap
import threading
import time
import traceback
import weakref

import numpy as np
import pytest

import limpid
from limpid.utils import data

torch = pytest.importorskip("torch")
import torch.utils.data  # noqa: E402

Point = collections.namedtuple("Point", "x y")


class Squares(data.Dataset):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        return i, float(i * i)


class Noisy(Squares):
    """Draws from the default generator for each sample."""

    def __getitem__(self, i):
        return limpid.tensor(i), limpid.rand(2)


class Counting(data.IterableDataset):
    """Shares its numbers out among the workers."""

    def __init__(self, n):
        self.n = n

    def __iter__(self):
        info = data.get_worker_info()
        start, step = (0, 1) if info is None else (info.id, info.num_workers)
        return iter(range(start, self.n, step))


def plain(batch):
    if isinstance(batch, (limpid.Tensor, torch.Tensor)):
        return str(batch.dtype).split(".")[1], batch.tolist()
    if isinstance(batch, dict):
        return {k: plain(v) for k, v in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch).__name__, [plain(v) for v in batch]
    if isinstance(batch, (list, tuple)):
        return type(batch).__name__, [plain(v) for v in batch]
    return batch


# -- datasets


def test_tensor_dataset_subset_and_concat():
    def run(lib):
        d = lib.utils.data
        x = lib.arange(6).reshape(3, 2)
        a = d.TensorDataset(x, lib.tensor([5, 6, 7]))
        both = a + d.Subset(a, [2, 0])
        stacked = d.StackDataset(first=a, second=range(3))
        out = [len(a), len(both), plain(a[1]), plain(a[-1]), plain(both[3]), plain(both[-1]), both.cumulative_sizes,
               plain(stacked[2]), len(stacked)]
        for bad in (lambda: d.TensorDataset(x, lib.ones(2)), lambda: both[-9], lambda: d.ConcatDataset([]),
                    lambda: d.StackDataset(a, range(2))):
            with pytest.raises((AssertionError, ValueError)) as caught:
                bad()
            out.append(caught.type)
        return out

    assert run(limpid) == run(torch)
    with pytest.raises(NotImplementedError):
        data.Dataset()[0]
    chained = Counting(2) + Counting(3)
    assert list(chained) == [0, 1, 0, 1, 2] and isinstance(chained, data.ChainDataset)


@pytest.mark.parametrize("lengths", [[3, 7], [10], [0.5, 0.5], [0.3, 0.3, 0.4], [0.33, 0.33, 0.34], [0.25] * 4])
def test_random_split(lengths):
    sizes = []
    for lib in (limpid, torch):
        parts = lib.utils.data.random_split(range(10), lengths, generator=lib.Generator().manual_seed(1))
        sizes.append([len(p) for p in parts])
        assert sorted(p[i] for p in parts for i in range(len(p))) == list(range(10))
        for bad in ([3, 4], [0.5, 0.6]):
            with pytest.raises(ValueError):
                lib.utils.data.random_split(range(10), bad)
    assert sizes[0] == sizes[1]
    again = [data.random_split(range(10), lengths, generator=limpid.Generator().manual_seed(3))[0].indices for _ in range(2)]
    assert again[0] == again[1]


# -- samplers


def test_samplers():
    limpid.manual_seed(0)
    assert list(data.SequentialSampler(range(3))) == [0, 1, 2]
    random = data.RandomSampler(range(50))
    first = list(random)
    assert sorted(first) == list(range(50)) and list(random) != first and len(random) == 50
    assert len(list(data.RandomSampler(range(3), num_samples=8))) == 8
    assert set(data.RandomSampler(range(3), replacement=True, num_samples=60)) == {0, 1, 2}
    assert sorted(data.SubsetRandomSampler([4, 9, 2])) == [2, 4, 9]
    weighted = list(data.WeightedRandomSampler([0.0, 1.0, 3.0], 4000))
    assert 0 not in weighted and abs(weighted.count(2) / 4000 - 0.75) < 0.03
    assert sorted(data.WeightedRandomSampler([1.0, 2.0, 3.0], 3, replacement=False)) == [0, 1, 2]
    assert list(data.BatchSampler(range(5), 2, False)) == [[0, 1], [2, 3], [4]]
    assert list(data.BatchSampler(range(5), 2, True)) == [[0, 1], [2, 3]]
    assert len(data.BatchSampler(range(5), 2, False)) == 3 and len(data.BatchSampler(range(5), 2, True)) == 2


def test_more_draws_than_memory_holds_and_what_is_drawn_meanwhile():
    limpid.manual_seed(3)
    drawn = iter(data.RandomSampler(range(7), replacement=True, num_samples=10**10))
    first = [next(drawn) for _ in range(3)]
    assert set(first) <= set(range(7))
    runs = []
    for meanwhile in (0, 5):
        limpid.manual_seed(3)
        indices = iter(data.RandomSampler(range(7), replacement=True, num_samples=70000))
        runs.append([next(indices)])
        limpid.rand(meanwhile)
        runs[-1] += list(indices)
    assert len(runs[0]) == 70000 and runs[0] == runs[1] and runs[0][:3] == first


@pytest.mark.parametrize("make", [
    lambda d: d.RandomSampler(range(3), num_samples=-1), lambda d: d.RandomSampler(range(3), replacement=1),
    lambda d: d.WeightedRandomSampler([1.0], 0), lambda d: d.WeightedRandomSampler([[1.0]], 1),
    lambda d: d.BatchSampler(range(3), 0, False), lambda d: d.BatchSampler(range(3), 2, 1),
    lambda d: d.DataLoader(range(3), num_workers=-1), lambda d: d.DataLoader(range(3), timeout=-1),
    lambda d: d.DataLoader(range(3), shuffle=True, sampler=range(3)), lambda d: d.DataLoader(range(3), batch_size=0),
    lambda d: d.DataLoader(range(3), batch_sampler=[[0]], batch_size=2), lambda d: d.DataLoader(range(3), prefetch_factor=2),
    lambda d: d.DataLoader(range(3), batch_size=None, drop_last=True),
])
def test_misuse_raises_what_pytorch_raises(make):
    with pytest.raises((ValueError, TypeError)) as theirs:
        make(torch.utils.data)
    with pytest.raises(theirs.type):
        make(data)


# -- collation


def test_default_collate():
    def run(lib):
        samples = [
            [lib.tensor([1.0, 2.0]), lib.tensor([3.0, 4.0])], [np.ones((2, 2), "float32"), np.zeros((2, 2), "float32")],
            [np.float64(1), np.float64(2)], [np.int32(1), np.int32(2)], [1, 2], [True, False], [1.5, 2.5], ["a", "b"],
            [b"a", b"b"], [(1, 2.0), (3, 4.0)], [[1, 2], [3, 4]], [{"a": 1, "b": [2.0]}, {"a": 3, "b": [4.0]}],
            [Point(1, 2.0), Point(3, 4.0)],
        ]
        return [plain(lib.utils.data.default_collate(s)) for s in samples]

    assert run(limpid) == run(torch)
    for lib in (limpid, torch):
        collate = lib.utils.data.default_collate
        with pytest.raises(TypeError):
            collate([object()])
        with pytest.raises(TypeError):
            collate([np.array("text")])
        with pytest.raises(RuntimeError):
            collate([[1, 2], [1]])
        with pytest.raises(RuntimeError):
            collate([lib.ones(2), lib.ones(3)])
    convert = data.default_convert
    assert plain(convert([np.ones(2), {"a": np.zeros(1)}, "x", Point(np.ones(1), 2)])) == plain(
        torch.utils.data.default_convert([np.ones(2), {"a": np.zeros(1)}, "x", Point(np.ones(1), 2)]))


# -- the loader


@pytest.mark.parametrize("kwargs", [{}, {"batch_size": 4}, {"batch_size": 4, "drop_last": True}, {"batch_size": None},
                                    {"batch_sampler": [[3, 1], [0]]}, {"batch_size": 3, "sampler": [5, 4, 9, 0]},
                                    {"batch_size": 3, "collate_fn": list}])
@pytest.mark.parametrize("workers", [0, 1, 3])
def test_batches_equal_pytorchs(kwargs, workers):
    loader = data.DataLoader(Squares(10), num_workers=workers, **kwargs)
    theirs = torch.utils.data.DataLoader(Squares(10), **kwargs)
    assert [plain(b) for b in loader] == [plain(b) for b in theirs]
    assert len(loader) == len(theirs)
    assert [plain(b) for b in loader] == [plain(b) for b in theirs]  # a second time


def test_order_and_randomness_do_not_depend_on_the_workers():
    epochs = []
    for workers, prefetch in ((0, None), (1, 1), (2, None), (4, 5)):
        limpid.manual_seed(7)
        loader = data.DataLoader(Noisy(23), batch_size=4, shuffle=True, num_workers=workers, prefetch_factor=prefetch)
        epochs.append([[plain(b) for b in loader] for _ in range(2)] + [limpid.rand(2).tolist()])
    assert all(e == epochs[0] for e in epochs)
    assert epochs[0][0] != epochs[0][1]
    draws = [tuple(row) for batch in epochs[0][0] for row in batch[1][1][1]]
    assert len(set(draws)) == 23  # no two samples drew alike
    own = [[plain(b) for b in data.DataLoader(Noisy(5), shuffle=True, generator=limpid.Generator().manual_seed(1))]
           for _ in range(2)]
    assert own[0] == own[1]


@pytest.mark.parametrize("workers", [0, 2, 3])
@pytest.mark.parametrize("batch_size", [None, 2, 4])
def test_iterable_datasets(workers, batch_size):
    loader = data.DataLoader(Counting(11), batch_size=batch_size, num_workers=workers)
    batches = [plain(b) for b in loader]
    numbers = batches if batch_size is None else [x for b in batches for x in b[1]]
    assert sorted(numbers) == list(range(11))
    if workers == 0:
        assert numbers == list(range(11))
    dropping = data.DataLoader(Counting(11), batch_size=4, drop_last=True, num_workers=0)
    assert [b.tolist() for b in dropping] == [[0, 1, 2, 3], [4, 5, 6, 7]]
    for lib in (limpid, torch):
        class Iterable(lib.utils.data.IterableDataset):
            def __iter__(self):
                return iter([])

        with pytest.raises(ValueError):
            lib.utils.data.DataLoader(Iterable(), shuffle=True)
        with pytest.raises(TypeError):
            len(lib.utils.data.DataLoader(Iterable()))


class Failing(Squares):
    def __getitem__(self, i):
        if i == 5:
            return self.fail(i)
        return i

    def fail(self, i):
        raise KeyError(f"sample {i}")


@pytest.mark.parametrize("workers", [0, 2])
def test_exceptions_in_workers_reach_the_caller_as_they_are(workers):
    seen = []
    with pytest.raises(KeyError, match="sample 5") as caught:
        for batch in data.DataLoader(Failing(20), batch_size=2, num_workers=workers):
            seen.append(batch.tolist())
    assert seen == [[0, 1], [2, 3]]
    assert "fail" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]

    class Breaking(data.IterableDataset):
        def __iter__(self):
            yield 1
            raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        list(data.DataLoader(Breaking(), num_workers=workers))
    with pytest.raises(ZeroDivisionError):
        list(data.DataLoader(Squares(4), num_workers=workers, collate_fn=lambda batch: 1 // 0))


def test_worker_info_and_init():
    log = []

    class Asking(Squares):
        def __getitem__(self, i):
            info = data.get_worker_info()
            return info.id, info.num_workers, info.seed >= 0, info.dataset is self

    loader = data.DataLoader(Asking(6), batch_size=None, num_workers=2, worker_init_fn=log.append)
    assert list(loader) == [[i % 2, 2, True, True] for i in range(6)]
    assert sorted(log) == [0, 1]
    assert data.get_worker_info() is None

    def broken(worker):
        raise PermissionError("init")

    with pytest.raises(PermissionError, match="init"):
        list(data.DataLoader(Squares(4), num_workers=2, worker_init_fn=broken))


def test_workers_work_side_by_side_and_ahead():
    barrier = threading.Barrier(2, timeout=20)

    class Meeting(Squares):
        def __getitem__(self, i):
            barrier.wait()  # two must come at a time
            return i

    assert [b.item() for b in data.DataLoader(Meeting(8), num_workers=2)] == list(range(8))


def test_left_early_nothing_hangs_or_stays():
    class Slow(Squares):
        def __getitem__(self, i):
            time.sleep(0.01)
            return i

    before = threading.active_count()
    dataset = Slow(10_000)
    gone = weakref.ref(dataset)
    for _ in range(5):
        for batch in data.DataLoader(dataset, batch_size=1, num_workers=3):
            break
    iterator = iter(data.DataLoader(dataset, num_workers=2))
    next(iterator)
    del iterator, dataset, batch
    deadline = time.monotonic() + 20
    # Threads of an earlier test may have been ending when `before` was counted, so the count alone says little.
    while (threading.active_count() > before or gone() is not None) and time.monotonic() < deadline:
        time.sleep(0.01)
        gc.collect()
    assert threading.active_count() <= before
    assert gone() is None


def test_left_early_what_was_ordered_is_dropped():
    calls = []

    class Slow(Squares):
        def __getitem__(self, i):
            calls.append(i)
            time.sleep(0.01)
            return i

    before = threading.active_count()
    for batch in data.DataLoader(Slow(1000), num_workers=2, prefetch_factor=100):
        break
    deadline = time.monotonic() + 20
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(calls) < 50


@pytest.mark.parametrize("end", ["pass", "raise SystemExit(3)", "1 / 0"])
def test_a_program_ends_while_a_loader_is_open(end):
    program = textwrap.dedent(f"""
        import limpid
        from limpid.utils.data import DataLoader
        loader = iter(DataLoader(list(range(100000)), num_workers=3))
        print(next(loader).item())
        {end}
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout == "0\n"
    assert done.returncode == {"pass": 0, "1 / 0": 1}.get(end, 3)


def test_timeouts():
    class Stuck(Squares):
        def __getitem__(self, i):
            time.sleep(0.6)
            return i

    with pytest.raises(RuntimeError, match="timed out after 0.05 seconds"):
        list(data.DataLoader(Stuck(2), num_workers=1, timeout=0.05))

    class Late(Squares):
        def __getitem__(self, i):
            raise TimeoutError("my own")

    with pytest.raises(TimeoutError, match="my own"):
        list(data.DataLoader(Late(2), num_workers=1, timeout=5))


def test_getitems_and_accepted_switches():
    class Many(Squares):
        def __getitems__(self, indices):
            return [100 + i for i in indices]

    loader = data.DataLoader(Many(4), batch_size=2, pin_memory=True, persistent_workers=False, num_workers=0)
    assert [b.tolist() for b in loader] == [[100, 101], [102, 103]]
    subset = data.DataLoader(data.Subset(Many(9), [8, 1]), batch_size=2)
    assert [b.tolist() for b in subset] == [[108, 101]]


# -- rows of tensors


class Watched(data.TensorDataset):
    """The same samples, asked for one by one."""


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("wrap", [lambda d: d, lambda d: data.Subset(d, [8, 1, 1, 3, -2]),
                                  lambda d: data.Subset(data.Subset(d, range(2, 10)), limpid.tensor([5, 0, 7]))])
def test_rows_taken_in_one_go_are_the_samples_stacked(wrap, workers):
    tensors = limpid.rand(10, 3, 2), limpid.arange(10), limpid.rand(10, 1, 4).expand(10, 5, 4) > 0.5
    batches = []
    for dataset in (data.TensorDataset(*tensors), Watched(*tensors)):
        generator = limpid.Generator().manual_seed(3)
        loader = data.DataLoader(wrap(dataset), batch_size=3, shuffle=True, num_workers=workers, generator=generator)
        batches.append(list(loader))
    assert len(batches[0]) == len(batches[1])
    for ours, theirs in zip(*batches):
        assert type(ours) is list and len(ours) == 3
        assert [plain(t) for t in ours] == [plain(t) for t in theirs]


def test_rows_taken_in_one_go_are_copies_with_a_gradient():
    x = limpid.rand(4, 2, requires_grad=True)
    (rows,), = data.DataLoader(data.TensorDataset(x), batch_size=4)
    rows.sum().backward()
    assert x.grad.tolist() == [[1, 1]] * 4
    with limpid.no_grad():
        rows += 1
    assert x.max().item() < 1
    with pytest.raises(IndexError):
        next(iter(data.DataLoader(data.TensorDataset(x), batch_sampler=[[0, 4]])))


def test_rows_without_elements_are_rows():
    (rows,), = data.DataLoader(data.TensorDataset(limpid.ones(4, 2, device="meta")), batch_size=4)
    assert rows.is_meta and rows.shape == (4, 2)


@pytest.mark.parametrize("n, replicas, drop_last", [(7, 3, False), (7, 3, True), (2, 5, False), (6, 2, False), (0, 2, True)])
def test_samplers_of_several_processes(n, replicas, drop_last):
    def shares(library, **how):
        samplers = [library.utils.data.DistributedSampler(range(n), replicas, rank, drop_last=drop_last, **how)
                    for rank in range(replicas)]
        return [list(s) for s in samplers], [len(s) for s in samplers], samplers[0].total_size

    assert shares(limpid, shuffle=False) == shares(torch, shuffle=False)
    orders, lengths, total = shares(limpid, seed=3)
    assert [len(o) for o in orders] == lengths and sum(lengths) == total
    assert n == 0 or drop_last or {i for order in orders for i in order} == set(range(n))
    sampler = limpid.utils.data.DistributedSampler(range(50), 2, 0)
    first = list(sampler)
    assert first == list(sampler)
    sampler.set_epoch(1)
    assert first != list(sampler)
    with pytest.raises(ValueError, match=r"Invalid rank 2, rank should be in the interval \[0, 1\]"):
        limpid.utils.data.DistributedSampler(range(5), 2, 2)
