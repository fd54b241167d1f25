"""What registering a hook returns."""

from __future__ import annotations

import itertools
import weakref
from collections import OrderedDict
from typing import Any, Optional

_numbers = itertools.count()


class RemovableHandle:
    """Takes a hook away again: by remove(), or at the end of a `with` block.

    Parameters
    ----------
    hooks : dict
        Where the hook stands under the number `id` of this handle. Must allow weak references, as
        collections.OrderedDict does.
    extra_dict : dict or list of dict, optional
        Others that know the hook by the same number.
    """

    def __init__(self, hooks: Any, *, extra_dict: Optional[Any] = None):
        self.id = next(_numbers)
        extra = [] if extra_dict is None else extra_dict if isinstance(extra_dict, list) else [extra_dict]
        self._dicts = [weakref.ref(d) for d in (hooks, *extra)]

    def remove(self) -> None:
        """A second call does nothing."""
        for reference in self._dicts:
            hooks = reference()
            if hooks is not None:
                hooks.pop(self.id, None)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.id, [d() for d in getattr(self, "_dicts", [])])

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.remove()


def _restored(number: int, hooks: list[Any]) -> RemovableHandle:
    """The handle of pickled hooks; of those that are gone, as good as removed."""
    handle = RemovableHandle.__new__(RemovableHandle)
    handle.id = number
    handle._dicts = [weakref.ref(OrderedDict() if d is None else d) for d in hooks]
    return handle
