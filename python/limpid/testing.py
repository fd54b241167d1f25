"""assert_close: comparisons for tests, as torch.testing."""

from __future__ import annotations

import collections.abc
from typing import Any, Callable, Optional, Union

from limpid import _C, _types
from limpid._C import Tensor

# dtype: rtol, atol
_TOLERANCES = {"float16": (1e-3, 1e-5), "bfloat16": (1.6e-2, 1e-5), "float32": (1.3e-6, 1e-5),
               "float64": (1e-7, 1e-7)}


def assert_close(actual: Any, expected: Any, *, allow_subclasses: bool = True, rtol: Optional[float] = None,
                 atol: Optional[float] = None, equal_nan: bool = False, check_device: bool = True,
                 check_dtype: bool = True, check_layout: bool = True, check_stride: bool = False,
                 msg: Optional[Union[str, Callable[[str], str]]] = None) -> None:
    """AssertionError unless |actual - expected| <= atol + rtol |expected| everywhere.

    Parameters
    ----------
    actual, expected : Tensor, number, NumPy array, or sequence or mapping of these
    rtol, atol : float, optional
        Both or neither; default by dtype, the wider of both: float32 1.3e-6 and 1e-5, float64 1e-7 both, integers 0.
    equal_nan : bool
        Whether NaN equals NaN.
    check_dtype, check_device, check_stride : bool
        Whether these must be the same.
    msg : str or callable, optional
        In place of the message, or a function of it.

    Raises
    ------
    AssertionError
        With the number of elements that differ, and the greatest differences and their places.
    """
    if (rtol is None) != (atol is None):
        raise ValueError("rtol and atol must both be specified or both be unspecified")
    tolerances = None if rtol is None or atol is None else (rtol, atol)
    problem = _compare(actual, expected, "", tolerances, equal_nan, check_dtype, check_stride)
    if problem is not None:
        raise AssertionError(msg(problem) if callable(msg) else msg if msg is not None else problem)


def _compare(actual: Any, expected: Any, place: str, tolerances: Any, equal_nan: bool, check_dtype: bool,
             check_stride: bool) -> Optional[str]:
    """What is wrong, or None."""
    rest = (tolerances, equal_nan, check_dtype, check_stride)
    if isinstance(actual, collections.abc.Mapping) and isinstance(expected, collections.abc.Mapping):
        if actual.keys() != expected.keys():
            return _at(place, f"The keys of the mappings do not match: {sorted(map(str, actual))} and "
                              f"{sorted(map(str, expected))}")
        pairs = [(key, actual[key], expected[key]) for key in actual]
    elif _is_sequence(actual) and _is_sequence(expected):
        if len(actual) != len(expected):
            return _at(place, f"The length of the sequences mismatch: {len(actual)} != {len(expected)}")
        pairs = [(i, a, e) for i, (a, e) in enumerate(zip(actual, expected))]
    elif actual is None and expected is None:
        return None
    else:
        problem = _compare_leaves(actual, expected, *rest)
        return None if problem is None else _at(place, problem)
    for key, a, e in pairs:
        problem = _compare(a, e, f"{place}[{key!r}]", *rest)
        if problem is not None:
            return problem
    return None


def _at(place: str, problem: str) -> str:
    return f"{problem}\n\nThe failure occurred for item {place}" if place else problem


def _is_sequence(x: Any) -> bool:
    return isinstance(x, collections.abc.Sequence) and not isinstance(x, str)


def _as_tensor(x: Any) -> Tensor:
    if isinstance(x, Tensor):
        return x.detach()
    if isinstance(x, (bool, int, float)) or hasattr(x, "__array__"):
        return _C.tensor(x, dtype=_types.float64) if type(x) is float else _C.tensor(x)
    raise TypeError(f"No comparison pair was able to handle inputs of type {type(x)}")


