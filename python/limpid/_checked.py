"""Functions written in Python that say which argument was wrong, as the bound ones do."""

from __future__ import annotations

import functools
from typing import Any, Callable, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def checked(function: F) -> F:
    """The function. Where a call of it fails over a type, the annotations say which argument has a wrong one."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (AttributeError, TypeError):
            from limpid._refusals import wrong_argument  # loaded only now

            text = wrong_argument(function, args, kwargs)
            if not text:
                raise
        raise TypeError(text)

    return call  # type: ignore[return-value]


def check_all(names: dict[str, Any], module: str) -> None:
    """All public functions that a module defines."""
    for name, value in list(names.items()):
        if not name.startswith("_") and type(value) is _Function and value.__module__ == module:
            names[name] = checked(value)


_Function = type(check_all)
