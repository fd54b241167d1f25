"""Where the time goes, as torch.profiler: every op, gradient and optimiser step while it watches.

>>> import limpid
>>> from limpid.profiler import profile, record_function
>>> with profile() as prof:
...     with record_function("product"):
...         y = limpid.ones(64, 64) @ limpid.ones(64, 64)
>>> sorted(row.key for row in prof.key_averages())
['matmul', 'product']
"""

from __future__ import annotations

import contextlib
import enum
import os
from typing import Any, Callable, Iterable, List, Optional, Tuple, Union

from limpid import _C

_MAX_EVENTS = 300_000


class ProfilerActivity(enum.Enum):
    """What to watch. There is one device so far: the processor."""

    CPU = "cpu"
    CUDA = "cuda"


def supported_activities() -> set[Any]:
    """The activities that this build can watch."""
    return {ProfilerActivity.CPU}


def machine_limits() -> Tuple[float, float]:
    """Bytes and float32 operations a second that this machine reaches: measured on first use, half a second."""
    return _C._machine_limits()


class EventAverage:
    """What ran under one name.

    Attributes
    ----------
    key : str
        The op, with " backward" behind it for its gradient; or a name of record_function.
    count : int
        Calls.
    self_cpu_time_total, cpu_time_total : float
        Microseconds without, and with, what ran inside under another name.
    cpu_time : float
        cpu_time_total of one call.
    bytes, flops : float
        Of all calls: inputs and outputs, and arithmetic where it is more than a few a byte.
    input_shapes : str
        Where rows were told apart by them; otherwise empty.
    """

    def __init__(self, row: Any):
        self._row = row
        self.key: str = row.key
        self.count: int = row.count
        self.self_cpu_time_total: float = row.seconds * 1e6
        self.cpu_time_total: float = row.total_seconds * 1e6
        self.cpu_time: float = self.cpu_time_total / max(self.count, 1)
        self.bytes: float = row.bytes
        self.flops: float = row.flops
        self.input_shapes: str = row.input_shapes

    def __repr__(self) -> str:
        return f"<{self.key}: {self.count} calls, {self.self_cpu_time_total:.0f} us>"


class EventAverages(list[Any]):
    """The rows of a profile, the longest first."""

    def __init__(self, rows: Iterable[EventAverage], seconds: float):
        super().__init__(rows)
        self._seconds = seconds

    def table(self, sort_by: Optional[str] = None, row_limit: int = 100, **_: Any) -> str:
        """A table for people: calls, time, bytes, FLOPs and the share of what this machine allows, which the first table of a
        process measures within a second or so.

        Parameters
        ----------
        sort_by : str, optional
            An attribute of EventAverage, the largest first; by default the time without inner ops.
        row_limit : int
            So many rows, and one for the others; -1: all.
        """
        rows = list(self)
        if sort_by is not None:
            rows.sort(key=_sort_key(sort_by), reverse=True)
        return _C._profile_table([r._row for r in rows], self._seconds, len(rows) if row_limit < 0 else row_limit)


def _sort_key(name: str) -> Callable[[EventAverage], Any]:
    names = ("self_cpu_time_total", "cpu_time_total", "cpu_time", "count", "bytes", "flops", "key")
    if name not in names:
        raise ValueError(f"table: sort_by is {name!r}; it must be one of {', '.join(names)}")
    return lambda row: getattr(row, name)


def _nothing() -> None:
    pass


def _note_modules() -> Callable[[], None]:
    """Puts a range around every call of a module; the function that takes it away again."""
    from limpid.nn import Module

    call = Module.__call__

    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        with record_function(f"nn.Module: {type(self).__name__}"):
            return call(self, *args, **kwargs)

    def restore() -> None:
        setattr(Module, "__call__", call)

    setattr(Module, "__call__", noted)
    return restore


class profile(contextlib.ContextDecorator):
    """Watches all ops of all threads between `with` and its end. One at a time.

    Parameters
    ----------
    activities : iterable of ProfilerActivity, optional
        [ProfilerActivity.CPU], which is all there is.
    record_shapes : bool
        Note the shapes of inputs (some microseconds an op more).
    with_modules : bool
        Also note each call of a module, under the name of its class: "nn.Module: Linear".
    with_flops, profile_memory : bool
        Accepted: operations and bytes are always there.
    on_trace_ready : callable, optional
        Called with the profile at its end.
    schedule, with_stack
        Not supported; ValueError.
    """

    def __init__(self, *, activities: Optional[Iterable[ProfilerActivity]] = None, schedule: Any = None,
                 on_trace_ready: Optional[Callable[[profile], Any]] = None, record_shapes: bool = False,
                 profile_memory: bool = False, with_stack: bool = False, with_flops: bool = False,
                 with_modules: bool = False):
        if schedule is not None or with_stack:
            raise ValueError("profile: schedule and with_stack are not supported; profile the steps that matter")
        if activities is not None and ProfilerActivity.CPU not in set(activities):
            raise ValueError("profile: only ProfilerActivity.CPU can be watched here")
        self._shapes = record_shapes
        self._with_modules = with_modules
        self._restore: Callable[[], None] = _nothing
        self._on_trace_ready = on_trace_ready
        self._profiler: Any = None

    def start(self) -> None:
        """Begins to watch. ValueError while another profile does."""
        self._profiler = _C._Profiler(self._shapes, _MAX_EVENTS)
        if self._with_modules:
            self._restore = _note_modules()

    def stop(self) -> None:
        """Ends it; the figures stay."""
        self._started().stop()
        self._restore()
        self._restore = _nothing
        if self._on_trace_ready is not None:
            self._on_trace_ready(self)

    def step(self) -> None:
        """Does nothing: without a schedule every step is watched."""

    def __enter__(self) -> profile:
        self.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    def _started(self) -> Any:
        if self._profiler is None:
            raise RuntimeError("profile: it was not started; use it as `with profile() as prof:`")
        return self._profiler

    def key_averages(self, group_by_input_shape: bool = False) -> EventAverages:
        """Rows by op, and with group_by_input_shape (and record_shapes) by the shapes of inputs, too."""
        profiler = self._started()
        rows: List[Any] = profiler.rows(False, group_by_input_shape)
        return EventAverages((EventAverage(r) for r in rows), profiler.seconds())

    def export_chrome_trace(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes every event as JSON that ui.perfetto.dev and chrome://tracing open; compressed for a name that ends
        in .gz."""
        name = os.fspath(path)
        if not name.endswith(".gz"):
            self._started().write_trace(name)
            return
        import gzip
        import shutil
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            plain = os.path.join(folder, "trace.json")
            self._started().write_trace(plain)
            with open(plain, "rb") as source, gzip.open(name, "wb") as packed:
                shutil.copyfileobj(source, packed)


class record_function(contextlib.ContextDecorator):
    """A name for what runs between `with` and its end, in profiles."""

    def __init__(self, name: str, args: Optional[str] = None):
        if not isinstance(name, str):
            raise TypeError(f"record_function: name must be a str, not {type(name).__name__}")
        self.name = name
        self._ranges: List[Any] = []

    def __enter__(self) -> record_function:
        range_ = _C._ProfileRange(self.name)
        range_.__enter__()
        self._ranges.append(range_)
        return self

    def __exit__(self, *_: Any) -> None:
        self._ranges.pop().__exit__(None, None, None)
