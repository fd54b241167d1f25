"""torch.jit for scripts that use it to be faster: ops run as they are called, so each function gives back what it
was given, as limpid.compile does."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

__all__ = ["script", "trace", "script_if_tracing", "ignore", "unused", "export", "is_scripting", "is_tracing"]


def script(obj: F, *args: Any, **kwargs: Any) -> F:
    """`obj` itself."""
    return obj


def trace(func: F, example_inputs: Any = None, *args: Any, **kwargs: Any) -> F:
    """`func` itself."""
    return func


def script_if_tracing(fn: F) -> F:
    """`fn` itself."""
    return fn


def unused(fn: F) -> F:
    """`fn` itself."""
    return fn


def export(fn: F) -> F:
    """`fn` itself."""
    return fn


def ignore(drop: Any = False, **kwargs: Any) -> Any:
    """The function itself; with options alone, a decorator that gives it back."""
    return drop if callable(drop) else unused


def is_scripting() -> bool:
    """False: nothing is scripted."""
    return False


def is_tracing() -> bool:
    """False: nothing is traced."""
    return False
