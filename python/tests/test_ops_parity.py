"""Calls in PyTorch's words, run under both imports on the same inputs: values, dtypes, shapes, gradients and,
where PyTorch refuses, an exception of a kind that a script would catch.

Each line is run for every kind of `x`: a matrix, 0-d, empty, transposed, every other column of a matrix, and
integer, bool, double and 16-bit elements. `y` has x's kind, but never 0; `row` broadcasts against a matrix.
"""

import re

import numpy
import pytest

import limpid
import limpid.nn.functional
from parity_lines import FAMILIES

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # PyTorch's own

KINDS = ("matrix", "0-d", "empty", "transposed", "sliced", "double", "half", "bfloat16", "int64", "int32",
         "uint8", "bool")

# How far two right answers may lie apart, relative to the largest number in play.
TOLERANCE = {"float16": 4e-3, "bfloat16": 4e-2, "float32": 1e-5, "float64": 1e-12}


def inputs_for(module, kind):
    """The names a line may use, as tensors of `module`."""
    rng = numpy.random.default_rng(7)

    def wide(*shape):
        return rng.standard_normal(shape)

    def make(values, dtype="float32", grad=True):
        tensor = module.tensor(values.tolist(), dtype=getattr(module, dtype)).reshape(values.shape)
        return tensor.requires_grad_() if grad and tensor.dtype.is_floating_point else tensor

    def of_kind(values, leaves):
        if kind in ("int64", "int32", "uint8"):
            whole = numpy.round(values * 3)
            return make(numpy.abs(whole) if kind == "uint8" else whole, kind)
        if kind == "bool":
            return make(values > 0, "bool")
        if kind == "0-d":
            values = values[0, 0]
        elif kind == "empty":
            values = values[:0]
        dtype = {"double": "float64", "half": "float16", "bfloat16": "bfloat16"}.get(kind, "float32")
        if kind == "sliced":
            leaf = make(numpy.repeat(values, 2, axis=1), dtype)
        elif kind == "transposed":
            leaf = make(values.T.copy(), dtype)
        else:
            leaf = make(numpy.asarray(values), dtype)
        leaves.append(leaf)
        return leaf[:, ::2] if kind == "sliced" else leaf.t() if kind == "transposed" else leaf

    leaves = []
    names = {"x": of_kind(wide(3, 4), leaves)}
    y = wide(3, 4)
    names["y"] = of_kind(numpy.where(numpy.abs(y) < 0.2, 0.7, y), leaves)
    for name, shape in (("row", (4,)), ("square", (4, 4)), ("batch", (2, 3, 4)), ("batch2", (2, 4, 5)),
                        ("signal", (2, 3, 10)), ("image", (2, 4, 8, 9)), ("volume", (1, 2, 5, 6, 7))):
        names[name] = make(wide(*shape))
        leaves.append(names[name])
    names["mask"] = make(wide(3, 4) > 0, "bool")
    names["places"] = make(rng.integers(0, 3, (3, 4)), "int64")
    names["columns"] = make(numpy.array([2, 0, 2]), "int64")
    names["classes"] = make(numpy.array([1, 3, 0]), "int64")
    return names, leaves


def wider(names, leaves, dtype):
    """The same numbers in a dtype that PyTorch has a kernel for."""
    leaves[:] = [leaf.detach().to(dtype).requires_grad_() for leaf in leaves]
    by_name = {name: value for name, value in names.items() if isinstance(value, torch.Tensor)}
    for name, value in by_name.items():
        if value.dtype.is_floating_point or name in ("x", "y"):
            names[name] = value.detach().to(dtype)
    return names


def run(module, line, kind, dtype=None):
    names, leaves = inputs_for(module, kind)
    if dtype is not None:
        names = wider(names, leaves, dtype)
    functional = module.nn.functional
    result = eval(line, {"torch": module, "F": functional, **names})
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]
    heads = [y for y in outputs if hasattr(y, "requires_grad") and y.requires_grad]
    for y in heads:
        seed = 1 + (module.arange(y.numel()) * 7 % 16).double() / 16
        y.backward(seed.to(y.dtype).reshape(y.shape), retain_graph=True)
    return outputs, [leaf.grad for leaf in leaves], [leaf.detach() for leaf in leaves]


