"""More names of PyTorch that are a line or two of other ops: shifts and divisors of integers, what complex numbers
would make interesting. Those of METHODS are methods of Tensor too."""

from __future__ import annotations

import builtins
import math
from collections import namedtuple
from typing import Any, Callable, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all, checked
from limpid._composites import Number, _bool, _float32, _floats, _int64, result_type
from limpid._type_info import contiguous_format, preserve_format
from limpid._types import Size, dtype as dtype_class

Sizes = Union[int, Sequence[int]]

METHODS = ["adjoint", "angle", "bitwise_left_shift", "bitwise_right_shift", "conj", "conj_physical", "gcd", "get_device",
           "is_conj", "is_inference", "is_neg", "is_nonzero", "lcm", "narrow_copy", "put", "resolve_conj", "resolve_neg",
           "unsafe_chunk", "unsafe_split", "unsafe_split_with_sizes"]
IN_PLACE = ["bitwise_left_shift", "bitwise_right_shift", "gcd", "lcm", "put"]


# -- integers


def _integers(name: str, *given: Union[Tensor, Number]) -> None:
    for x in given:
        if isinstance(x, Tensor) and (x.is_floating_point() or x.dtype == _bool and len(given) == 1):
            raise _C.DTypeError(f"{name}: takes integers, got {x.dtype}")


def gcd(input: Tensor, other: Tensor) -> Tensor:
    """The greatest common divisor."""
    _integers("gcd", input)
    _integers("gcd", other)
    a, b = _C.broadcast_tensors(input.abs(), other.abs())
    while bool((b != 0).any()):  # Euclid
        divisor = b.where(b != 0, 1)
        a, b = _C.where(b != 0, b, a), _C.where(b != 0, a % divisor, b)
    return a.clone()


