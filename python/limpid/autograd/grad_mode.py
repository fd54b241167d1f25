"""Whether ops are recorded: no_grad and friends, as `with` blocks and as decorators."""

from __future__ import annotations

import functools
from typing import Any, Callable, Optional, TypeVar, cast

from limpid import _C

F = TypeVar("F", bound=Callable[..., Any])

_IS_GENERATOR = 0x20  # inspect.CO_GENERATOR, without importing inspect


def _flag(name: str, mode: Any) -> bool:
    if not isinstance(mode, (bool, int)):
        raise TypeError(f"{name}: mode must be a bool, not {type(mode).__name__}")
    return bool(mode)


class _Mode:
    """A block that sets whether ops of this thread are recorded, and sets it back."""

    def __init__(self, mode: bool):
        self.mode = mode
        self._before: list[Any] = []  # blocks of one object may nest

    def __enter__(self) -> None:
        self._before.append(_C.is_grad_enabled())
        _C._set_grad_enabled(self.mode)

    def __exit__(self, *exception: Any) -> None:
        _C._set_grad_enabled(self._before.pop())

    def _again(self) -> _Mode:
        """An object of its own for each call of a decorated function."""
        return _Mode(self.mode)

    def __call__(self, function: F) -> F:
        if not callable(function):
            raise TypeError(f"{type(self).__name__} decorates functions and methods, not {type(function).__name__}")
        if isinstance(function, type):
            raise TypeError(f"{type(self).__name__} decorates functions and methods, not classes")
        if getattr(getattr(function, "__code__", None), "co_flags", 0) & _IS_GENERATOR:
            return cast(F, self._wrap_generator(function))

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with self._again():
                return function(*args, **kwargs)

        return cast(F, wrapped)

    def _wrap_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The mode holds while the generator runs, and not while its caller does."""

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            generator = function(*args, **kwargs)
            step, value = generator.send, None
            while True:
                try:
                    with self._again():
                        item = step(value)
                except StopIteration as stop:
                    return stop.value
                try:
                    step, value = generator.send, (yield item)
                except GeneratorExit:
                    with self._again():
                        generator.close()
                    raise
                except BaseException as error:  # goes on inside, as with a plain generator
                    step, value = generator.throw, error

        return wrapped


class _FixedMode(_Mode):
    """no_grad() and plain no_grad as a decorator."""

    _mode = False

    def __new__(cls, function: Optional[Callable[..., Any]] = None) -> Any:
        self = super().__new__(cls)
        if function is None:
            return self
        _Mode.__init__(self, cls._mode)
        return self(function)

    def __init__(self) -> None:
        super().__init__(self._mode)


class no_grad(_FixedMode):
    """Nothing is recorded inside: `with no_grad():`, or `@no_grad()` above a function."""


class enable_grad(_FixedMode):
    """Records again inside a no_grad."""

    _mode = True


class inference_mode(_Mode):
    """As no_grad. (In PyTorch its results are also barred from later recording; here they are not.)"""

    def __new__(cls, mode: Any = True) -> Any:
        self = super().__new__(cls)
        if isinstance(mode, bool):
            return self
        _Mode.__init__(self, False)
        self._on = True
        return self(mode)

    def __init__(self, mode: bool = True):
        super().__init__(not mode)
        self._on = mode

    def __enter__(self) -> None:
        if self._on:
            super().__enter__()

    def __exit__(self, *exception: Any) -> None:
        if self._on:
            super().__exit__()

    def _again(self) -> _Mode:
        return inference_mode(self._on)


class set_grad_enabled(_Mode):
    """Switches recording on or off at once; as a `with` block, only inside it."""

    def __init__(self, mode: bool):
        super().__init__(_flag("set_grad_enabled", mode))
        self._outer = _C.is_grad_enabled()
        _C._set_grad_enabled(self.mode)

    def __enter__(self) -> None:
        self._before.append(self._outer)
        _C._set_grad_enabled(self.mode)

    def __call__(self, function: F) -> F:
        _C._set_grad_enabled(self._outer)  # a decorator acts when the function runs, not now
        return super().__call__(function)


class set_multithreading_enabled:
    """Taken, without effect: a backward pass walks the record in the thread that asked for it."""

    def __init__(self, mode: bool):
        self.mode = _flag("set_multithreading_enabled", mode)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: Any) -> None:
        pass

    def __call__(self, function: F) -> F:
        return function
