"""Tensors in files of the safetensors format: names, dtypes, shapes, bytes, and nothing that runs. As the functions
of safetensors.torch."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import os
from typing import Any, Optional, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all

Path = Union[str, os.PathLike[str]]

__all__ = ["load", "load_file", "read_metadata", "save", "save_file"]


def _named(tensors: dict[Any, Any]) -> list[Any]:
    for name, tensor in tensors.items():
        if not isinstance(name, str) or not isinstance(tensor, Tensor):
            raise TypeError(f"safetensors: expected names and tensors, got {name!r}: {type(tensor).__name__}")
    return [(name, tensor.detach()) for name, tensor in tensors.items()]


def load_file(filename: Path, device: Any = "cpu") -> dict[Any, Any]:
    """The tensors of a file by their names.

    Raises
    ------
    FileError
        The file is missing, truncated or malformed; the message says where.
    """
    tensors, _ = _C._load_safetensors(os.fspath(filename))
    return {name: tensor.to(device) for name, tensor in tensors.items()}


def save_file(tensors: dict[Any, Any], filename: Path, metadata: Optional[dict[Any, Any]] = None) -> None:
    """Writes tensors by their names; the old file or the new one stands there at any time."""
    _C._save_safetensors(os.fspath(filename), _named(tensors), metadata or {})


def load(data: bytes) -> dict[Any, Any]:
    """The same as load_file, of bytes."""
    return _C._parse_safetensors(bytes(data), "safetensors")[0]


def save(tensors: dict[Any, Any], metadata: Optional[dict[Any, Any]] = None) -> bytes:
    """What save_file would write."""
    return _C._safetensors_bytes(_named(tensors), metadata or {})


def read_metadata(filename: Path) -> dict[Any, Any]:
    """The texts that stand beside the tensors of a file."""
    return _C._load_safetensors(os.fspath(filename))[1]


check_all(globals(), __name__)
