"""What scripts ask about CUDA: it is not there."""

from __future__ import annotations

from typing import Any

from limpid._C import DeviceError


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


def _absent(*args: Any, **kwargs: Any) -> Any:
    raise DeviceError("there is no CUDA device; ask limpid.cuda.is_available() first")


current_device = set_device = synchronize = get_device_name = get_device_properties = get_device_capability = _absent
memory_allocated = max_memory_allocated = reset_peak_memory_stats = current_stream = _absent
