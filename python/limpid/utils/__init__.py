"""What surrounds training: data loading, hooks' handles, DLPack."""

from typing import Any

from limpid.utils import dlpack, hooks

__all__ = ["checkpoint", "data", "dlpack", "hooks"]


def __getattr__(name: str) -> Any:
    if name in ("checkpoint", "data"):
        import importlib

        return importlib.import_module(f"limpid.utils.{name}")
    raise AttributeError(f"module 'limpid.utils' has no attribute '{name}'")
