"""What scripts ask about accelerators: there is none."""

from __future__ import annotations

from typing import Any


def is_available() -> bool:
    return False


def current_accelerator(check_available: bool = False) -> Any:
    """None: tensors are on the cpu."""
    return None


def device_count() -> int:
    return 0
