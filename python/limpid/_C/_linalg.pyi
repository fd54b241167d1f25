"""The compiled module. Written by tools/stubs.py from the binding tables."""

# Overloads that differ in the names of their arguments only (dim=, axis=) look alike to mypy.
# mypy: disable-error-code="overload-cannot-match, overload-overlap, override, misc"

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, Optional, Union, overload

from limpid._types import Size as _Size, dtype as _dtype
from limpid._C import Generator, Parameter, Tensor, device as _device
from limpid._C import return_types as _return_types

_int = builtins.int
_float = builtins.float
_bool = builtins.bool
_str = builtins.str
_type = builtins.type
_Number = Union[builtins.int, builtins.float, builtins.bool]
_DTypeLike = Union[_dtype, builtins.type[builtins.int], builtins.type[builtins.float]]

@overload
def cross(input: Tensor, other: Tensor, *, dim: _int=-1, out: Tensor | None=None) -> Tensor: ...
@overload
def cross(input: Tensor, other: Tensor, *, axis: _int=-1, out: Tensor | None=None) -> Tensor: ...
def multi_dot(tensors: Sequence[Tensor], *, out: Tensor | None=None) -> Tensor: ...
@overload
def vector_norm(x: Tensor, ord: _float=2.0, dim: _int | Sequence[_int] | None=None, keepdim: _bool=False, *, dtype: _DTypeLike | None=None, out: Tensor | None=None) -> Tensor: ...
@overload
def vector_norm(x: Tensor, ord: _float=2.0, axis: _int | Sequence[_int] | None=None, keepdim: _bool=False, *, dtype: _DTypeLike | None=None, out: Tensor | None=None) -> Tensor: ...
@overload
def vector_norm(x: Tensor, ord: _float=2.0, dim: _int | Sequence[_int] | None=None, keepdims: _bool=False, *, dtype: _DTypeLike | None=None, out: Tensor | None=None) -> Tensor: ...
@overload
def vector_norm(x: Tensor, ord: _float=2.0, axis: _int | Sequence[_int] | None=None, keepdims: _bool=False, *, dtype: _DTypeLike | None=None, out: Tensor | None=None) -> Tensor: ...
