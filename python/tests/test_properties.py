"""Shapes, indices and chains of views that hypothesis thinks of, under both imports: results, strides, gradients, and
whether they are refused."""

import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import limpid

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # PyTorch's own

often = settings(max_examples=150, deadline=None, derandomize=True, database=None,
                 suppress_health_check=list(HealthCheck))

sizes = st.integers(0, 4)
shapes = st.lists(sizes, max_size=4).map(tuple)


def both(shape, seed=0, grad=True):
    """The same numbers as tensors of both, leaves and then something that has a history."""
    values = numpy.random.default_rng(seed).standard_normal(shape).astype("float32")
    pair = []
    for module in (limpid, torch):
        leaf = module.tensor(values.tolist(), dtype=module.float32).reshape(shape)
        pair.append((leaf.requires_grad_(grad), leaf * 1))
    return pair


def outcome(call, *arguments):
    """The result, or the kind of refusal."""
    try:
        return call(*arguments), None
    except (RuntimeError, IndexError, ValueError, TypeError) as error:
        return None, error


def same(ours, theirs, tolerance=1e-6):
    ours, theirs = ours.detach(), theirs.detach()
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert str(ours.dtype).split(".")[-1] == str(theirs.dtype).split(".")[-1]
    numpy.testing.assert_allclose(ours.tolist(), theirs.tolist(), rtol=tolerance, atol=tolerance)


def same_outcome(call, pair, *, what, tolerance=1e-6):
    """call(module, x) gives the same under both, with the same gradient, or is refused by both."""
    (leaf, x), (their_leaf, y) = pair
    (ours, our_error), (theirs, their_error) = outcome(call, limpid, x), outcome(call, torch, y)
    assert (our_error is None) == (their_error is None), (what, our_error, their_error)
    if our_error is not None:
        return None
    same(ours, theirs, tolerance)
    if theirs.requires_grad and theirs.numel():
        weights = numpy.random.default_rng(9).standard_normal(tuple(theirs.shape)).astype("float32")
        (ours * limpid.tensor(weights)).sum().backward()
        (theirs * torch.tensor(weights)).sum().backward()
        same(leaf.grad, their_leaf.grad, 1e-5)
    return ours, theirs


# -- broadcasting


@st.composite
def shapes_that_meet(draw):
    """Two shapes made from one by leaving out axes in front and setting some to 1; now and then one that does not fit."""
    common = draw(shapes)

    def part():
        kept = common[draw(st.integers(0, len(common))):]
        return tuple(1 if draw(st.booleans()) else n for n in kept)

    a, b = part(), part()
    if a and draw(st.integers(0, 9)) == 0:
        a = (*a[:-1], a[-1] + 2)
    return a, b


@often
@given(shapes_that_meet(), st.sampled_from(["add", "sub", "mul", "maximum", "atan2"]))
def test_broadcasting(pair_of_shapes, name):
    a, b = pair_of_shapes
    other = numpy.random.default_rng(1).standard_normal(b).astype("float32")

    def call(module, x):
        y = module.tensor(other.tolist(), dtype=module.float32).reshape(b)
        return getattr(module, name)(x, y)

    same_outcome(call, both(a), what=(name, a, b), tolerance=1e-5)


@often
@given(shapes_that_meet())
def test_broadcasting_in_place(pair_of_shapes):
    a, b = pair_of_shapes
    same_outcome(lambda module, x: x.add_(module.ones(b)), both(a), what=(a, b))


# -- indices


