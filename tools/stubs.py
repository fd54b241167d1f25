#!/usr/bin/env python3
"""Writes python/limpid/_C/*.pyi: the types of the compiled module, read from its binding tables.

Usage: PYTHONPATH=build/release/python python tools/stubs.py [--check]
(--check only says whether the stubs are up to date)

Every bound function carries its signature, made of the C++ types of its arguments; the methods of Tensor that
are written in Python have annotations. What neither can say (operators, `*sizes`, results that depend on an
argument) stands in the tables below, and in nothing else.
"""

from __future__ import annotations

import ast
import builtins
import enum
import inspect
import sys
import types
from pathlib import Path
from typing import Any, Iterator, Optional

import limpid
from limpid import _C

FOLDER = Path(__file__).resolve().parent.parent / "python" / "limpid" / "_C"

HEAD = '''"""{title} Written by tools/stubs.py from the binding tables."""

# Overloads that differ in the names of their arguments only (dim=, axis=) look alike to mypy.
# mypy: disable-error-code="overload-cannot-match, overload-overlap, override, misc"

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, Optional, Union, overload

from limpid._types import Size as _Size, dtype as _dtype
'''
# Names inside Tensor and the modules of ops (float, bool, sum, dtype) hide those of Python.
ALIASES = '''
_int = builtins.int
_float = builtins.float
_bool = builtins.bool
_str = builtins.str
_type = builtins.type
_Number = Union[builtins.int, builtins.float, builtins.bool]
_DTypeLike = Union[_dtype, builtins.type[builtins.int], builtins.type[builtins.float]]
'''
# What an argument takes beside what it is: Python's types as dtypes, names of devices.
TAKEN = {"_dtype": "_DTypeLike", "_device": "_device | _str"}
BUILTINS = {"int": "_int", "float": "_float", "bool": "_bool", "str": "_str", "type": "_type", "bytes": "builtins.bytes",
            "object": "Any",
            "Number": "_Number", "dtype_class": "_dtype", "dtype": "_dtype", "Size": "_Size", "device": "_device",
            "RemovableHandle": "_RemovableHandle", "TypedStorage": "_TypedStorage", "UntypedStorage": "_UntypedStorage"}

ALONE_OR_PAIR = "Tensor | builtins.tuple[Tensor, ...]"

# Those that say of what, and what they are of where they do not.
GENERICS = {"tuple": "builtins.tuple[Any, ...]", "list": "builtins.list[Any]", "dict": "builtins.dict[Any, Any]",
            "set": "builtins.set[Any]", "Callable": "Callable[..., Any]"}
BUILTINS.update(GENERICS)

# What `*args` holds: sizes, unless the function is one of these.
OF_TENSORS = {"broadcast_tensors", "cartesian_prod", "einsum", "meshgrid", "align_tensors", "block_diag"}
SIZES = "_int | Sequence[_int]"
TENSORS = "Tensor | Sequence[Tensor]"

