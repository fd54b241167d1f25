"""Functions and classes written in Python that say which argument was wrong, as the bound ones do, and that name themselves
in the errors of what they are made of."""

from __future__ import annotations

import functools
from typing import Any, Callable, TypeVar

from limpid._C import Error

F = TypeVar("F", bound=Callable[..., Any])

_OverTypes = (AttributeError, TypeError, ValueError)
_Errors = (*_OverTypes, Error)
_NOT_OWN = ("could not convert string to float", "Boolean value of Tensor")  # a text or a tensor for a number


def _is_own(error: Exception) -> bool:
    """True for what says already what is wrong."""
    own = isinstance(error, (ValueError, Error)) and not isinstance(error, TypeError)
    return own and not str(error).startswith(_NOT_OWN)


def checked(function: F, names_itself: bool = True) -> F:
    """The function. Where a call of it fails over a type, the annotations say which argument has a wrong one. Errors of
    limpid's get its name, except where it calls functions of users, whose errors they may be."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except _Errors as error:
            from limpid._refusals import wrong_argument  # loaded only now

            text = "" if _is_own(error) else wrong_argument(function, args, kwargs)
            if not text:
                if names_itself and isinstance(error, Error):
                    from limpid._callers import name_own

                    name_own(function, error, args, kwargs)
                raise
        raise TypeError(text)

    return call  # type: ignore[return-value]


def check_all(names: dict[str, Any], module: str, name_themselves: bool = True) -> None:
    """All public functions that a module defines."""
    for name, value in list(names.items()):
        if not name.startswith("_") and type(value) is _Function and value.__module__ == module:
            names[name] = checked(value, name_themselves)


_Function = type(check_all)


def check_classes(names: dict[str, Any], module: str, eager: bool = False) -> None:
    """The constructors of all public classes that a module, or one below it, defines. `eager`: also where nothing
    failed, for what would fail only when it is used."""
    public = [value for name, value in names.items() if not name.startswith("_") and isinstance(value, type)]
    for cls in dict.fromkeys(base for value in public for base in value.__mro__):
        for method in ("__init__", "load_state_dict", "add_param_group"):
            own = vars(cls).get(method)
            inside = f"{cls.__module__}.".startswith(f"{module}.")
            if inside and type(own) is _Function and not hasattr(own, "__wrapped__"):
                setattr(cls, method, _checked_method(own, eager and method == "__init__"))


def _checked_method(method: F, eager: bool) -> F:
    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            result = method(self, *args, **kwargs)
            text = _wrong(self, method, args, kwargs, eager) if eager else ""
        except _OverTypes as error:
            text = "" if _is_own(error) else _wrong(self, method, args, kwargs, False)
            if not text:
                raise
        if not text:
            return result
        raise TypeError(text)

    return call  # type: ignore[return-value]


def _wrong(self: Any, method: Any, args: Any, kwargs: Any, eager: bool) -> str:
    from limpid._refusals import wrong_argument  # loaded only now

    name = type(self).__name__
    return wrong_argument(method, (self, *args), kwargs,
                          name if method.__name__ == "__init__" else f"{name}.{method.__name__}", eager)
