"""Functions of PyTorch that are a line or two of other ops. Those of METHODS are methods of Tensor too."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import itertools
import math
from typing import Any, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all, checked
from limpid._own_gradients import Logit
from limpid._types import Size, dtype as dtype_class

Number = Union[int, float, bool]

__all__ = ["allclose", "atleast_1d", "atleast_2d", "atleast_3d", "block_diag", "broadcast_shapes", "can_cast",
           "cartesian_prod", "clamp_max", "clamp_min", "clone", "combinations", "cumulative_trapezoid",
           "deg2rad", "dist", "equal", "fill", "float_power", "fmax", "fmin", "heaviside", "isin", "isneginf",
           "isposinf", "isreal", "ldexp", "logaddexp2", "logit", "logspace", "mode", "nanmedian", "positive",
           "promote_types", "rad2deg", "renorm", "result_type", "rsub", "scalar_tensor", "sgn", "sinc",
           "sum_to_size", "trapezoid", "trapz", "tril_indices", "triu_indices", "vander"]

METHODS = ["allclose", "clamp_max", "clamp_min", "deg2rad", "dist", "equal", "float_power", "fmax", "fmin",
           "heaviside", "isneginf", "isposinf", "isreal", "ldexp", "logaddexp2", "logit", "mode", "nanmedian",
           "positive", "rad2deg", "renorm", "sgn", "sinc", "sum_to_size"]
IN_PLACE = ["clamp_max", "clamp_min", "deg2rad", "float_power", "heaviside", "ldexp", "logit", "rad2deg",
            "renorm", "sgn", "sinc"]

_bool = _C.tensor(True).dtype
_int64 = _C.tensor(0).dtype
_float32 = _C.empty(0).float().dtype


# -- comparisons of whole tensors


def equal(input: Tensor, other: Tensor) -> bool:
    """True when both have one shape and equal elements."""
    return input.shape == other.shape and bool((input == other).all())


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8,
             equal_nan: bool = False) -> bool:
    """True when |x - y| <= atol + rtol |y| everywhere."""
    return bool(_C.isclose(input, other, rtol, atol, equal_nan).all())


def isin(elements: Union[Tensor, Number], test_elements: Union[Tensor, Number], *, assume_unique: bool = False,
         invert: bool = False) -> Tensor:
    """Whether each element is among `test_elements`. One of the two may be a number."""
    if not isinstance(elements, Tensor):
        if not isinstance(test_elements, Tensor):
            raise TypeError("isin: elements or test_elements must be a Tensor, and both are numbers")
        elements = _C.tensor(elements)
    values = test_elements.flatten() if isinstance(test_elements, Tensor) else _C.tensor([test_elements])
    found = (elements.unsqueeze(-1) == values).any(-1)
    return ~found if invert else found


# -- element by element


def _floats(x: Tensor) -> Tensor:
    return x if x.is_floating_point() else x.to(_float32)


def positive(input: Tensor) -> Tensor:
    """The input itself."""
    if input.dtype == _bool:
        raise _C.DTypeError("positive: bool has no sign; convert it with .to(limpid.float32)")
    return input


def sgn(input: Tensor) -> Tensor:
    """-1, 0 or 1."""
    return input.sign()


def rsub(input: Tensor, other: Union[Tensor, Number], *, alpha: Number = 1) -> Tensor:
    """other - alpha input."""
    return other - input * alpha if alpha != 1 else other - input


def clamp_min(input: Tensor, min: Union[Tensor, Number]) -> Tensor:
    """max(x, min)."""
    return input.clamp(min=min)


def clamp_max(input: Tensor, max: Union[Tensor, Number]) -> Tensor:
    """min(x, max)."""
    return input.clamp(max=max)


def deg2rad(input: Tensor) -> Tensor:
    """x pi / 180."""
    return input * (math.pi / 180)


def rad2deg(input: Tensor) -> Tensor:
    """x 180 / pi."""
    return input * (180 / math.pi)


def sinc(input: Tensor) -> Tensor:
    """sin(pi x) / (pi x), and 1 at 0."""
    x = _floats(input) * math.pi
    at_zero = x == 0
    return _C.where(at_zero, 1.0, x.masked_fill(at_zero, 1.0).sin() / x.masked_fill(at_zero, 1.0))


def logit(input: Tensor, eps: Optional[float] = None) -> Tensor:
    """log(x / (1 - x)), with x kept in [eps, 1 - eps]."""
    x = _floats(input)
    if eps is not None:
        x = x.clamp(eps, 1 - eps)
    return Logit.apply(x)


def logaddexp2(input: Tensor, other: Tensor) -> Tensor:
    """log2(2^x + 2^y)."""
    return _C.logaddexp(input * math.log(2), other * math.log(2)) / math.log(2)


def ldexp(input: Tensor, other: Tensor) -> Tensor:
    """x 2^y."""
    power = 2.0 ** other
    return input * (power.to(input.dtype) if input.is_floating_point() else power)


def float_power(input: Union[Tensor, Number], exponent: Union[Tensor, Number]) -> Tensor:
    """x^y in double precision."""
    base = input.double() if isinstance(input, Tensor) else _C.tensor(float(input)).double()
    return base ** (exponent.double() if isinstance(exponent, Tensor) else float(exponent))


def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """0 below 0, 1 above, and `values` at 0."""
    if input.dtype != values.dtype:
        raise _C.DTypeError(f"heaviside: input is {input.dtype} but values are {values.dtype}")
    return _C.where(input == 0, values, (input > 0).to(input.dtype))


def fmax(input: Tensor, other: Tensor) -> Tensor:
    """The larger of two; where one is NaN, the other."""
    return _C.where(other.isnan() | (input >= other), input, other)


def fmin(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of two; where one is NaN, the other."""
    return _C.where(other.isnan() | (input <= other), input, other)


