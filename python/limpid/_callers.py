"""Errors name the function that was called and the shapes that it was given, not only those of an op that it is made of:
`mode: axis 7 is out of range ... [input (2, 3); in sort]`. In C++ composites do so (limpid/op/composite.h).

Loaded when a call has failed: of a bound function (python/src/refusals.cpp), or of one written in Python (`checked`).
"""

from __future__ import annotations

import re
from typing import Any, Iterator, Sequence

from limpid import _C
from limpid._refusals import own_signature, signatures

# Where bound ops are: functions of the module, those of nn.functional and of linalg below it, and methods of Tensor.
SCOPES = {("limpid._C", ""), ("limpid._C._nn", ""), ("limpid._C._linalg", ""), ("limpid", "Tensor")}

# "op: what is wrong [input (2, 3)]"; what stands in brackets of the message itself begins with a digit or sign.
MESSAGE = re.compile(r"(?:(?P<op>[A-Za-z_]\w*): )?(?P<wrong>.*?)(?: \[(?P<shapes>[A-Za-z(][^\[\]]*)\])?", re.DOTALL)


def name_bound(function: Any, error: Exception, args: list[Any], kwargs: dict[str, Any]) -> None:
    """`error`, which a bound function raised, with the function's name. Those without tensors say what they say."""
    if (function.__module__, function.__qualname__.rpartition(".")[0]) not in SCOPES:
        return  # a layer's forward, say: its class has told its name
    if function.__name__ == "backward":
        return  # errors of a pass name the node
    known = [[p.name for p in s.parameters] for s in signatures(function)]
    names = max(known, key=len, default=[])
    shapes = shapes_of(["input" if name == "self" else name for name in names], args, kwargs, error)
    if shapes:
        rename(error, function.__name__, shapes)


def name_own(function: Any, error: Exception, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """The same for a function written in Python."""
    names = [p.name for p in own_signature(function, False)[0].parameters if not p.by_name_only]
    rename(error, function.__name__, shapes_of(names, args, kwargs, error))


def rename(error: Exception, name: str, shapes: str) -> None:
    text = str(error)
    found = MESSAGE.fullmatch(text)
    assert found  # it takes any text
    op, wrong, inside = found["op"], found["wrong"], found["shapes"] or ""
    if (op or text.split(" ")[0]).strip("_").lower() == name.strip("_").lower():
        return
    if inside == shapes or inside.startswith(shapes + ";"):
        told = f"in {op}{inside[len(shapes):]}"
    else:
        told = f"in {op} of {inside}" if inside else f"in {op}"
    context = "; ".join(([shapes] if shapes else []) + ([told] if op else []))
    error.args = (f"{name}: {wrong} [{context}]" if context else f"{name}: {wrong}",)


def shapes_of(names: Sequence[str], args: Sequence[Any], kwargs: dict[str, Any], error: Exception) -> str:
    """`input (2, 3), other (4,)`, with dtypes where the error is about those."""
    given = [(names[i] if i < len(names) else "", value) for i, value in enumerate(args)] + list(kwargs.items())
    with_dtypes = isinstance(error, _C.DTypeError)
    return ", ".join(described(name, tensor, with_dtypes) for name, value in given for name, tensor in tensors(name, value))


def tensors(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, _C.Tensor):
        yield name, value
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            if isinstance(item, _C.Tensor):
                yield f"{name} {i}", item


def described(name: str, tensor: Any, with_dtypes: bool) -> str:
    dtype = str(tensor.dtype).removeprefix("limpid.") if with_dtypes else ""
    return " ".join(part for part in (name, dtype, str(tuple(tensor.shape))) if part)