def lcm(input: Tensor, other: Tensor) -> Tensor:
    """The least common multiple."""
    divisor = gcd(input, other)
    return (input // divisor.where(divisor != 0, 1) * other).abs()


def bitwise_left_shift(input: Union[Tensor, Number], other: Union[Tensor, Number]) -> Tensor:
    """x 2^n; 0 where n is as large as the dtype has bits."""
    x, n = _both("bitwise_left_shift", input, other)
    moved = x.to(_int64) * (2 ** n.to(_int64).clamp(0, 63))
    return _C.where((n < 0) | (n >= 8 * x.itemsize), 0, moved).to(x.dtype)


def bitwise_right_shift(input: Union[Tensor, Number], other: Union[Tensor, Number]) -> Tensor:
    """x / 2^n rounded down."""
    x, n = _both("bitwise_right_shift", input, other)
    steps = _C.where(n < 0, 63, n.to(_int64)).clamp(max=63)
    half = steps // 2  # 2^63 is no int64
    return (x.to(_int64) // 2 ** half // 2 ** (steps - half)).to(x.dtype)


def _both(name: str, input: Union[Tensor, Number], other: Union[Tensor, Number]) -> tuple[Tensor, Tensor]:
    _integers(name, input, other)
    common = result_type(input, other)
    if common == _bool:
        raise _C.DTypeError(f"{name}: takes integers, got {common}")
    x, n = (y.to(common) if isinstance(y, Tensor) else _C.tensor(y, dtype=common) for y in (input, other))
    return x, n


# -- complex numbers, of which there are none


def conj(input: Tensor) -> Tensor:
    """The input itself: limpid has no complex numbers."""
    return input


def conj_physical(input: Tensor) -> Tensor:
    """A copy: limpid has no complex numbers."""
    return input.clone()


resolve_conj = resolve_neg = conj


def real(input: Tensor) -> Tensor:
    """The input itself: limpid has no complex numbers."""
    return input


def angle(input: Tensor) -> Tensor:
    """pi below 0, and 0 otherwise. Its gradient is 0."""
    x = _floats(input)
    y = _C.where(x < 0, math.pi, _C.zeros_like(x)) + x.sign() * 0
    return _C.where(x.isnan(), x.detach(), y)


def adjoint(input: Tensor) -> Tensor:
    """Matrices transposed."""
    return input.mT


def is_complex(input: Tensor) -> bool:
    """False."""
    return False


is_conj = is_neg = is_complex


# -- questions


def is_inference(input: Tensor) -> bool:
    """False: tensors made under inference_mode are plain ones."""
    return False


def is_nonzero(input: Tensor) -> bool:
    """Whether the only element is not 0."""
    if input.numel() != 1:
        raise _C.ShapeError(f"is_nonzero: needs a tensor of one element, got shape {tuple(input.shape)}")
    return bool(input)


def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether both have one shape."""
    return input.shape == other.shape


def is_signed(input: Tensor) -> bool:
    """Whether the dtype has negative numbers."""
    return input.dtype.is_signed


def get_device(input: Tensor) -> int:
    """-1: the number of the CUDA device, of which there is none."""
    return -1


def typename(obj: Any) -> str:
    """What a tensor's type() says, or the name of a class with its module."""
    if isinstance(obj, Tensor):
        return obj.type()
    kind = type(obj)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


# -- elements


def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """Elements by their number in row-major order, replaced or added to."""
    if source.dtype != input.dtype:
        raise _C.DTypeError(f"put: source is {source.dtype} but input {input.dtype}; convert one with .to()")
    flat = input.flatten().index_put((index.flatten(),), source.flatten(), accumulate)
    return flat.reshape(input.shape)


def unravel_index(indices: Tensor, shape: Sizes) -> tuple[Tensor, ...]:
    """Numbers of elements in row-major order as an index for each axis."""
    sizes = [shape] if isinstance(shape, int) else list(shape)
    rest, out = indices, []
    for size in reversed(sizes):
        out.append(rest % size)
        rest = rest // size
    return tuple(reversed(out))


def range(start: Number = 0, end: Optional[Number] = None, step: Number = 1, *,  # noqa: A001
          dtype: Optional[dtype_class] = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """From start to end, which is included; arange leaves it out."""
    if end is None:
        start, end = 0, start
    count = math.floor((end - start) / step) + 1
    result = (_C.arange(count) * step + start).to(_float32 if dtype is None else dtype)
    return result.requires_grad_() if requires_grad else result


def detach(input: Tensor) -> Tensor:
    """The same elements without history."""
    return input.detach()


def detach_(input: Tensor) -> Tensor:
    """Cuts off the history."""
    return input.detach_()


def unsafe_chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """chunk, whose parts may be changed in place."""
    return tuple(part.clone() for part in input.chunk(chunks, dim))


def unsafe_split(input: Tensor, split_size: int, dim: int = 0) -> tuple[Tensor, ...]:
    """split, whose parts may be changed in place."""
    return tuple(part.clone() for part in input.split(split_size, dim))


def unsafe_split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """split_with_sizes, whose parts may be changed in place."""
    return tuple(part.clone() for part in input.split_with_sizes(split_sizes, dim))


def narrow_copy(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """narrow in memory of its own."""
    return input.narrow(dim, start, length).clone()


# -- differences and histograms

_Histogram = namedtuple("_Histogram", ["hist", "bin_edges"])


def gradient(input: Tensor, *, spacing: Any = 1, dim: Optional[Sizes] = None, edge_order: int = 1) -> list[Tensor]:
    """Central differences along each axis, one-sided at the edges.

    Parameters
    ----------
    spacing : number, or for each axis a number or a vector of coordinates
    dim : int or sequence of int, optional
        All axes if left out.
    edge_order : 1 or 2
        Elements that the differences at the edges look at, but one.
    """
    if input.dtype == _bool:
        raise _C.DTypeError("gradient: truths have no differences; convert it with .to(limpid.float32)")
    if edge_order not in (1, 2):
        raise _C.ValueError(f"gradient: edge_order must be 1 or 2, not {edge_order}")
    axes = list(builtins.range(input.dim())) if dim is None else [dim] if isinstance(dim, int) else list(dim)
    steps = list(spacing) if isinstance(spacing, (list, tuple)) else [spacing] * len(axes)
    if len(steps) != len(axes):
        raise _C.ValueError(f"gradient: {len(steps)} spacings for {len(axes)} axes")
    return [_gradient(input, step, axis, edge_order) for step, axis in zip(steps, axes)]


def _gradient(x: Tensor, step: Any, axis: int, edge_order: int) -> Tensor:
    n = x.size(axis)
    if n < edge_order + 1:
        raise _C.ShapeError(f"gradient: dimension {axis} has {n} elements, fewer than edge_order + 1")
    y = _floats(x).movedim(axis, -1)
    places = step if isinstance(step, Tensor) else _C.arange(n) * float(step)
    h = places.to(y.dtype).diff()
    slope = y.diff() / h
    left, right = h[:-1], h[1:]
    inner = (slope[..., :-1] * right + slope[..., 1:] * left) / (left + right)
    first, last = slope[..., :1], slope[..., -1:]
    if edge_order == 2:  # of the parabola through three points
        first = first - (slope[..., 1:2] - first) / (h[0] + h[1]) * h[0]
        last = last + (last - slope[..., -2:-1]) / (h[-1] + h[-2]) * h[-1]
    return _C.cat([first, inner, last], -1).movedim(-1, axis)


def histogram(input: Tensor, bins: Any, *, range: Optional[Sequence[float]] = None,  # noqa: A002
              weight: Optional[Tensor] = None, density: bool = False) -> Any:
    """How many elements, or how much weight, each bin holds, and the edges of the bins; the last holds its end too.

    Parameters
    ----------
    bins : int, or the edges in ascending order
    range : (lowest, highest), optional
        Of the elements if left out.
    density : bool
        Divided by the sum and by the width of each bin.
    """
    if not input.is_floating_point():
        raise _C.DTypeError(f"histogram: takes floats, got {input.dtype}; convert it with .to(limpid.float32), or use histc")
    x = input.detach().flatten()
    if isinstance(bins, Tensor):
        edges = bins
    else:
        low, high = range if range is not None else (x.min().item(), x.max().item()) if x.numel() else (0.0, 1.0)
        if low == high:
            low, high = low - 0.5, high + 0.5
        edges = _C.linspace(low, high, bins + 1, dtype=x.dtype)
    inside = (x >= edges[0]) & (x <= edges[-1])
    x = x[inside]
    amount = _C.ones_like(x) if weight is None else weight.flatten()[inside]
    place = (_C.bucketize(x, edges, right=True) - 1).clamp(0, edges.numel() - 2)
    counts = _C.zeros(edges.numel() - 1, dtype=x.dtype).index_add(0, place, amount)
    if density:
        counts = counts / counts.sum() / edges.diff()
    return _Histogram(counts, edges)


def norm_except_dim(v: Tensor, pow: int = 2, dim: int = 0) -> Tensor:  # noqa: A002
    """The norms of the slices along `dim`, with axes of one element in place of the others."""
    if dim == -1:
        return v.norm(pow)
    v.size(dim)  # IndexError for an axis that is not there
    others = [axis for axis in builtins.range(v.dim()) if axis != dim % v.dim()]
    return v.norm(pow, others, True) if others else v.abs()


def matrix_power(input: Tensor, n: int) -> Tensor:
    """The product of n matrices, see limpid.linalg.matrix_power."""
    from limpid import linalg

    return linalg.matrix_power(input, n)


# -- methods of Tensor alone


def apply_(self: Tensor, callable: Callable[[Any], Any]) -> Tensor:  # noqa: A002
    """Each element becomes callable(element). Slow: for small tensors."""
    values = [callable(value) for value in self.detach().flatten().tolist()]
    return self.copy_(_C.tensor(values, dtype=self.dtype).reshape(self.shape))


def map_(self: Tensor, tensor: Tensor, callable: Callable[[Any, Any], Any]) -> Tensor:  # noqa: A002
    """Each element becomes callable(element, the other's). Slow: for small tensors."""
    others = tensor.detach().expand(self.shape).flatten().tolist()
    values = [callable(a, b) for a, b in zip(self.detach().flatten().tolist(), others)]
    return self.copy_(_C.tensor(values, dtype=self.dtype).reshape(self.shape))


def as_subclass(self: Tensor, cls: type) -> Any:
    """The same elements as an object of a subclass of Tensor; the results of its ops are Tensors."""
    if not isinstance(cls, type) or not issubclass(cls, Tensor):
        raise TypeError("as_subclass: cls must be a class that inherits from Tensor, not "
                        + (cls.__name__ if isinstance(cls, type) else type(cls).__name__))
    if not self.requires_grad:
        return Tensor.__new__(cls, self)
    view = self.view_as(self)  # recorded, so that gradients reach this tensor
    view.__class__ = cls
    return view


def resize_(self: Tensor, *sizes: Any, memory_format: Any = None) -> Tensor:
    """Another shape in place, row-major from the first element on; elements that come are not initialised.

    Raises
    ------
    ValueError
        where more memory is needed than the tensor has, and it shares that with other tensors or arrays: here it
        cannot grow for them too
    GraphError
        for a tensor that requires grad, as in PyTorch
    """
    if memory_format not in (None, contiguous_format, preserve_format):
        raise _C.ValueError(f"resize_: memory_format must be contiguous_format, not {memory_format}")
    _C._resize_(self, sizes[0] if len(sizes) == 1 and not isinstance(sizes[0], int) else sizes)
    return self


def resize_as_(self: Tensor, the_template: Tensor, *, memory_format: Any = None) -> Tensor:
    """resize_ to the other's shape."""
    return resize_(self, the_template.shape, memory_format=memory_format)


def new(self: Tensor, *args: Any) -> Tensor:
    """A tensor of this dtype, of data or of sizes."""
    if len(args) == 1 and not isinstance(args[0], int):
        return self.new_tensor(args[0]) if not isinstance(args[0], Size) else self.new_empty(args[0])
    return self.new_empty(args if args else (0,))


def to_dense(self: Tensor, dtype: Optional[dtype_class] = None) -> Tensor:
    """The tensor itself: all are dense."""
    return self if dtype is None else self.to(dtype)


def dense_dim(self: Tensor) -> int:
    """The number of axes: all are dense."""
    return self.dim()


def dim_order(self: Tensor) -> tuple[int, ...]:
    """The axes from the one of the largest stride to that of the smallest."""
    return tuple(sorted(builtins.range(self.dim()), key=self.stride, reverse=True))


def cauchy_(self: Tensor, median: float = 0, sigma: float = 1, *, generator: Any = None) -> Tensor:
    """Draws of a Cauchy distribution."""
    if not sigma > 0:
        raise _C.ValueError(f"cauchy_: sigma is {sigma}; it must be positive")
    uniform = _C.empty_like(self).uniform_(0, 1, generator=generator)
    return self.copy_(median + sigma * (math.pi * (uniform - 0.5)).tan())


def log_normal_(self: Tensor, mean: float = 1, std: float = 2, *, generator: Any = None) -> Tensor:
    """Draws whose logarithms are normal."""
    return self.normal_(mean, std, generator=generator).exp_()


def geometric_(self: Tensor, p: float, *, generator: Any = None) -> Tensor:
    """Numbers of trials up to the first success of probability p."""
    if not 0 < p < 1:
        raise _C.ValueError(f"geometric_: p must be between 0 and 1, got {p}")
    uniform = _C.empty(self.shape).uniform_(0, 1, generator=generator)
    return self.copy_(((1 - uniform).log() / math.log1p(-p)).ceil().clamp(min=1))


_OF_TENSOR = (apply_, map_, as_subclass, resize_, resize_as_, new, to_dense, dense_dim, dim_order, cauchy_, log_normal_, geometric_)

# What views give, in memory of its own: expand_copy(x, size).
_COPIES = ("detach diagonal expand permute select squeeze t transpose unbind unfold unsqueeze view split "
           "split_with_sizes").split()


def _copying(name: str) -> Callable[..., Any]:
    def call(input: Tensor, *args: Any, **kwargs: Any) -> Any:
        result = getattr(input, name)(*args, **kwargs)
        return tuple(part.clone() for part in result) if isinstance(result, tuple) else result.clone()

    call.__name__ = name + "_copy"
    call.__doc__ = f"{name} in memory of its own."
    return checked(call)


for _name in _COPIES:
    globals()[_name + "_copy"] = _copying(_name)


def _in_place(name: str) -> Callable[..., Tensor]:
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
for _function in _OF_TENSOR:
    setattr(Tensor, _function.__name__, checked(_function))
gcd_, lcm_ = Tensor.gcd_, Tensor.lcm_
setattr(Tensor, "__lshift__", bitwise_left_shift)
setattr(Tensor, "__rshift__", bitwise_right_shift)
setattr(Tensor, "__rlshift__", lambda self, other: bitwise_left_shift(other, self))
setattr(Tensor, "__rrshift__", lambda self, other: bitwise_right_shift(other, self))
setattr(Tensor, "H", property(adjoint))
setattr(Tensor, "mH", property(adjoint))


def _on_cpu(self: Tensor) -> bool:
    return self.device.type == "cpu"


setattr(Tensor, "is_cpu", property(_on_cpu))
for _name in ("is_quantized", "is_nested", "is_mps", "is_xpu", "is_mkldnn", "is_xla", "is_maia", "is_ipu", "is_mtia",
              "is_vulkan"):
    setattr(Tensor, _name, property(is_complex))

__all__ = [name for name, value in list(globals().items())
           if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == __name__
           and name not in [method.__name__ for method in _OF_TENSOR]]
__all__ += ["gcd_", "lcm_"]
