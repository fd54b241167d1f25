"""What scripts ask about CUDA: it is not there."""

from __future__ import annotations

from typing import Any

from limpid._C import DeviceError
from limpid.cuda import amp as amp


class OutOfMemoryError(RuntimeError):
    """What scripts catch where the memory of a CUDA device is full. Never raised: there is none."""

    __module__ = "limpid"


def is_available() -> bool:
    return False


def is_initialized() -> bool:
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    return False


def device_count() -> int:
    return 0


def manual_seed(seed: int) -> None:
    """Nothing: there is no device to seed."""


def manual_seed_all(seed: int) -> None:
    """Nothing: there is no device to seed."""


def empty_cache() -> None:
    """Nothing: there is no device memory."""


def memory_allocated(device: Any = None) -> int:
    """0: there is no device memory."""
    return 0


max_memory_allocated = memory_reserved = max_memory_reserved = memory_allocated


def reset_peak_memory_stats(device: Any = None) -> None:
    """Nothing: there is no device memory."""


def _absent(*args: Any, **kwargs: Any) -> Any:
    raise DeviceError("there is no CUDA device; ask limpid.cuda.is_available() first")


current_device = set_device = synchronize = get_device_name = get_device_properties = get_device_capability = _absent
current_stream = _absent
