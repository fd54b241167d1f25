"""What a bound function says of arguments that it does not take: which one, what was expected and what came.

Loaded when a call has failed (python/src/refusals.cpp), and by functions written in Python (`checked`).
"""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import ast
import functools
import re
from typing import Any, Iterator, NamedTuple, Optional

from limpid import _C

WORDS = {"Tensor": "a Tensor", "int": "an int", "float": "a number", "bool": "a bool", "str": "a str", "None": "None",
         "dtype": "a dtype", "_dtype": "a dtype", "device": "a device", "Callable": "something to call", "Sequence": "a sequence",
         "Generator": "a Generator", "dict": "a dict", "bytes": "bytes", "tuple": "a tuple", "list": "a list",
         "Iterable": "an iterable", "Module": "a Module", "Optimizer": "an Optimizer",
         "Sized": "something with a length", "PathLike": "a path"}
PLURALS = {"Tensor": "Tensors", "int": "ints", "float": "numbers", "bool": "bools", "str": "strs",
           "Callable": "functions", "LRScheduler": "LRSchedulers", "Module": "Modules"}
GROUPS = {"Sequence", "list", "tuple", "Iterable"}
INT64 = range(-2 ** 63, 2 ** 63)


class Parameter(NamedTuple):
    name: str
    annotation: Optional[ast.expr]
    required: bool
    by_name_only: bool


class Signature(NamedTuple):
    parameters: list[Parameter]
    any_more: bool  # *args


class Problem(NamedTuple):
    """Why one overload does not fit; the further it got, the more it is what was meant."""

    progress: tuple[bool, int]
    argument: str
    expected: Optional[ast.expr]
    text: str


# -- what a signature takes


def signatures(function: Any) -> Iterator[Signature]:
    for text, *_ in function.__nb_signature__:
        yield parsed(text)


