"""Errors where PyTorch's layers assert: AssertionErrors too, for scripts that catch those."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator

from limpid import _C


def _also_asserted(kind: type[_C.Error]) -> Any:
    return type(kind.__name__, (kind, AssertionError), {"__module__": "limpid"})


ValueError: Any = _also_asserted(_C.ValueError)  # noqa: A001
ShapeError: Any = _also_asserted(_C.ShapeError)


@contextlib.contextmanager
def asserted() -> Iterator[None]:
    """Inside, what the C++ library refuses is refused as one of these."""
    try:
        yield
    except _C.ShapeError as error:
        raise ShapeError(*error.args) from None
    except _C.ValueError as error:
        raise ValueError(*error.args) from None
