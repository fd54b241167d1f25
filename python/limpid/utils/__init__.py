"""What surrounds training: data loading, hooks' handles, DLPack."""

from limpid.utils import dlpack, hooks

__all__ = ["data", "dlpack", "hooks"]


def __getattr__(name: str):
    if name == "data":
        import importlib

        return importlib.import_module("limpid.utils.data")
    raise AttributeError(f"module 'limpid.utils' has no attribute '{name}'")