def plain(tensor):
    """dtype, shape and elements, whichever module it is of."""
    tensor = tensor.detach()
    dtype = str(tensor.dtype).split(".")[-1]
    wide = tensor.double() if tensor.dtype.is_floating_point else tensor.long()
    return dtype, list(tensor.shape), numpy.array(wide.flatten().tolist(), dtype=float)


def compare(found, expected, scale, coarsest, what):
    if expected is None or not isinstance(expected, torch.Tensor):
        assert found == expected or str(found).replace("limpid", "torch") == str(expected), what
        return
    assert isinstance(found, limpid.Tensor), what
    dtype, shape, values = plain(found)
    expected_dtype, expected_shape, expected_values = plain(expected)
    assert (dtype, shape) == (expected_dtype, expected_shape), what
    largest = max([scale] + [abs(v) for v in expected_values if numpy.isfinite(v)])
    allowed = max(TOLERANCE.get(dtype, 0), coarsest if dtype in TOLERANCE else 0) * largest
    numpy.testing.assert_allclose(values, expected_values, rtol=0, atol=allowed, err_msg=what)


def kind_of(error):
    """What a script would catch."""
    for kind in (IndexError, TypeError, ValueError, RuntimeError):
        if isinstance(error, kind):
            return kind
    return type(error)


def check_error(error, line, kind):
    """Where PyTorch refuses, limpid refuses with an exception that the same `except` catches. Shapes, dtypes
    and values are RuntimeErrors in one place of PyTorch and something finer in another; limpid's are both.
    Where PyTorch only lacks a kernel or a derivative, limpid may have it: what it gives then is what PyTorch
    gives for the same numbers in a dtype that it has one for."""
    if "not implemented" in str(error) or "not differentiable" in str(error):
        return check_where_pytorch_has_no_kernel(line, kind)
    with pytest.raises(Exception) as caught:
        run(limpid, line, kind)
    wanted = kind_of(error)
    kinds = (wanted, RuntimeError) if wanted in (ValueError, IndexError) else (wanted,)
    if wanted is RuntimeError:
        kinds = (RuntimeError, TypeError)  # arguments that no overload takes
    assert isinstance(caught.value, kinds), f"{line} of {kind}: {caught.value!r} where PyTorch has {error!r}"


def check_where_pytorch_has_no_kernel(line, kind):
    """limpid refuses too, or gives the numbers that PyTorch gives in a wider dtype."""
    try:
        found, _, leaves = run(limpid, line, kind)
    except (RuntimeError, TypeError):
        return
    try:
        expected = run(torch, line, kind, torch.float32 if kind in ("half", "bfloat16") else torch.float64)[0]
    except Exception as error:
        pytest.fail(f"{line} of {kind}: PyTorch has it in no dtype ({error}), limpid gives {found}")
    assert len(found) == len(expected), (line, kind)
    scale = max([abs(plain(leaf)[2]).max() for leaf in leaves if leaf.numel()] + [1.0])
    for f, e in zip(found, expected):
        dtype, shape, values = plain(f)
        assert shape == plain(e)[1], (line, kind)
        wanted = plain(e)[2]
        if dtype in ("int64", "int32", "uint8"):
            wanted = numpy.trunc(wanted)
        if dtype == "bool":
            wanted = wanted != 0
        largest = max([scale] + [abs(v) for v in wanted if numpy.isfinite(v)])
        numpy.testing.assert_allclose(values, wanted, rtol=0, err_msg=f"{line} of {kind}",
                                      atol=TOLERANCE.get({"half": "float16"}.get(kind, kind), 1e-5) * largest)


def check(line, kind):
    torch.manual_seed(7)
    try:
        expected = run(torch, line, kind)
    except Exception as error:
        return check_error(error, line, kind)
    found = run(limpid, line, kind)
    assert len(found[0]) == len(expected[0]), (line, kind)
    scale = max((abs(plain(leaf)[2]).max() for leaf in expected[2] if leaf.numel()), default=0.0)
    coarsest = max(TOLERANCE[plain(leaf)[0]] for leaf in expected[2] if plain(leaf)[0] in TOLERANCE)
    coarsest = coarsest if kind in ("half", "bfloat16") else 0
    for f, e in zip(found[0], expected[0]):
        compare(f, e, scale, coarsest, f"{line} of {kind}")
    for f, e in zip(found[1], expected[1]):
        what = f"gradient of {line} of {kind}"
        if f is None or e is None:  # no gradient is a gradient of 0
            assert all(g is None or not plain(g)[2].any() for g in (f, e)), what
        else:
            compare(f, e, scale, coarsest, what)