def _compare_leaves(actual: Any, expected: Any, tolerances: Any, equal_nan: bool, check_dtype: bool,
                    check_stride: bool) -> Optional[str]:
    numbers = not any(hasattr(x, "dtype") for x in (actual, expected))
    if isinstance(actual, Tensor) != isinstance(expected, Tensor):
        raise TypeError(f"No comparison pair was able to handle inputs of type {type(actual)} and {type(expected)}")
    a, e = _as_tensor(actual), _as_tensor(expected)
    if a.shape != e.shape:
        return f"The values for attribute 'shape' do not match: {a.shape} != {e.shape}."
    if check_dtype and not numbers and a.dtype is not e.dtype:
        return f"The values for attribute 'dtype' do not match: {a.dtype} != {e.dtype}."
    if check_stride and a.stride() != e.stride():
        return f"The values for attribute 'stride()' do not match: {a.stride()} != {e.stride()}."
    if tolerances is None:
        both = [_TOLERANCES.get(t.dtype._name, (0.0, 0.0)) for t in (a, e)]
        tolerances = tuple(max(pair) for pair in zip(*both))
    rtol, atol = tolerances
    return _compare_values(a, e, rtol, atol, equal_nan, "Tensor-likes" if a.dim() else "Scalars")


def _compare_values(a: Tensor, e: Tensor, rtol: float, atol: float, equal_nan: bool, what: str) -> Optional[str]:
    if not (a.dtype.is_floating_point or e.dtype.is_floating_point):  # exact, also beyond 2^53
        close = a.to(_types.int64) == e.to(_types.int64) if rtol == atol == 0 else _C.isclose(
            a.double(), e.double(), rtol, atol, equal_nan)
    else:
        close = _C.isclose(a.double(), e.double(), rtol, atol, equal_nan)
    if bool(close.all()):
        return None
    kind = "equal" if rtol == atol == 0 else "close"
    a64, e64 = a.double(), e.double()
    if a.dim() == 0:
        return (f"{what} are not {kind}!\n\nExpected {e64.item()} but got {a64.item()}.\n"
                f"Absolute difference: {abs(a64 - e64).item()} (up to {atol} allowed)\n"
                f"Relative difference: {(abs(a64 - e64) / abs(e64)).item()} (up to {rtol} allowed)")
    wrong = (~close).long().sum().item()
    difference = abs(a64 - e64)
    difference = difference * (~close).double()  # only where it counts
    relative = difference / abs(e64)
    return (f"{what} are not {kind}!\n\n"
            f"Mismatched elements: {wrong} / {a.numel()} ({100 * wrong / a.numel():.1f}%)\n"
            f"Greatest absolute difference: {_greatest(difference)} (up to {atol} allowed)\n"
            f"Greatest relative difference: {_greatest(relative)} (up to {rtol} allowed)")


def _greatest(values: Tensor) -> str:
    flat = [x if x == x else float("inf") for x in values.reshape(-1).tolist()]
    at = max(range(len(flat)), key=flat.__getitem__)
    value, index = values.reshape(-1)[at].item(), []
    for size in reversed(values.shape):
        index.append(at % size)
        at //= size
    return f"{value} at index {tuple(reversed(index))}"


def make_tensor(*shape: Any, dtype: Any, device: Any = "cpu", low: Optional[float] = None,
                high: Optional[float] = None, requires_grad: bool = False) -> Tensor:
    """Random numbers for tests: floats in [low, high) (default -9 to 9), integers likewise, bools."""
    size = tuple(shape[0]) if len(shape) == 1 and not isinstance(shape[0], int) else shape
    low, high = -9 if low is None else low, 9 if high is None else high
    if dtype._name == "bool":
        return _C.randint(0, 2, size).to(dtype)
    if not dtype.is_floating_point:
        low = max(low, 0) if not dtype.is_signed else low
        return _C.randint(int(low), int(high), size).to(dtype)
    result = (_C.rand(size, dtype=_types.float64) * (high - low) + low).to(dtype)
    return result.requires_grad_() if requires_grad else result
