"""The choice between ways to compute attention, for scripts that make it: limpid chooses by itself."""

from __future__ import annotations

import contextlib
import enum
from typing import Iterator, Sequence, Union

__all__ = ["SDPBackend", "sdpa_kernel"]


class SDPBackend(enum.Enum):
    ERROR = -1
    MATH = 0
    FLASH_ATTENTION = 1
    EFFICIENT_ATTENTION = 2
    CUDNN_ATTENTION = 3
    OVERRIDEABLE = 4


@contextlib.contextmanager
def sdpa_kernel(backends: Union[SDPBackend, Sequence[SDPBackend]], set_priority: bool = False) -> Iterator[None]:
    """Taken, without effect: the result is the same."""
    for backend in [backends] if isinstance(backends, SDPBackend) else list(backends):
        if not isinstance(backend, SDPBackend):
            raise TypeError(f"sdpa_kernel: backends must be SDPBackends, not {type(backend).__name__}")
    yield