def isposinf(input: Tensor) -> Tensor:
    """Whether each element is +infinity."""
    return input.isinf() & (input > 0)


def isneginf(input: Tensor) -> Tensor:
    """Whether each element is -infinity."""
    return input.isinf() & (input < 0)


def isreal(input: Tensor) -> Tensor:
    """True everywhere: limpid has no complex numbers."""
    return _C.ones_like(input.detach(), dtype=_bool)


# -- reductions


def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The p-norm of x - y."""
    return (input - other).norm(p)


def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """Slices along `dim` whose p-norm is above `maxnorm` are scaled down to it."""
    if input.dim() < 2:
        raise _C.ShapeError(f"renorm: needs at least 2 axes, got shape {tuple(input.shape)}")
    others = [axis for axis in range(input.dim()) if axis != dim % input.dim()]
    norms = input.norm(p, others, True)
    scale = _C.where(norms > maxnorm, maxnorm / (norms + 1e-7), 1.0)
    return input * scale


def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> Any:
    """The most frequent value along `dim` (of several, the smallest) and the last place where it stands."""
    if input.dim() == 0:
        return _C.return_types.mode((input, _C.zeros_like(input.detach(), dtype=_int64)))
    order = input.detach().sort(dim=dim, stable=True)
    values = order.values.movedim(dim, -1)
    place = _C.arange(values.shape[-1]).expand(values.shape)
    starts = values[..., 1:] != values[..., :-1]
    start = _C.cat([place[..., :1], _C.where(starts, place[..., 1:], 0)], -1).cummax(-1).values
    end = (place - start).argmax(-1, True).movedim(-1, dim)  # of the longest run of equal values
    index = order.indices.gather(dim, end)
    result = input.gather(dim, index)
    if not keepdim:
        result, index = result.squeeze(dim), index.squeeze(dim)
    return _C.return_types.mode((result, index))


def nanmedian(input: Tensor, dim: Optional[int] = None, keepdim: bool = False) -> Any:
    """The median of what is no NaN."""
    if dim is None:
        numbers = input[~input.isnan()]
        return (numbers if numbers.numel() else input).median()
    count = (~input.isnan()).long().sum(dim, True)
    order = input.sort(dim=dim, stable=True)  # NaN last
    place = ((count - 1) // 2).clamp(min=0)
    values, index = order.values.gather(dim, place), order.indices.gather(dim, place)
    if not keepdim:
        values, index = values.squeeze(dim), index.squeeze(dim)
    return _C.return_types.median((values, index))


def trapezoid(y: Tensor, x: Optional[Tensor] = None, *, dx: Number = 1, dim: int = -1) -> Tensor:
    """The integral by trapezoids along `dim`, over points x or steps dx."""
    return _trapezoids(y, x, dx, dim).sum(dim)


trapz = trapezoid


def cumulative_trapezoid(y: Tensor, x: Optional[Tensor] = None, *, dx: Number = 1, dim: int = -1) -> Tensor:
    """The integral by trapezoids up to each point but the first."""
    return _trapezoids(y, x, dx, dim).cumsum(dim)


def _trapezoids(y: Tensor, x: Optional[Tensor], dx: Number, dim: int) -> Tensor:
    n = y.size(dim)
    m = max(n - 1, 0)
    heights = (y.narrow(dim, 0, m) + y.narrow(dim, n - m, m)) / 2
    if x is None:
        return heights * dx
    steps = x.diff(dim=-1 if x.dim() == 1 else dim)
    if x.dim() == 1:
        steps = steps.reshape([-1] + [1] * (y.dim() - 1 - dim % y.dim()))
    return heights * steps


# -- shapes


def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy with history."""
    return input.clone(memory_format=memory_format)