LINES = [line for text in FAMILIES for line in re.split(r";\s|\n", text) if line.strip()]

WHOLE = ("int64", "int32", "uint8", "bool")
LOSSES = (r"(F|torch)\.(l1|gaussian_nll|poisson_nll|margin_ranking|triplet_margin|triplet_margin_with_distance|"
          r"cosine_embedding)_loss\(.*")

# What limpid does otherwise on purpose: (pattern of the line, kinds, reason).
OTHERWISE = [
    (r".*(clamp|clip)\(.*-1, 1\).*", ("uint8",), "PyTorch turns the bound -1 into 255"),
    (r".*digamma.*|.*polygamma.*|.*psi\(.*", ("double",), "PyTorch's trigamma has 10 digits"),
    (r"torch\.linalg\.norm\(x, float\('inf'\).*", ("empty",), "no largest row of no rows"),
    (r"F\.hardsigmoid.*", ("double",), "PyTorch's gradient is 1/6 in float32"),
    (r".*prelu\(x, row.*|x\.prelu.*", ("double", "half", "bfloat16") + WHOLE, "limpid promotes the weight"),
    (r".*index_put\(.*", ("double", "half", "bfloat16"), "limpid converts the values"),
    (r".*logical_not_\(\)", KINDS, "PyTorch sends the gradient through as if nothing had happened"),
    (r"x\.(mT|mH|adjoint\(\))", ("0-d",), "PyTorch returns x, and says it will not any more"),
    (r"x\.nanmean\(\)", WHOLE, "limpid takes the mean of integers that are no NaN"),
    (r".*topk\(.*", ("bool",), "limpid orders False before True"),
    (r".*quantile\(x, 0.5, dim=1\)", ("empty",), "no quantiles of no rows"),
    (r"torch\.take_along_dim\(x, places\)", ("transposed",), "PyTorch needs a contiguous input"),
    (r".*(scatter|index)_reduce.*", ("bool",), "limpid names the fix: convert to uint8"),
    (r"torch\.index_add\(.*alpha=2\)", ("bool",), "twice True is no bool"),
    (r"x\.index_fill\(0, columns, row.*", ("uint8",), "a float in a uint8 wraps, as in x.to(uint8)"),
    (r"F\.hardtanh.*", ("uint8",), "the lower bound -1 is never reached"),
    (r"F\.dropout\(x, p=.*", WHOLE, "dropout scales what it keeps, so it takes floats"),
    (r"F\.rms_norm.*weight=row.*", ("double",), "limpid's weight has the input's dtype or is wider"),
    (LOSSES, WHOLE, "losses are taken of floats"),
    (r"(F|torch)\.(triplet|pairwise).*", ("0-d",) + WHOLE, "distances are those of vectors of floats"),
    (r"torch\.isin\(x, .*", ("transposed", "bool"), "PyTorch needs contiguous numbers"),
    (r"torch\..*trap.*", ("bool",), "limpid takes the area under truth"),
    (r".*clamp_min_.*", ("bool",), "limpid knows the larger of two truths"),
    (r"torch\.gradient\(x.*", ("uint8",), "limpid takes differences of unsigned numbers as floats"),
    (r"torch\.histogram\(x.*", ("0-d",), "the element lies on an edge of two bins, but for rounding"),
    (r".*dim_order.*", ("empty",), "no elements are in no order"),
    (r"torch\.full.*2.0 \*\* 63.*", KINDS, "2^63 is no int64; PyTorch makes -2^63 of it"),
    (r"F\.multilabel_soft_margin_loss.*", ("0-d",), "PyTorch wants a class axis; limpid broadcasts"),
]


@pytest.mark.parametrize("line", [line.strip() for line in LINES])
def test_line(line):
    for kind in KINDS:
        if not any(re.fullmatch(pattern, line) and kind in kinds for pattern, kinds, _ in OTHERWISE):
            check(line, kind)


@pytest.mark.parametrize("pattern, kinds, reason", OTHERWISE, ids=[reason for _, _, reason in OTHERWISE])
def test_what_is_otherwise_still_is(pattern, kinds, reason):
    """An entry of the list that no longer differs has to go."""
    differing = 0
    for line in LINES:
        for kind in kinds if re.fullmatch(pattern, line.strip()) else ():
            try:
                check(line.strip(), kind)
            except BaseException:  # pytest.fail is none of Exception
                differing += 1
    assert differing, reason
