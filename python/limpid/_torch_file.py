"""Files of torch.save: a zip with data.pkl, which says how tensors and containers make up the object, and the bytes
of each storage under data/.

A pickle is a program, and Python's own reader would call any function that it names. The reader below is no Python
unpickler: it knows the instructions that build plain containers, and the few names that PyTorch writes for tensors,
each of which stands for a check in this file. Every other instruction or name is refused."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import collections
import struct
import zipfile
from typing import Any, BinaryIO, Callable, Optional

from limpid import _C
from limpid import _types
from limpid._C import FileError, Parameter, Tensor
from limpid._types import Size

_MAX_PICKLE = 256 << 20
_MAX_RANK = 64
_PIECE = 1 << 20

_STORAGES = {"FloatStorage": "float32", "DoubleStorage": "float64", "HalfStorage": "float16",
             "BFloat16Storage": "bfloat16", "ByteStorage": "uint8", "CharStorage": "int8", "ShortStorage": "int16",
             "IntStorage": "int32", "LongStorage": "int64", "BoolStorage": "bool"}
_DTYPES = {name: dtype for name, dtype in _types._all.items()}


class _Refused(Exception):
    """What is wrong; the caller adds the file."""


# -- the names that may stand in a pickle


class _Name:
    """A name that was read: by itself nothing but a text. `make` gives the object when it is called."""

    def __init__(self, text: str, make: Optional[Callable[..., Any]] = None, value: Any = None):
        self.text, self.make, self.value = text, make, value


class _Storage:
    """The bytes of a storage as a 1-d tensor of its dtype."""

    def __init__(self, elements: Tensor, dtype: Any, data: bytearray):
        self.elements, self.dtype, self.data = elements, dtype, data


def _ints(value: Any, what: str) -> list[Any]:
    if not isinstance(value, (tuple, list)) or len(value) > _MAX_RANK or any(
            type(n) is not int or not 0 <= n < 2**62 for n in value):
        raise _Refused(f"{what} are {value!r:.80}; expected up to {_MAX_RANK} whole numbers")
    return list(value)


def _rebuild_tensor(storage: Any = None, offset: Any = None, size: Any = None, stride: Any = None,
                    requires_grad: Any = False, hooks: Any = None, metadata: Any = None) -> Tensor:
    if not isinstance(storage, _Storage) or type(offset) is not int or not 0 <= offset < 2**62:
        raise _Refused("a tensor without a storage or offset")
    size, stride = _ints(size, "sizes"), _ints(stride, "strides")
    try:
        tensor = _C._as_strided(storage.elements, size, stride, offset)
    except (ValueError, RuntimeError) as error:
        raise _Refused(f"a tensor of sizes {size} and strides {stride} from element {offset} does not lie within its "
                       f"storage of {storage.elements.numel()} elements") from error
    if requires_grad is True:
        if not tensor.is_floating_point():
            raise _Refused("a tensor of integers that requires grad")
        tensor.requires_grad_()
    return tensor


def _rebuild_parameter(data: Any = None, requires_grad: Any = True, hooks: Any = None, state: Any = None) -> Tensor:
    if not isinstance(data, Tensor) or (requires_grad is True and not data.is_floating_point()):
        raise _Refused("a parameter without a tensor")
    return Parameter(data, requires_grad is True)


def _rebuild_from_type(function: Any = None, kind: Any = None, args: Any = None, state: Any = None) -> Any:
    if not isinstance(function, _Name) or function.make not in (_rebuild_tensor, _rebuild_parameter):
        raise _Refused("a tensor that is rebuilt by something else")
    if not isinstance(args, tuple):
        raise _Refused("a tensor without arguments")
    return function.make(*args)


def _ordered_dict(items: Any = ()) -> collections.OrderedDict[Any, Any]:
    if items == ():
        return collections.OrderedDict()
    if not isinstance(items, list):
        raise _Refused("an OrderedDict that is not made from a list")
    return collections.OrderedDict((_key(k), v) for k, v in (_pair(i) for i in items))


def _pair(item: Any) -> Any:
    if not isinstance(item, (list, tuple)) or len(item) != 2:
        raise _Refused("an OrderedDict whose items are no pairs")
    return item


def _size(sizes: Any = ()) -> Size:
    return Size(_ints(sizes, "sizes"))


def _device(kind: Any = "cpu", index: Any = None) -> Any:
    if not isinstance(kind, str):
        raise _Refused("a device without a name")
    return _C.device("cpu")  # where everything comes to


def _set(items: Any = ()) -> set[Any]:
    if not isinstance(items, list):
        raise _Refused("a set that is not made from a list")
    return {_key(item) for item in items}


def _encode(text: Any = "", coding: Any = "latin1") -> bytes:
    """How old protocols write bytes."""
    if not isinstance(text, str) or coding != "latin1":
        raise _Refused("bytes in an unknown coding")
    try:
        return text.encode("latin1")
    except UnicodeEncodeError:
        raise _Refused("bytes that are none") from None


_NAMES: dict[Any, Any] = {
    "torch._utils._rebuild_tensor_v2": _rebuild_tensor,
    "torch._utils._rebuild_tensor": _rebuild_tensor,
    "torch._utils._rebuild_parameter": _rebuild_parameter,
    "torch._utils._rebuild_parameter_with_state": _rebuild_parameter,
    "torch._tensor._rebuild_from_type_v2": _rebuild_from_type,
    "collections.OrderedDict": _ordered_dict,
    "torch.Size": _size,
    "torch.device": _device,
    "builtins.set": _set,
    "__builtin__.set": _set,
    "_codecs.encode": _encode,
}


def _name(module: Any, name: Any) -> Any:
    text = f"{module}.{name}"
    if text in _NAMES:
        return _Name(text, _NAMES[text])
    if module == "torch" and name in _DTYPES:
        return _DTYPES[name]
    if text in ("torch.Tensor", "torch._tensor.Tensor", "torch.nn.parameter.Parameter"):
        return _Name(text)
    if module in ("torch", "torch.storage") and str(name).endswith("Storage"):
        return _Name(text, value=str(name))
    raise _Refused(f"its pickle names {text!r:.100}, which is no tensor or plain container. limpid loads state dicts: "
                   "torch.save(model.state_dict(), ...)")


# -- the pickle


_MARK = object()


def _key(key: Any) -> Any:
    if key is None or isinstance(key, (str, int, float, bytes)):
        return key
    raise _Refused(f"a dict has a key of {type(key).__name__}; only texts and numbers are allowed")


class _Pickle:
    """Carries out the instructions of a pickle (protocols 2 to 5, as described in Python's pickletools)."""

    def __init__(self, data: bytes, storage: Callable[..., Any]):
        self.data, self.storage = data, storage
        self.stack: list[Any] = []
        self.memo: dict[Any, Any] = {}

    def load(self) -> Any:
        import pickletools

        try:
            for opcode, argument, place in pickletools.genops(self.data):
                if opcode.name == "STOP":
                    if len(self.stack) != 1:
                        raise _Refused("its pickle ends with a stack that does not hold one object")
                    return self.stack[0]
                step = getattr(self, "do_" + opcode.name, None)
                if step is not None:
                    step(argument)
                elif opcode.name in _CONSTANTS:
                    self.stack.append(_CONSTANTS[opcode.name])
                elif opcode.name in _LITERALS:
                    self.stack.append(argument)
                elif opcode.name not in ("PROTO", "FRAME"):
                    raise _Refused(f"byte {place} of its pickle is the instruction {opcode.name}, which limpid does not "
                                   "carry out")
        except _Refused:
            raise
        except (IndexError, KeyError, ValueError, TypeError, OverflowError, MemoryError, RecursionError) as error:
            raise _Refused(f"its pickle is damaged ({type(error).__name__})") from error
        raise _Refused("its pickle has no end")

    def after_mark(self) -> list[Any]:
        for i in range(len(self.stack) - 1, -1, -1):
            if self.stack[i] is _MARK:
                items = self.stack[i + 1:]
                del self.stack[i:]
                return items
        raise _Refused("its pickle closes a list that was not begun")

    def top(self, kind: Any, what: str) -> Any:
        if not self.stack or not isinstance(self.stack[-1], kind):
            raise _Refused(f"its pickle fills {what} that is none")
        return self.stack[-1]

    # the stack and the memo

    def do_MARK(self, _: Any) -> None:
        self.stack.append(_MARK)

    def do_POP(self, _: Any) -> None:
        self.stack.pop()

    def do_POP_MARK(self, _: Any) -> None:
        self.after_mark()

    def do_BINPUT(self, number: int) -> None:
        self.memo[number] = self.stack[-1]

    do_LONG_BINPUT = do_BINPUT

    def do_MEMOIZE(self, _: Any) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    def do_BINGET(self, number: int) -> None:
        self.stack.append(self.memo[number])

    do_LONG_BINGET = do_BINGET

    # containers

    def do_EMPTY_LIST(self, _: Any) -> None:
        self.stack.append([])

    def do_EMPTY_DICT(self, _: Any) -> None:
        self.stack.append({})

    def do_EMPTY_SET(self, _: Any) -> None:
        self.stack.append(set())

    def do_APPEND(self, _: Any) -> None:
        item = self.stack.pop()
        self.top(list, "a list").append(item)

    def do_APPENDS(self, _: Any) -> None:
        items = self.after_mark()
        self.top(list, "a list").extend(items)

    def do_ADDITEMS(self, _: Any) -> None:
        items = self.after_mark()
        self.top(set, "a set").update(map(_key, items))

    def do_SETITEM(self, _: Any) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self.top(dict, "a dict")[_key(key)] = value

    def do_SETITEMS(self, _: Any) -> None:
        items = self.after_mark()
        if len(items) % 2:
            raise _Refused("its pickle has a dict with a key and no value")
        target = self.top(dict, "a dict")
        for key, value in zip(items[::2], items[1::2]):
            target[_key(key)] = value

    def do_TUPLE(self, _: Any) -> None:
        self.stack.append(tuple(self.after_mark()))

    def take(self, count: int) -> tuple[Any, ...]:
        if len(self.stack) < count:
            raise _Refused("its pickle takes more than there is")
        items = tuple(self.stack[-count:])
        del self.stack[-count:]
        return items

    def do_TUPLE1(self, _: Any) -> None:
        self.stack.append(self.take(1))

    def do_TUPLE2(self, _: Any) -> None:
        self.stack.append(self.take(2))

    def do_TUPLE3(self, _: Any) -> None:
        self.stack.append(self.take(3))

    def do_LIST(self, _: Any) -> None:
        self.stack.append(self.after_mark())

    def do_DICT(self, _: Any) -> None:
        items = self.after_mark()
        self.stack.append({_key(k): v for k, v in zip(items[::2], items[1::2])})

    # names and calls

    def do_GLOBAL(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        self.stack.append(_name(module, name))

    def do_STACK_GLOBAL(self, _: Any) -> None:
        module, name = self.take(2)
        self.stack.append(_name(module, name))

    def do_REDUCE(self, _: Any) -> None:
        function, arguments = self.take(2)
        if not isinstance(function, _Name) or function.make is None or not isinstance(arguments, tuple):
            raise _Refused("its pickle calls something that is no function of tensors")
        self.stack.append(function.make(*arguments))

    def do_BUILD(self, _: Any) -> None:
        """Sets attributes: of a state dict its _metadata, the versions of its modules. Others are left out."""
        state = self.stack.pop()
        target = self.top((collections.OrderedDict, Tensor), "attributes of an object")
        if isinstance(target, collections.OrderedDict) and isinstance(state, dict) and "_metadata" in state:
            target._metadata = state["_metadata"]  # type: ignore[attr-defined]

    def do_BINPERSID(self, _: Any) -> None:
        self.stack.append(self.storage(self.stack.pop()))


_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_LITERALS = frozenset({"BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE",
                       "BINUNICODE8", "SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "INT", "LONG", "FLOAT", "UNICODE"})


# -- the zip


class _Archive:
    """The entries of the zip. They must be stored as they are: nothing can be larger than the file then."""

    def __init__(self, file: BinaryIO):
        self.zip = zipfile.ZipFile(file)
        self.left = file.seek(0, 2)  # entries cannot hold more than the file: they would overlap
        names = self.zip.namelist()
        pickles = [n for n in names if n.count("/") <= 1 and n.rpartition("/")[2] == "data.pkl"]
        if len(pickles) != 1:
            raise _Refused("a zip without data.pkl: no file of torch.save"
                           + (" (TorchScript files are not read)" if any("constants.pkl" in n for n in names) else ""))
        self.folder = pickles[0][:-len("data.pkl")]
        if self.folder + "constants.pkl" in names:
            raise _Refused("a TorchScript file; save a state dict instead: torch.save(model.state_dict(), ...)")
        if self.folder + "byteorder" in names and self.read("byteorder", 16) != b"little":
            raise _Refused("its numbers are big-endian, which is not read")
        self.storages: dict[Any, Any] = {}

    def read(self, name: str, limit: int) -> bytearray:
        try:
            info = self.zip.getinfo(self.folder + name)
        except KeyError:
            raise _Refused(f"it has no entry {name!r:.80}") from None
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise _Refused(f"its entry {name!r:.80} is compressed or encrypted, which torch.save never does")
        if info.file_size > limit:
            raise _Refused(f"its entry {name!r:.80} has {info.file_size} bytes; at most {limit} were expected")
        self.left -= info.file_size
        if self.left < 0:
            raise _Refused("its entries overlap")
        data = bytearray(info.file_size)
        with self.zip.open(info) as entry:  # piece by piece, so that there is no second copy of the whole
            for at in range(0, len(data), _PIECE):
                piece = memoryview(data)[at:at + _PIECE]
                if entry.readinto(piece) != len(piece):  # type: ignore[attr-defined]
                    raise _Refused(f"its entry {name!r:.80} is cut off")
        return data

    def storage(self, identity: Any) -> _Storage:
        """A persistent id: ("storage", class, key, device, number of elements)."""
        if not isinstance(identity, tuple) or len(identity) != 5 or identity[0] != "storage":
            raise _Refused("its pickle refers to something that is no storage")
        _, kind, key, _, count = identity
        name = kind.value if isinstance(kind, _Name) else None
        if name == "UntypedStorage":
            dtype_name: Optional[str] = "uint8"
        else:
            dtype_name = _STORAGES.get(name or "")
        if dtype_name is None:
            raise _Refused(f"its storage {key!r:.40} is a {name or kind!r:.60}, whose dtype limpid does not have")
        if not isinstance(key, str) or type(count) is not int or count < 0:
            raise _Refused("its pickle refers to a storage without a name or size")
        dtype = _types._all[dtype_name]
        if key not in self.storages:
            self.storages[key] = self.read("data/" + key, 2**62)
        data = self.storages[key]
        if len(data) < count * dtype.itemsize:
            raise _Refused(f"its storage {key!r:.40} has {len(data)} bytes; {count} elements of {dtype} need "
                           f"{count * dtype.itemsize}")
        return self._typed(key, dtype, count, data)

    def _typed(self, key: str, dtype: Any, count: int, data: bytearray) -> _Storage:
        """One tensor over a storage, for all tensors that share it."""
        place = (key, dtype)
        if place not in self.storages:
            elements = _C._frombuffer(data, dtype, count, 0) if count else _C.empty(0, dtype=dtype)
            self.storages[place] = _Storage(elements, dtype, data)
        return self.storages[place]


def load_torch_file(file: BinaryIO, name: str) -> Any:
    """The object in a file of torch.save. FileError says what is wrong with it."""
    try:
        archive = _Archive(file)
        return _Pickle(bytes(archive.read("data.pkl", _MAX_PICKLE)), archive.storage).load()
    except _Refused as error:
        raise FileError(f"{name}: {error}") from None
    except (zipfile.BadZipFile, struct.error, EOFError, OSError, NotImplementedError, ValueError,
            OverflowError, MemoryError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"{name}: a damaged zip: {error}") from None