def fill(input: Tensor, value: Union[Tensor, Number]) -> Tensor:
    """A tensor of the input's shape and dtype, all `value`."""
    return input.clone().fill_(value)


def sum_to_size(input: Tensor, *size: Union[int, Sequence[int]]) -> Tensor:
    """Sums over the axes along which `size` broadcasts to the input's shape."""
    wanted: Any = tuple(size[0]) if len(size) == 1 and not isinstance(size[0], int) else size
    lead = input.dim() - len(wanted)
    if broadcast_shapes(input.shape, wanted) != input.shape:
        raise _C.ShapeError(f"sum_to_size: {tuple(wanted)} does not broadcast to {tuple(input.shape)}")
    kept = [lead + i for i, n in enumerate(wanted) if n == 1 and input.shape[lead + i] != 1]
    result = input.sum(kept, True) if kept else input
    return result.sum(list(range(lead))) if lead else result


def broadcast_shapes(*shapes: Union[Sequence[int], int]) -> Size:
    """The shape to which all of them broadcast."""
    result: list[Any] = []
    for given in shapes:
        shape = [given] if isinstance(given, int) else list(given)
        result = [1] * (len(shape) - len(result)) + result
        for i, n in enumerate(reversed(shape), 1):
            if n != 1 and result[-i] not in (1, n):
                raise _C.ShapeError(f"broadcast_shapes: {shapes} do not broadcast: {result[-i]} meets {n}")
            if n != 1:
                result[-i] = n
    return Size(result)


def _at_least(tensors: tuple[Any, ...], grow: Any) -> Any:
    if len(tensors) == 1:
        given = tensors[0]
        return grow(given) if isinstance(given, Tensor) else tuple(grow(x) for x in given)
    return tuple(grow(x) for x in tensors)


def atleast_1d(*tensors: Union[Tensor, Sequence[Tensor]]) -> Any:
    """0-d tensors as vectors of one element."""
    return _at_least(tensors, lambda x: x.reshape(1) if x.dim() == 0 else x)


def atleast_2d(*tensors: Union[Tensor, Sequence[Tensor]]) -> Any:
    """0-d tensors and vectors as matrices of one row."""
    return _at_least(tensors, lambda x: x.reshape(1, -1) if x.dim() < 2 else x)


def atleast_3d(*tensors: Union[Tensor, Sequence[Tensor]]) -> Any:
    """With axes added up to three: (1, n, 1) of a vector, (n, m, 1) of a matrix."""
    def grow(x: Tensor) -> Tensor:
        return x.reshape(1, -1, 1) if x.dim() < 2 else x.unsqueeze(-1) if x.dim() == 2 else x
    return _at_least(tensors, grow)