@st.composite
def indices(draw):
    """A shape, and an index of it."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple))
    length = draw(st.integers(1, 3))  # of all index arrays
    entries, left = [], len(shape)
    for _ in range(draw(st.integers(1, len(shape) + 2))):
        kind = draw(st.sampled_from(["int", "slice", "none", "ellipsis", "list", "tensor", "mask"]))
        if kind == "none":
            entries.append(None)
        elif kind == "ellipsis" and Ellipsis not in [e for e in entries if e is Ellipsis]:
            entries.append(Ellipsis)
            left = draw(st.integers(0, left))
        elif left > 0:
            n = shape[min(len(shape) - left, len(shape) - 1)]
            left -= 1
            if kind == "int":
                entries.append(draw(st.integers(-n - (draw(st.integers(0, 9)) == 0), n - 1)))
            elif kind in ("slice", "ellipsis"):
                bound = st.none() | st.integers(-5, 5)
                entries.append(slice(draw(bound), draw(bound), draw(st.none() | st.integers(1, 3))))
            elif kind == "mask":
                entries.append(("mask", [draw(st.booleans()) for _ in range(n)]))
            else:
                places = [draw(st.integers(-n, n - 1)) for _ in range(length)]
                entries.append(("list" if kind == "list" else "tensor", places))
    return shape, tuple(entries)


def index_for(module, entries):
    made = []
    for entry in entries:
        if isinstance(entry, tuple):
            kind, values = entry
            made.append(values if kind == "list" else module.tensor(values))
        else:
            made.append(entry)
    return tuple(made)


@often
@given(indices())
def test_indexing(case):
    shape, entries = case
    same_outcome(lambda module, x: x[index_for(module, entries)], both(shape), what=case)


def without_repeats(entries):
    """Which of equal places wins an assignment is not said anywhere."""
    return all(not isinstance(e, tuple) or e[0] == "mask" or len({p % 4 for p in e[1]}) == len(e[1])
               for e in entries) and sum(isinstance(e, tuple) for e in entries) < 2


@often
@given(indices(), st.booleans())
def test_assignment(case, number):
    shape, entries = case
    if not without_repeats(entries):
        return

    def call(module, x):
        index = index_for(module, entries)
        if number:
            x[index] = 2.5
        else:
            part = x.detach()[index]
            x[index] = (module.arange(part.numel()) + 1.0).reshape(part.shape)
        return x

    pair = both(shape)
    distinct = all(not isinstance(e, tuple) or e[0] == "mask" or
                   len({p % shape_of(shape, entries, i) for p in e[1]}) == len(e[1]) for i, e in enumerate(entries))
    if number or distinct:
        same_outcome(call, pair, what=case)


def shape_of(shape, entries, i):
    """The size of the axis of entry i, where no ellipsis stands before it; else 1, which makes repeats of all."""
    if any(e is Ellipsis for e in entries[:i]):
        return 1
    axis = sum(e is not None for e in entries[:i])
    return shape[axis] if axis < len(shape) else 1


# -- views


@st.composite
def view_steps(draw):
    """A shape, and some steps from it; axes and sizes are drawn small, so that some do not fit."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple))
    axis = st.integers(-2, 2)
    step = st.one_of(
        st.tuples(st.just("transpose"), axis, axis), st.tuples(st.just("unsqueeze"), axis),
        st.tuples(st.just("squeeze"), axis), st.tuples(st.just("select"), axis, st.integers(-3, 3)),
        st.tuples(st.just("narrow"), axis, st.integers(0, 2), st.integers(0, 3)),
        st.tuples(st.just("unfold"), axis, st.integers(0, 3), st.integers(1, 2)),
        st.tuples(st.just("diagonal"), st.integers(-2, 2)), st.tuples(st.just("flatten")), st.tuples(st.just("t")),
        st.tuples(st.just("view"), st.just(-1)), st.tuples(st.just("reshape"), st.just(-1), st.integers(1, 3)),
        st.tuples(st.just("expand_first"), st.integers(1, 3)), st.tuples(st.just("every_other")),
        st.tuples(st.just("chunk"), st.integers(1, 3)), st.tuples(st.just("movedim"), axis, axis))
    return shape, draw(st.lists(step, min_size=1, max_size=5))


def walk(x, steps):
    for name, *arguments in steps:
        if name == "expand_first":
            x = x.unsqueeze(0).expand(arguments[0], *x.shape)
        elif name == "every_other":
            x = x[..., ::2] if x.dim() else x
        elif name == "chunk":
            x = x.chunk(arguments[0])[-1]
        else:
            x = getattr(x, name)(*arguments)
    return x


@often
@given(view_steps())
def test_views(case):
    shape, steps = case
    result = same_outcome(lambda module, x: walk(x, steps), both(shape), what=case)
    if result is not None and result[1].numel() > 1:
        ours, theirs = result
        assert ours.stride() == tuple(s if n > 1 else ours.stride(i)  # the stride of one element says nothing
                                      for i, (s, n) in enumerate(zip(theirs.stride(), theirs.shape))), case
        assert ours.is_contiguous() == theirs.is_contiguous(), case


@often
@given(view_steps())
def test_changes_through_views(case):
    """x[...] += 1 through any chain of views reaches the base and its gradient, or is refused by both."""
    shape, steps = case
    if any(step[0] in ("unfold", "expand_first", "chunk", "reshape", "flatten") for step in steps):
        return  # overlapping memory, parts of several, what may copy: other rules, see test_ops_parity

    def call(module, x):
        view = walk(x, steps)
        view.mul_(3)
        return x * x

    same_outcome(call, both(shape), what=case, tolerance=1e-5)


# -- reductions


@often
@given(shapes, st.data(), st.sampled_from(["sum", "mean", "amax", "amin", "logsumexp", "var", "std", "norm", "any", "all",
                                           "nansum", "count_nonzero"]))
def test_reductions(shape, data, name):
    rank = len(shape)
    axes = data.draw(st.lists(st.integers(-rank - 1, rank), max_size=3))
    keepdim = data.draw(st.booleans())

    def call(module, x):
        if name == "norm":
            return x.norm(2, axes or None, keepdim)
        if name == "count_nonzero":
            return x.count_nonzero(axes)
        if name in ("var", "std"):
            return getattr(x, name)(axes or None, correction=0, keepdim=keepdim)
        return getattr(x, name)(axes, keepdim)

    if name in ("any", "all") and not axes:
        return  # PyTorch reads no axes as all of them here, or as none, by the overload
    same_outcome(call, both(shape), what=(name, shape, axes, keepdim), tolerance=2e-5)


@often
@given(shapes, st.integers(-3, 3), st.sampled_from(["argmax", "argmin", "cumsum", "cumprod", "softmax", "sort", "max",
                                                    "median", "flip", "prod"]))
def test_along_one_axis(shape, axis, name):
    def call(module, x):
        result = getattr(x, name)(axis)
        return result[0] if isinstance(result, tuple) else result

    same_outcome(call, both(shape), what=(name, shape, axis), tolerance=2e-5)
