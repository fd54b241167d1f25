"""save and load. Files of limpid are safetensors files: the tensors under their names, and beside them, as JSON in
the metadata under "limpid.tree", how they and plain values make up the whole. Files of torch.save are read, too.
Loading runs no code, whatever the file says."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import collections
import math
import os
from typing import Any, BinaryIO, Optional, Union

from limpid import _C
from limpid._C import FileError, Parameter, Tensor
from limpid._types import Size, _dtype_by_name, dtype

_KEY = "limpid.tree"

File = Union[str, os.PathLike[str], BinaryIO]


# -- writing


class _Writer:
    """Turns an object into a JSON tree and a list of named tensors."""

    def __init__(self) -> None:
        self.tensors: dict[Any, Any] = {}
        self._names: dict[Any, Any] = {}  # by id(): a tensor that stands twice is written once
        self._open: set[Any] = set()

    def tree(self, value: Any, path: tuple[Any, ...]) -> Any:
        if value is None or isinstance(value, bool) or type(value) is str:
            return value
        if type(value) is int:
            return value if -2**63 <= value < 2**63 else {"int": str(value)}
        if type(value) is float:
            return value if math.isfinite(value) else {"float": str(value)}
        if isinstance(value, Tensor):
            return self._tensor(value, path)
        if isinstance(value, (list, tuple, dict)):
            return self._container(value, path)
        return self._small(value, path)

    def _tensor(self, tensor: Tensor, path: tuple[Any, ...]) -> dict[Any, Any]:
        name = self._names.get(id(tensor))
        if name is None:
            name = ".".join(map(str, path)) or "tensor"
            while name in self.tensors:
                name += "_"
            self._names[id(tensor)] = name
            self.tensors[name] = tensor
        entry: dict[Any, Any] = {"tensor": name}
        if isinstance(tensor, Parameter):
            entry["parameter"] = True
        if tensor.requires_grad:
            entry["requires_grad"] = True
        return entry

    def _container(self, value: Any, path: tuple[Any, ...]) -> Any:
        if id(value) in self._open:
            raise ValueError(f"save: {_place(path)} contains itself")
        self._open.add(id(value))
        if isinstance(value, dict):
            kind = "ordered_dict" if isinstance(value, collections.OrderedDict) else "dict"
            for key in value:
                if key is not None and not isinstance(key, (str, int, float, bool)):
                    raise TypeError(f"save: {_place(path)} has a key of {type(key).__name__}; keys may be str or numbers")
            result: Any = {kind: [[self.tree(k, path), self.tree(v, path + (k,))] for k, v in value.items()]}
        else:
            items = [self.tree(item, path + (i,)) for i, item in enumerate(value)]
            kind = "size" if isinstance(value, Size) else "tuple" if isinstance(value, tuple) else ""
            result = {kind: items} if kind else items
        self._open.discard(id(value))
        return result

    def _small(self, value: Any, path: tuple[Any, ...]) -> Any:
        if isinstance(value, dtype):
            return {"dtype": value._name}
        if isinstance(value, _C.device):
            return {"device": str(value)}
        if isinstance(value, (set, frozenset)):
            return {"set": [self.tree(item, path) for item in sorted(value, key=repr)]}
        if isinstance(value, (bytes, bytearray)):
            return {"bytes": bytes(value).hex()}
        if isinstance(value, (int, float, str)):  # of classes of their own, as numpy.float64
            return self.tree(next(base for base in (int, float, str) if isinstance(value, base))(value), path)
        if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # NumPy's other scalars
            return self.tree(value.item(), path)
        hint = "; save its state_dict() instead" if hasattr(value, "state_dict") else ""
        if hasattr(value, "__array__"):
            hint = "; limpid.from_numpy(array) makes a tensor of it"
        raise TypeError(f"save: {_place(path)} is of {type(value).__name__}; files hold tensors, numbers, texts, "
                        f"lists, tuples and dicts{hint}")


def _place(path: tuple[Any, ...]) -> str:
    return "the object" + "".join(f"[{key!r}]" for key in path)


def save(obj: Any, f: File, pickle_module: Any = None, pickle_protocol: Any = None,
         _use_new_zipfile_serialization: bool = True) -> None:
    """Writes tensors, and dicts, lists, tuples, numbers and texts around them, to a file.

    Parameters
    ----------
    obj : object
        A state_dict, for example. Views are written as tensors of their own.
    f : path or file open for writing

    Raises
    ------
    TypeError
        For other kinds of objects, saying where; a Module or an optimiser is saved by its state_dict().
    """
    _check_file("save", f, "write")
    writer = _Writer()
    tree = writer.tree(obj, ())
    tensors = [(name, tensor.detach()) for name, tensor in writer.tensors.items()]
    import json  # only here, as in load: the import of limpid is short

    metadata = {_KEY: json.dumps(tree), "limpid.version": _C.__version__}
    if isinstance(f, (str, os.PathLike)):
        _C._save_safetensors(os.fspath(f), tensors, metadata)
    else:
        f.write(_C._safetensors_bytes(tensors, metadata))


def _check_file(name: str, f: Any, method: str) -> None:
    if not isinstance(f, (str, os.PathLike)) and not hasattr(f, method):
        raise TypeError(f"{name}: f must be a path or an open file, not {type(f).__name__}")


# -- reading


class _Reader:
    """Makes the object of a tree. What the file says is checked, not believed."""

    def __init__(self, tensors: dict[Any, Any], name: str):
        self.tensors, self.name = tensors, name
        self._made: dict[Any, Any] = {}

    def value(self, tree: Any) -> Any:
        if tree is None or isinstance(tree, (bool, int, float, str)):
            return tree
        if isinstance(tree, list):
            return [self.value(item) for item in tree]
        if "tensor" in tree:
            return self._tensor(tree)
        if len(tree) != 1:
            raise self._wrong(tree)
        (kind, content), = tree.items()
        make = getattr(self, f"_{kind}", None) if kind in self._kinds else None
        if make is None or not isinstance(content, (list, str)):
            raise self._wrong(tree)
        try:
            return make(content)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise error if isinstance(error, FileError) else self._wrong(tree) from None

    _kinds = frozenset({"int", "float", "tuple", "size", "dict", "ordered_dict", "set", "dtype", "device", "bytes"})

    def _int(self, text: str) -> int:
        if len(text) > 4000:
            raise ValueError
        return int(text)

    def _float(self, text: str) -> float:
        return float(text)

    def _tuple(self, items: list[Any]) -> tuple[Any, ...]:
        return tuple(self.value(item) for item in items)

    def _size(self, items: list[Any]) -> Size:
        return Size(int(item) for item in items)

    def _dict(self, items: list[Any]) -> dict[Any, Any]:
        return {self._key(key): self.value(value) for key, value in items}

    def _ordered_dict(self, items: list[Any]) -> collections.OrderedDict[Any, Any]:
        return collections.OrderedDict((self._key(key), self.value(value)) for key, value in items)

    def _key(self, tree: Any) -> Any:
        key = self.value(tree)
        if key is not None and not isinstance(key, (str, int, float)):
            raise ValueError
        return key

    def _set(self, items: list[Any]) -> set[Any]:
        return {self._key(item) if not isinstance(item, dict) else self.value(item) for item in items}

    def _dtype(self, name: str) -> dtype:
        return _dtype_by_name(name)

    def _device(self, name: str) -> _C.device:
        return _C.device(name)

    def _bytes(self, text: str) -> bytes:
        return bytes.fromhex(text)

    def _tensor(self, tree: dict[Any, Any]) -> Tensor:
        name = tree["tensor"]
        if not isinstance(name, str) or name not in self.tensors:
            raise self._wrong(tree)
        if name not in self._made:
            tensor = self.tensors[name]
            wants = bool(tree.get("requires_grad"))
            if wants and not tensor.is_floating_point():
                raise self._wrong(tree)
            if tree.get("parameter"):
                tensor = Parameter(tensor, wants)
            elif wants:
                tensor.requires_grad_()
            self._made[name] = tensor
        return self._made[name]

    def _wrong(self, tree: Any) -> FileError:
        text = repr(tree)
        return FileError(f"{self.name}: its tree has an entry that is none of limpid's: {text[:80]}")


def _object_of(tensors: dict[Any, Any], metadata: dict[Any, Any], name: str) -> Any:
    if _KEY not in metadata:  # a safetensors file of somebody else
        return tensors
    import json

    try:
        return _Reader(tensors, name).value(json.loads(metadata[_KEY]))
    except (json.JSONDecodeError, RecursionError) as error:
        raise FileError(f"{name}: its tree cannot be read: {error}") from None


def load(f: File, map_location: Any = None, pickle_module: Any = None, *, weights_only: Optional[bool] = None,
         mmap: Optional[bool] = None, **pickle_load_args: Any) -> Any:
    """What save, torch.save or a writer of safetensors put into a file. Runs no code.

    Parameters
    ----------
    f : path or file open for reading
    map_location : device, str, dict or callable, optional
        Where tensors go. All come to the cpu here, also those that were saved elsewhere.
    weights_only : bool, optional
        Taken, without effect: only tensors and plain containers can be loaded, in any case.

    Raises
    ------
    FileError
        The file is missing, truncated, malformed, or holds what limpid does not load (by name).
    """
    _check_location(map_location)
    _check_file("load", f, "read")
    if isinstance(f, (str, os.PathLike)):
        path = os.fspath(f)
        try:
            with open(path, "rb") as file:
                head = file.read(16)
        except OSError as error:
            raise _unopened(path, error) from None
        if _is_zip(head):
            from limpid._torch_file import load_torch_file

            with open(path, "rb") as file:
                return load_torch_file(file, path)
        _refuse_others(head, path)
        tensors, metadata = _C._load_safetensors(path)
        return _object_of(tensors, metadata, path)
    data = f.read()
    name = str(getattr(f, "name", "file"))
    if _is_zip(data[:16]):
        import io

        from limpid._torch_file import load_torch_file

        return load_torch_file(io.BytesIO(data), name)
    _refuse_others(data[:16], name)
    tensors, metadata = _C._parse_safetensors(bytes(data), name)
    return _object_of(tensors, metadata, name)


class MissingFileError(FileError, FileNotFoundError):
    """There is no file of this name."""


def _unopened(path: Any, error: OSError) -> FileError:
    kind = MissingFileError if isinstance(error, FileNotFoundError) else FileError
    wrong = kind(f"{path}: {error.strerror}")
    wrong.errno = error.errno
    return wrong


def _check_location(map_location: Any) -> None:
    if map_location is None or callable(map_location) or isinstance(map_location, dict):
        return
    if str(map_location) != "cpu":
        raise _C.DeviceError(f"load: map_location is {map_location}; tensors can only go to the cpu")


def _is_zip(head: bytes) -> bool:
    return head[:4] == b"PK\x03\x04"


def _refuse_others(head: bytes, name: str) -> None:
    if head[:1] == b"\x80" and len(head) > 1 and head[1] in (2, 3, 4, 5) and head[8:9] != b"{":
        raise FileError(f"{name}: a pickle, or a file of torch.save from before PyTorch 1.6; load it there, and save "
                        "it again in the present form")