def block_diag(*tensors: Tensor) -> Tensor:
    """A matrix with the tensors along its diagonal and 0 elsewhere."""
    blocks = [atleast_2d(x) for x in tensors]
    width = sum(x.shape[1] for x in blocks)
    rows, left = [], 0
    for x in blocks:
        rows.append(_C._nn.pad(x, (left, width - left - x.shape[1])))
        left += x.shape[1]
    return _C.cat(rows)


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """All combinations of an element of each vector, a row each."""
    if any(tensor.dim() != 1 for tensor in tensors):
        raise _C.ShapeError(f"cartesian_prod: expected vectors, got {', '.join(str(tuple(t.shape)) for t in tensors)}")
    if len(tensors) == 1:
        return tensors[0]
    return _C.stack([grid.flatten() for grid in _C.meshgrid(*tensors, indexing="ij")], -1)


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All ways to choose `r` elements of a vector, in order, a row each."""
    if input.dim() != 1:
        raise _C.ShapeError(f"combinations: expected a vector, got shape {tuple(input.shape)}")
    n = input.shape[0]
    if r < 0:
        raise _C.ValueError(f"combinations: r is {r}; it must not be negative")
    if r == 0 or (r > n and not with_replacement) or n == 0:
        return input.new_empty(0, r) if r else input.new_empty(0)
    if r > 2 ** 20 or math.comb(n + r - 1 if with_replacement else n, r) * r > 2 ** 32:
        raise _C.ValueError(f"combinations: all ways to choose {r} of {n} elements are too many to list")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    rows = [list(row) for row in choose(range(input.shape[0]), r)]
    if not rows:
        return input.new_empty(0, r)
    return input[_C.tensor(rows)]


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: Optional[dtype_class] = None,
                 device: Any = None, layout: Any = None) -> Tensor:
    """(2, n): row and column of each element on or below the diagonal."""
    return _corner(_C.tril, row, col, offset, dtype)


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Optional[dtype_class] = None,
                 device: Any = None, layout: Any = None) -> Tensor:
    """(2, n): row and column of each element on or above the diagonal."""
    return _corner(_C.triu, row, col, offset, dtype)


def _corner(part: Any, row: int, col: int, offset: int, dtype: Optional[dtype_class]) -> Tensor:
    places = part(_C.ones(row, col), offset).nonzero().t().contiguous()
    return places if dtype is None else places.to(dtype)


# -- made of numbers


def scalar_tensor(value: Number, *, dtype: Optional[dtype_class] = None, device: Any = None,
                  requires_grad: bool = False) -> Tensor:
    """A 0-d float tensor."""
    return _C.tensor(value, dtype=_float32 if dtype is None else dtype, requires_grad=requires_grad)


def logspace(start: float, end: float, steps: int, base: float = 10.0, *, dtype: Optional[dtype_class] = None,
             device: Any = None, requires_grad: bool = False) -> Tensor:
    """`steps` numbers base^x with x from start to end."""
    exponents = _C.linspace(start, end, steps, dtype=_C.empty(0).double().dtype)
    result = (base ** exponents).to(_float32 if dtype is None else dtype)
    return result.requires_grad_() if requires_grad else result


def vander(x: Tensor, N: Optional[int] = None, increasing: bool = False) -> Tensor:
    """Powers of each element of a vector, a row each."""
    powers = _C.arange(x.size(0) if N is None else N)
    return x.unsqueeze(-1) ** (powers if increasing else powers.flip(0))


# -- dtypes


def promote_types(type1: dtype_class, type2: dtype_class) -> dtype_class:
    """The dtype in which tensors of both meet."""
    return (_C.empty(1, dtype=type1) * _C.empty(1, dtype=type2)).dtype


def result_type(tensor1: Union[Tensor, Number], tensor2: Union[Tensor, Number]) -> dtype_class:
    """The dtype of the sum of both."""
    if isinstance(tensor1, Tensor):
        return (tensor1.detach() * tensor2).dtype
    if isinstance(tensor2, Tensor):
        return (tensor1 * tensor2.detach()).dtype
    return (_C.tensor(tensor1) * tensor2).dtype


def can_cast(from_: dtype_class, to: dtype_class) -> bool:
    """Whether a result of one dtype may be written where another is: no float into integers, say."""
    def kind(dtype: dtype_class) -> int:
        return 2 if dtype.is_floating_point else 0 if dtype == _bool else 1
    return kind(from_) <= kind(to)


def _in_place(name: str) -> Any:
    function = globals()[name]

    def change(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return self.copy_(function(self.clone(), *args, **kwargs))

    change.__name__ = name + "_"
    change.__doc__ = f"In-place form of `{name}`."
    return checked(change)


check_all(globals(), __name__)
for _name in METHODS:
    setattr(Tensor, _name, globals()[_name])
for _name in IN_PLACE:
    setattr(Tensor, _name + "_", _in_place(_name))
setattr(Tensor, "ndimension", Tensor.dim)


def _bernoulli(self: Tensor, p: Optional[float] = None, *, generator: Any = None) -> Tensor:
    return _C.bernoulli(self, p, generator=generator)


def _multinomial(self: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Tensor:
    return _C.multinomial(self, num_samples, replacement, generator=generator)


setattr(Tensor, "bernoulli", _bernoulli)
setattr(Tensor, "multinomial", _multinomial)

# In-place methods that PyTorch has as functions too: torch.relu_(x).
_FUNCTIONS_IN_PLACE = """
    abs acos acosh addmv arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh ceil clamp
    clamp_max clamp_min clip cos cosh deg2rad erf erfc exp exp2 expm1 fill fix floor frac index_put ldexp
    log log10 log1p log2 logit nan_to_num neg negative rad2deg reciprocal relu round rsqrt sigmoid sin
    sinc sinh sqrt square tan tanh trunc xlogy zero
""".split()
for _name in _FUNCTIONS_IN_PLACE:
    globals()[_name + "_"] = getattr(Tensor, _name + "_")
    __all__.append(_name + "_")