def parsed(text: str) -> Signature:
    tail = re.sub(r"\\=?\d+", "...", text.partition("(")[2])
    tail = re.sub(r"\bfrom:", "from_:", tail)  # PyTorch's name is a keyword of Python
    function = ast.parse(f"def f({tail}: ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    given = function.args
    plain = [*given.posonlyargs, *given.args]
    defaults: list[Any] = [None] * (len(plain) - len(given.defaults)) + list(given.defaults)
    parameters = [Parameter(a.arg.rstrip("_"), a.annotation, d is None, False) for a, d in zip(plain, defaults)]
    parameters += [Parameter(a.arg, a.annotation, d is None, True) for a, d in zip(given.kwonlyargs, given.kw_defaults)]
    return Signature(parameters, given.vararg is not None)


def union(annotation: Optional[ast.expr]) -> Iterator[ast.expr]:
    if isinstance(annotation, ast.BinOp):
        yield from union(annotation.left)
        yield from union(annotation.right)
    elif isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        yield from union(ast.parse(annotation.value, mode="eval").body)
    elif isinstance(annotation, ast.Subscript) and name_of(annotation) == "Optional":
        yield from union(annotation.slice)
        yield ast.Constant(None)
    elif isinstance(annotation, ast.Subscript) and name_of(annotation) == "Union":
        for member in inner(annotation):
            yield from union(member)
    elif annotation is not None:
        yield annotation


def name_of(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    if isinstance(annotation, ast.Constant):
        return str(annotation.value)
    return annotation.attr if isinstance(annotation, ast.Attribute) else ast.unparse(annotation)


def inner(annotation: ast.Subscript) -> list[ast.expr]:
    return list(annotation.slice.elts) if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]


# -- whether a value is that


def fits(value: Any, annotation: Optional[ast.expr]) -> bool:
    members = list(union(annotation))
    return not members or any(fits_one(value, member) for member in members)


def fits_one(value: Any, annotation: ast.expr) -> bool:
    name = name_of(annotation)
    if name in ("Any", "object", "handle", "T", "Ellipsis"):
        return True
    if name == "None":
        return value is None
    if name == "bool":
        return isinstance(value, bool) or type(value).__name__ == "bool_"
    if name == "int":
        return isinstance(value, int) and value in INT64 or not isinstance(value, (int, float, _C.Tensor)) and hasattr(
            value, "__index__")
    if name == "float":
        if isinstance(value, (int, float)):
            return isinstance(value, float) or value in INT64
        return not isinstance(value, (_C.Tensor, str)) and hasattr(value, "__float__")
    if name in ("dtype", "DType", "_dtype"):
        return value in (int, float, bool) if isinstance(value, type) else type(value).__name__ == "dtype"
    if name == "device":
        return isinstance(value, (str, _C.device))
    if name == "Callable":
        return callable(value)
    if name == "Sized":
        return hasattr(value, "__len__")
    if name == "PathLike":
        return hasattr(value, "__fspath__")
    if name in GROUPS:
        return fits_group(value, annotation)
    return any(base.__name__ == name for base in type(value).__mro__)


def fits_group(value: Any, annotation: ast.expr) -> bool:
    if isinstance(value, (str, bytes, dict, _C.Tensor)) or not hasattr(value, "__iter__"):
        return False
    if not isinstance(annotation, ast.Subscript) or not isinstance(value, (list, tuple)):
        return True
    kinds = [kind for kind in inner(annotation) if name_of(kind) not in ("Ellipsis", "...")]
    if name_of(annotation) == "tuple" and len(kinds) > 1:
        return len(value) == len(kinds) and all(map(fits, value, kinds))
    return name_of(kinds[0]) == "Any" or all(fits(item, kinds[0]) for item in value)


def no_device(value: Any, annotation: Optional[ast.expr]) -> str:
    """What is wrong with a text in place of a device; empty: nothing."""
    if isinstance(value, str) and [name_of(member) for member in union(annotation)][:1] == ["device"]:
        try:
            _C.device(value)
        except RuntimeError as error:
            return str(error)
    return ""


# -- what to say of it


def described(annotation: Optional[ast.expr]) -> str:
    """ "an int or a sequence of ints"."""
    members = {words(member): None for member in union(annotation)}
    if "a number" in members:
        members.pop("an int", None)
        members.pop("a bool", None)
    if "None" in members:
        members["None"] = members.pop("None")  # the last
    *first, last = members or {"something else": None}
    return f"{', '.join(first)} or {last}" if first else last


def words(annotation: ast.expr) -> str:
    name = name_of(annotation)
    text = WORDS.get(name, f"a {name}")
    if name not in GROUPS or not isinstance(annotation, ast.Subscript):
        return text
    if name == "Iterable":
        text = "a sequence"
    kinds = [name_of(kind) for member in inner(annotation) for kind in union(member)]
    plurals = [PLURALS.get(kind, kind) for kind in dict.fromkeys(kinds) if kind not in ("Ellipsis", "...")]
    if "numbers" in plurals:
        plurals = [plural for plural in plurals if plural not in ("ints", "bools")]
    text = "a sequence" if name == "list" else text
    return text if plurals == ["Any"] else f"{text} of {' or '.join(plurals)}"


def kind_of(value: Any) -> str:
    """ "str", "list of str", "an int of 71 bits"."""
    if isinstance(value, int) and value not in INT64:
        return f"an int of {value.bit_length()} bits"
    kind = type(value).__name__
    if isinstance(value, (list, tuple)) and value:
        kinds = dict.fromkeys(type(item).__name__ for item in value)
        return f"{kind} of {' and '.join(list(kinds)[:3])}"
    return "None" if value is None else kind


# -- which argument it was


def problem(signature: Signature, args: list[Any], kwargs: dict[str, Any]) -> Problem:
    by_place = [p for p in signature.parameters if not p.by_name_only]
    known = {p.name: p for p in signature.parameters}
    for number, (parameter, value) in enumerate(zip(by_place, args)):
        if not fits(value, parameter.annotation):
            return Problem((True, number), parameter.name, parameter.annotation, kind_of(value))
        if text := no_device(value, parameter.annotation):
            return Problem((True, number), "", None, text)
    good = min(len(by_place), len(args))
    if len(args) > len(by_place) and not signature.any_more:
        takes = f"takes {len(by_place)} argument{'s' * (len(by_place) != 1)}"
        return Problem((False, good), "", None, f"{takes} by place ({', '.join(known)}), got {len(args)}")
    for name, value in kwargs.items():
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes no arguments"
            return Problem((False, good), "", None, f"there is no argument {name!r}; {takes}")
        if name in [p.name for p in by_place[:len(args)]]:
            return Problem((False, good), "", None, f"{name} is given twice")
        if not fits(value, known[name].annotation):
            return Problem((True, good), name, known[name].annotation, kind_of(value))
        if text := no_device(value, known[name].annotation):
            return Problem((True, good), "", None, text)
        good += 1
    for number, parameter in enumerate(signature.parameters):
        if parameter.required and parameter.name not in kwargs and (parameter.by_name_only or number >= len(args)):
            expected = described(parameter.annotation)
            return Problem((True, good - 1), "", None, f"{parameter.name} is missing: {expected}")
    return Problem((True, -1), "", None, "")


def refusal(function: Any, args: list[Any], kwargs: dict[str, Any], sizes: Any = None, wanted: int = 0) -> Exception:
    """The error for a call of a bound function that took none of it. `sizes`: an argument of which `wanted` ints, or
    one, were expected."""
    name = function.__name__.lstrip("_") if not function.__name__.startswith("__") else function.__name__
    known = list(signatures(function))
    if known and known[0].parameters and known[0].parameters[0].name == "self":
        args = args[1:]
        known = [Signature(s.parameters[1:], s.any_more) for s in known]
        if name == "__init__":
            name = function.__nb_signature__[0][0] and owner_of(function)
    problems = [problem(s, args, kwargs) for s in known]
    for signature, found in zip(known, problems):
        if not found.argument and not found.text and (text := wrong_count(signature, args, kwargs, sizes, wanted)):
            return _C.ValueError(f"{name}: {text}")  # a RuntimeError, as in PyTorch
    text = told(problems, args, kwargs)
    return TypeError(f"{name}: {text}" if name else text)  # of properties


def wrong_count(signature: Signature, args: list[Any], kwargs: dict[str, Any], sizes: Any, wanted: int) -> str:
    """Which argument has a wrong number of sizes; "" where it is not that."""
    if not isinstance(sizes, (tuple, list)) or len(sizes) == wanted:
        return ""
    expected = "one int" if wanted == 1 else f"an int or {wanted} ints"
    by_place = [p.name for p in signature.parameters if not p.by_name_only]
    argument = next(name for name, value in [*zip(by_place, args), *kwargs.items()] if value is sizes)
    if re.fullmatch(r"arg\d*", argument):
        return f"takes {expected}, got {sizes}"
    return f"{argument} must be {expected}, got {sizes}"


def owner_of(function: Any) -> str:
    return str(getattr(function, "__qualname__", "")).rpartition(".")[0].lstrip("_") or "__init__"


def told(problems: list[Problem], args: list[Any], kwargs: dict[str, Any]) -> str:
    furthest = max(problems, key=lambda p: p.progress)
    if furthest.argument:
        same = [p.expected for p in problems if p.progress == furthest.progress and p.argument == furthest.argument]
        expected: Optional[ast.expr] = same[0]
        for other in same[1:]:
            if expected is not None and other is not None:
                expected = ast.BinOp(expected, ast.BitOr(), other)
        if re.fullmatch(r"arg\d*", furthest.argument):  # bound without a name: what layers are made of
            return f"takes {described(expected)}, got {furthest.text}"
        return f"{furthest.argument} must be {described(expected)}, not {furthest.text}"
    if furthest.text:
        return furthest.text
    given = [kind_of(value) for value in args] + [f"{name}={kind_of(value)}" for name, value in kwargs.items()]
    return f"these arguments do not fit together: ({', '.join(given)})"


# -- functions written in Python

ALIASES = {"Number": "float", "Sizes": "int | Sequence[int]", "Tensors": "Tensor | Sequence[Tensor]",
           "Rates": "float | Tensor | Sequence[Any]", "dtype_class": "dtype", "DType": "dtype", "M": "Module",
           "Path": "str | PathLike"}


def wrong_argument(function: Any, args: Any, kwargs: dict[str, Any], name: str = "", eager: bool = False) -> str:
    """What is wrong with this call by the function's annotations, or "". A constructor or method has a `name` to show.
    `eager`: nothing has failed yet, and what Python takes as true or false is let through."""
    signature, any_more, any_named = own_signature(function, eager)
    if any_named:
        known = {p.name for p in signature.parameters}
        kwargs = {name: kwargs[name] for name in kwargs if name in known}
    found = problem(signature, list(args), kwargs)
    if found.argument:
        return f"{name or function.__name__}: {told([found], list(args), kwargs)}"
    by_place = sum(not p.by_name_only for p in signature.parameters)
    for value in args[by_place:] if any_more is not None else ():
        if not fits(value, any_more):
            return f"{name or function.__name__}: takes {described(any_more)}, got {kind_of(value)}"
    return ""


@functools.lru_cache(maxsize=None)
def own_signature(function: Any, eager: bool) -> tuple[Signature, Any, bool]:
    """What a function written in Python takes, of what type those behind *args are, and whether it takes any names."""
    import inspect

    parameters = []
    any_more: Any = None
    any_named = False
    for p in inspect.signature(function).parameters.values():
        annotation = _parsed_annotation(p.annotation)
        if eager and any(name_of(member) == "bool" for member in union(annotation)):
            annotation = None
        if p.kind is p.VAR_POSITIONAL:
            any_more = annotation
        elif p.kind is p.VAR_KEYWORD:
            any_named = True
        else:
            parameters.append(Parameter(p.name, annotation, p.default is p.empty, p.kind is p.KEYWORD_ONLY))
    return Signature(parameters, any_more is not None), any_more, any_named


def _parsed_annotation(text: Any) -> Optional[ast.expr]:
    if not isinstance(text, str):
        return None
    text = re.sub(rf"\b({'|'.join(ALIASES)})\b", lambda m: f"({ALIASES[m[0]]})", text)
    return ast.parse(text, mode="eval").body