# Results that depend on arguments, and objects of other libraries.
FULL = {
    "Tensor.size": ["def size(self, dim: None = None) -> _Size: ...", "def size(self, dim: _int) -> _int: ..."],
    "Tensor.stride": ["def stride(self, dim: None = None) -> builtins.tuple[_int, ...]: ...",
                      "def stride(self, dim: _int) -> _int: ..."],
    "Tensor.type": ["def type(self, dtype: None = None, non_blocking: _bool = False) -> _str: ...",
                    "def type(self, dtype: _DTypeLike | _type | _str, non_blocking: _bool = False) -> Tensor: ..."],
    "Tensor.to": ["def to(self, dtype: _DTypeLike, non_blocking: _bool = False, copy: _bool = False, *, "
                  "memory_format: Any = None) -> Tensor: ...",
                  "def to(self, device: _device | _str | None = None, dtype: _DTypeLike | None = None, "
                  "non_blocking: _bool = False, copy: _bool = False, *, memory_format: Any = None) -> Tensor: ...",
                  "def to(self, other: Tensor, non_blocking: _bool = False, copy: _bool = False, *, "
                  "memory_format: Any = None) -> Tensor: ..."],
}
OPERATORS = {
    **{f"__{side}{name}__": "def {name}(self, other: Tensor | _Number) -> Tensor: ..."
       for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor")
       for side in ("", "r")},
    **{f"__i{name}__": "def {name}(self, other: Tensor | _Number) -> Tensor: ..."
       for name in ("add", "sub", "mul", "truediv")},
    **{f"__{name}__": "def {name}(self, other: Tensor | _Number) -> Tensor: ..."
       for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    **{f"__{name}__": "def {name}(self, other: Tensor) -> Tensor: ..." for name in ("matmul", "rmatmul")},
    **{f"__{name}__": "def {name}(self) -> Tensor: ..." for name in ("neg", "pos", "abs", "invert")},
    "__bool__": "def {name}(self) -> _bool: ...", "__int__": "def {name}(self) -> _int: ...",
    "__float__": "def {name}(self) -> _float: ...", "__index__": "def {name}(self) -> _int: ...",
    "__len__": "def {name}(self) -> _int: ...", "__hash__": "def {name}(self) -> _int: ...",
    "__iter__": "def {name}(self) -> Iterator[Tensor]: ...",
    "__contains__": "def {name}(self, value: Tensor | _Number) -> _bool: ...",
    "__getitem__": "def {name}(self, index: Any) -> Tensor: ...",
    "__setitem__": "def {name}(self, index: Any, value: Any) -> None: ...",
}
IMPLIED = {"__repr__", "__new__", "__doc__", "__module__", "__dict__", "__weakref__", "__buffer__",
           "__release_buffer__", "__delitem__", "__delattr__", "__setattr__", "__reduce__"}


# -- signatures


class _Plain(ast.NodeTransformer):
    """limpid.Tensor -> Tensor, collections.abc.Sequence -> Sequence, int -> _int."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self.visit_Name(ast.Name(node.attr))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(BUILTINS.get(node.id, node.id), mode="eval").body

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        generic = node.value.attr if isinstance(node.value, ast.Attribute) else ast.unparse(node.value)
        value = ast.parse(GENERICS.get(generic, "[").partition("[")[0] or generic, mode="eval").body
        inside = node.slice if generic == "Literal" else self.visit(node.slice)
        return ast.Subscript(value, inside)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return self.visit(ast.parse(node.value, mode="eval").body) if isinstance(node.value, str) else node


def plain(annotation: ast.expr) -> ast.expr:
    """The annotation in names of this file; of a union each member once."""
    members: list[str] = []
    for member in union_of(_Plain().visit(annotation)):
        if ast.unparse(member) not in members:
            members.append(ast.unparse(member))
    return ast.parse(" | ".join(members), mode="eval").body


def taken(annotation: ast.expr) -> ast.expr:
    """The same where it is an argument."""
    members = [ast.unparse(member) for member in union_of(annotation)]
    return ast.parse(" | ".join(TAKEN.get(member, member) for member in members), mode="eval").body


def union_of(annotation: ast.expr) -> Iterator[ast.expr]:
    if isinstance(annotation, ast.BinOp):
        yield from union_of(annotation.left)
        yield from union_of(annotation.right)
    else:
        yield annotation


def default_text(value: Any) -> str:
    simple = value is None or isinstance(value, (bool, int, float, str))
    return repr(value) if simple and "inf" not in repr(value) and "nan" not in repr(value) else "..."


def rewritten(text: str, owner: str) -> str:
    """One signature `def f(...) -> ...` with the names of this file."""
    function = ast.parse(text + ": ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    name, arguments = function.name, function.args
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        if argument.annotation is not None:
            argument.annotation = taken(plain(argument.annotation))
        elif argument.arg != "self":
            argument.annotation = ast.Name("Any")
    if arguments.vararg is not None:
        arguments.vararg.annotation = ast.parse(TENSORS if name in OF_TENSORS else SIZES, mode="eval").body
    if arguments.kwarg is not None:
        arguments.kwarg.annotation = ast.Name("Any")
    if function.returns is not None:
        function.returns = result_of(name, plain(function.returns))
    return ast.unparse(function).replace(":\n    ...", ": ...").replace("\n", " ")


def result_of(name: str, annotation: ast.expr) -> ast.expr:
    """What comes back: sizes as Size, pairs under the names of limpid.return_types."""
    text = ast.unparse(annotation)
    if text == "Sequence[_int] | _int":
        return ast.Name("_Size")
    if text == "builtins.tuple[Tensor, Tensor]" and hasattr(_C.return_types, name):
        return ast.parse(f"_return_types.{name}", mode="eval").body
    return annotation


def of_bound(function: Any, name: str, owner: str) -> list[str]:
    """The overloads of a bound function."""
    lines = []
    for signature, _, defaults, *_rest in function.__nb_signature__:
        for number, value in enumerate(defaults or ()):
            for mark in (f"\\={number}", f"\\{number}"):
                if mark in signature:
                    signature = signature.replace(mark, default_text(value), 1)
                    break
        _, _, tail = signature.partition("(")
        tail = tail.replace("from:", "from_:")  # PyTorch's name is a keyword of Python: by place only
        for line in by_flag(rewritten(f"def {name}({tail}", owner)):
            if line not in lines:
                lines.append(line)
    return lines


FLAG = "return_indices: _bool=False"


def by_flag(line: str) -> list[str]:
    """Functions that return indices too when they are told to: a line for each way."""
    if ALONE_OR_PAIR not in line:
        return [line]
    if FLAG not in line:
        return [line.replace(ALONE_OR_PAIR, "Any")]
    return [line.replace(FLAG, "return_indices: Literal[False]=False").replace(ALONE_OR_PAIR, "Tensor"),
            line.replace(FLAG, "*, return_indices: Literal[True]").replace(ALONE_OR_PAIR,
                                                                           "builtins.tuple[Tensor, Tensor]")]


def of_python(function: Any, name: str) -> list[str]:
    """A function written in Python, by its annotations."""
    signature = inspect.signature(function)
    parts, star = [], False
    for p in signature.parameters.values():
        if p.kind is p.KEYWORD_ONLY and not star:
            parts.append("*")
            star = True
        mark = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        star = star or mark == "*"
        text = mark + p.name
        if p.annotation is not p.empty and p.name != "self":
            text += f": {p.annotation}"
        if p.default is not p.empty:
            text += f" = {default_text(p.default)}"
        parts.append(text)
    returns = "Any" if signature.return_annotation is signature.empty else signature.return_annotation
    first = next(iter(signature.parameters), "self")
    if parts and first != "self":  # a function of `input` that became a method
        parts[0] = "self"
    function_text = f"def {name}({', '.join(parts)}) -> {returns}"
    variadic = ast.parse(function_text + ": ...").body[0].args.vararg  # type: ignore[attr-defined]
    line = rewritten(function_text, "Tensor")
    if variadic is not None and variadic.annotation is not None:
        line = line.replace(f"*{variadic.arg}: {SIZES}", f"*{variadic.arg}: {ast.unparse(plain(variadic.annotation))}")
    return [line]


def overloads(lines: list[str], indent: str = "") -> Iterator[str]:
    for line in lines:
        if len(lines) > 1:
            yield indent + "@overload"
        yield indent + line


# -- classes


def is_bound(value: Any) -> bool:
    return hasattr(value, "__nb_signature__") and callable(value) and not inspect.isclass(value)


def of_property(name: str, value: property) -> Iterator[str]:
    if is_bound(value.fget):
        signature = value.fget.__nb_signature__[0][0]
        text = "def f" + signature[signature.index("("):] + ": ..."
    else:
        text = f"def f() -> {inspect.signature(value.fget).return_annotation}: ..."  # type: ignore[arg-type]
    returns = ast.parse(text).body[0].returns  # type: ignore[attr-defined]
    yield "    @property"
    yield f"    def {name}(self) -> {ast.unparse(result_of(name, plain(returns)))}: ..."
    if value.fset is not None:
        signature = value.fset.__nb_signature__[0][0]
        function = ast.parse("def f" + signature[signature.index("("):] + ": ...").body[0]
        arguments = function.args  # type: ignore[attr-defined]
        given = [*arguments.posonlyargs, *arguments.args][-1].annotation
        yield f"    @{name}.setter"
        yield f"    def {name}(self, value: {ast.unparse(plain(given)) if given else 'Any'}) -> None: ..."


def members(cls: type, owner: str) -> Iterator[str]:
    known: dict[int, str] = {}
    for name, value in sorted(vars(cls).items()):
        full = f"{owner}.{name}"
        if full in FULL:
            yield from overloads(FULL[full], "    ")
        elif id(value) in known and (is_bound(value) or inspect.isfunction(value)):
            yield f"    {name} = {known[id(value)]}"
        elif is_bound(value):
            known[id(value)] = name
            yield from overloads(of_bound(value, name, owner), "    ")
        elif inspect.isfunction(value):
            known[id(value)] = name
            yield from overloads(of_python(value, name), "    ")
        elif isinstance(value, property):
            yield from of_property(name, value)
        elif name in OPERATORS:
            yield "    " + OPERATORS[name].format(name=name)
        elif isinstance(value, (int, str)) and not name.startswith("__"):
            yield f"    {name}: _{type(value).__name__}"
        elif cls is _C.Tensor and name not in IMPLIED and (not name.startswith("__") or is_slot(value)):
            raise SystemExit(f"stubs: what is {owner}.{name}, {value!r}? Say it in tools/stubs.py")


def is_slot(value: Any) -> bool:
    return isinstance(value, types.WrapperDescriptorType)


def class_lines(name: str, cls: type) -> Iterator[str]:
    if issubclass(cls, BaseException):
        yield f"class {name}({', '.join(base.__name__ if hasattr(_C, base.__name__) and getattr(_C, base.__name__) is base else 'builtins.' + base.__name__ for base in cls.__bases__)}): ..."
        return
    if issubclass(cls, tuple):
        first, second = [n for n in vars(cls) if isinstance(vars(cls)[n], types.MemberDescriptorType)][:2]
        yield f"class {name}(builtins.tuple[Tensor, Tensor]):"
        yield f"    def __new__(cls, sequence: Sequence[Tensor]) -> {name}: ..."
        for field in (first, second):
            yield "    @property"
            yield f"    def {field}(self) -> Tensor: ..."
        return
    bases = [b.__name__ for b in cls.__bases__ if b is not object]
    yield f"class {name}{'(' + ', '.join(bases) + ')' if bases else ''}:"
    body = list(members(cls, name))
    if cls is _C.Tensor:
        body.insert(0, "    def __new__(cls, *args: Any) -> Tensor: ...")
    if cls is _C.Parameter:
        body.insert(0, "    def __new__(cls, data: Tensor | None = None, requires_grad: _bool = True) -> Parameter: ...")
    yield from body or ["    ..."]


# -- modules


def module_lines(module: types.ModuleType) -> Iterator[str]:
    known: dict[int, str] = {}
    for name, value in sorted(vars(module).items()):
        if name.startswith("__") and name != "__version__" or inspect.ismodule(value):
            continue
        if inspect.isclass(value):
            yield ""
            yield from class_lines(name, value)
        elif id(value) in known:
            yield f"{name} = {known[id(value)]}"
        elif is_bound(value):
            known[id(value)] = name
            yield from overloads(of_bound(value, name, ""))
        else:
            yield f"{name}: {BUILTINS.get(type(value).__name__, 'Any')}"


def text_of(module: types.ModuleType) -> str:
    name = module.__name__.rpartition(".")[2]
    inner = name != "_C"
    head = HEAD.format(title=(module.__doc__ or "The compiled module.").strip().split("\n")[0])
    if inner:
        classes = sorted(n for n, v in vars(_C).items() if inspect.isclass(v) and not n.startswith("_")
                         and not issubclass(v, BaseException))
        imported = [f"{name} as _device" if name == "device" else name for name in classes]
        head += f"from limpid._C import {', '.join(imported)}\n"
    else:
        head += "from limpid._storage import TypedStorage as _TypedStorage, UntypedStorage as _UntypedStorage\n"
        head += "from limpid.utils.hooks import RemovableHandle as _RemovableHandle\n"
    if name != "return_types":
        head += "from limpid._C import return_types as _return_types\n"
    submodules = [n for n, v in sorted(vars(module).items()) if inspect.ismodule(v)]
    for submodule in submodules:
        head += f"from limpid._C import {submodule} as {submodule}\n"
    own = "" if inner else "_device = device\n"
    return head + ALIASES + own + "\n" + "\n".join(module_lines(module)) + "\n"


def stubs() -> dict[str, str]:
    """Each file and its text."""
    modules = [_C] + [v for v in vars(_C).values() if inspect.ismodule(v) and v.__name__.startswith("limpid._C.")]
    return {("__init__" if m is _C else m.__name__.rpartition(".")[2]) + ".pyi": text_of(m) for m in modules}


def main() -> int:
    new = stubs()
    if "--check" in sys.argv:
        old = {path.name: path.read_text() for path in FOLDER.glob("*.pyi")}
        stale = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        if stale:
            print(f"{', '.join(stale)} in {FOLDER} out of date: run tools/stubs.py", file=sys.stderr)
        return bool(stale)
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.pyi"):
        path.unlink()
    for name, text in new.items():
        (FOLDER / name).write_text(text)
        print(FOLDER / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
