"""dtype= of sums, arguments out of range and forms of arguments, as PyTorch takes or refuses them."""

import warnings

import numpy as np
import pytest

import limpid
import limpid.nn.functional

torch = pytest.importorskip("torch")

RESULTS = [f"t.tensor([200, 100], dtype=t.{of}).{op}dtype=t.{dtype})"
           for of in ("uint8", "int64", "float32")
           for op in ("sum(", "sum(0, ", "prod(", "prod(0, ", "cumsum(0, ", "cumprod(0, ", "nansum(")
           for dtype in ("uint8", "int8", "int16", "int32", "int64", "bool", "float16", "float64")
           # what a float beyond the range becomes is undefined, and there is no running sum of bools
           if not (of == "float32" and dtype in ("uint8", "int8")) and not ("cum" in op and dtype == "bool")]
RESULTS += [
    "t.sum(t.tensor([200, 200], dtype=t.uint8), dtype=t.uint8)",
    "t.tensor([0.5, 0.5]).sum(dtype=t.int32)", "t.tensor([256, 0]).sum(dtype=t.bool)",
    "t.tensor([1, 2]).mean(dtype=t.float16)", "t.tensor([1., 2.], requires_grad=True).sum(dtype=t.float64).detach()",
    "t.isin(1, t.tensor([1, 2]))", "t.isin(3, t.tensor([1, 2]), invert=True)", "t.isin(t.tensor([1, 2]), 1)",
    "t.tensor(1e40)", "t.tensor(-1e40)", "t.tensor(1e40, dtype=t.float16)", "t.tensor(1e40, dtype=t.float64)",
    "t.where(t.tensor([[1, 0], [0, 1]]))[1]",
    "X[..., ...]", "X[..., 0, ...]", "X[0, ..., ..., 1]", "X[..., None, ...]",
    "t.nn.functional.linear(X, X[0])", "t.nn.functional.linear(X[0], X[1])",
    "t.nn.functional.linear(X[None], X[0])",
    "t.tensor([2**63, 1.0])", "t.tensor([1, 2**70], dtype=t.float64)", "t.tensor(2**70, dtype=t.float32)",
    "t.tensor([2**70], dtype=t.bool)", "t.tensor(2**70, dtype=t.bool)",
    "t.tensor([2**60 + 1, -7, 7]).div(t.tensor([1, 2, -2]), rounding_mode='trunc')",
    "t.tensor([200], dtype=t.uint8).div(t.tensor([-3], dtype=t.int8), rounding_mode='trunc')",
    "t.tensor([-2**63, 7]).div(1, rounding_mode='trunc')", "X.div(-2, rounding_mode='trunc')",
    "t.tensor([-128, 100], dtype=t.int8).div_(3, rounding_mode='trunc')",
    "t.einsum(X, [0, 1], X.T, [1, 2], [2, 0])", "t.einsum(X, [0, 1])", "t.einsum(X, [1, 0])", "t.einsum(X, [..., 30], X, [..., 30], [...])",
    "t.einsum(X, (0, 51), X, (0, 51), ())",
    "X[t.tensor([0, 1], dtype=t.uint8)]", "X[0, t.tensor([1, 0, 2], dtype=t.uint8)]", "X[t.tensor(1, dtype=t.uint8)]",
    "t.where(t.tensor([2, 0, 1], dtype=t.uint8), X, -X)", "t.where(t.tensor([2, 0, 1], dtype=t.uint8), X, 0)",
    *(f"t.tensor(X.to('meta'){index}.shape)" for index in (
        "[[0, 1]]", "[t.tensor([1])]", "[:, t.tensor([[0, 1]])]", "[t.tensor([True, False])]", "[X > 2]", "[True]", "[[0, 1], [1, 2]]",
        "[0]", "[0, 1:]", "[[0, 1], 1:]", "[t.tensor([0, 1], device='meta')]")),
    "t.tensor(X.to('meta').bernoulli().shape)", "t.tensor(t.nn.functional.one_hot(t.zeros(2, dtype=t.int64, device='meta'), 3).shape)",
    "t.nn.functional.normalize(X, dim=(0, 1))", "t.nn.functional.normalize(X, p=1, dim=(0,))", "2 << t.tensor([1, 3])",
    "True << t.tensor([1, 3])", "32 >> t.tensor([1, 3])",
    "X[range(2)]", "X[0, range(1, 3)]", "t.nn.ZeroPad2d((1, 2))(X[None, None])",
    "t.nn.ConstantPad2d((1, 0), 3.0)(X[None, None])", "t.nn.functional.interpolate(X[None, None], size=3)",
    "t.nn.functional.interpolate(X[None, None], scale_factor=2)",
    "X[0][1:2**70]", "X[0][-2**70:2]", "X[0][True:]", "X[0][t.tensor(1):]",
]


def library(text, t):
    x = t.tensor([[1.0, 2.0, 4.0], [3.0, 5.0, 7.0]])
    return eval(text, {"t": t, "X": x})


@pytest.mark.parametrize("text", RESULTS)
def test_results(text):
    ours, theirs = library(text, limpid), library(text, torch)
    assert str(ours.dtype).split(".")[1] == str(theirs.dtype).split(".")[1]
    assert tuple(ours.shape) == tuple(theirs.shape) and ours.tolist() == theirs.tolist()


REFUSED = [f"t.ones(2, requires_grad=True).{op}dtype=t.int32)"
           for op in ("sum(", "prod(", "prod(0, ", "cumsum(0, ", "cumprod(0, ", "nansum(")]
REFUSED += [
    "t.ones(2).mean(dtype=t.int32)", "t.ones(2).nanmean(dtype=t.int32)",
    "t.ones(2, dtype=t.int8).cumsum_(0, dtype=t.int64)",
    "setattr(t.ones(2, requires_grad=True), 'data', t.tensor([1, 2]))",
    "t.randint(0, 300, (3,), dtype=t.int8)", "t.randint(-1, 3, (3,), dtype=t.uint8)",
    "t.randint(0, 129, (3,), dtype=t.int8)", "t.randint(0, 3, (3,), dtype=t.bool)",
    "t.randint(0, 70000, (3,), dtype=t.float16)", "t.randint_like(t.zeros(2, dtype=t.int8), 300)",
    "t.zeros(2, dtype=t.uint8).random_(0, 1000)", "t.zeros(2, dtype=t.uint8).random_(257)",
    "t.zeros(2, dtype=t.uint8).random_(-1, 10)", "t.zeros(2).random_(3, 3)",
    "t.zeros(2).uniform_(2, 1)", "t.zeros(2).uniform_(float('nan'), 1)", "t.zeros(2).uniform_(0, float('inf'))",
    "t.zeros(2).uniform_(-3e38, 3e38)", "t.zeros(2, dtype=t.float16).uniform_(0, 70000)",
    "t.normal(0., -1., (2,))", "t.normal(t.zeros(2), -1.0)", "t.normal(0., t.tensor([1., -1.]))",
    "t.normal(t.zeros(2), t.tensor([1., -1.]))", "t.normal(0., float('nan'), (2,))", "t.zeros(2).cauchy_(0, -1)",
    "t.manual_seed(2**64)", "t.Generator().manual_seed(-2**63 - 1)", "t.isin(1, 1)", "X[2**70]",
    "t.tensor([5, 3]).div(0, rounding_mode='trunc')", "t.tensor([True]).div(True, rounding_mode='trunc')",
    "t.tensor([2**63])", "t.tensor([2**63], dtype=t.int64)", "t.tensor(2**70, dtype=t.int32)",
    "t.einsum(X, [0, 52])", "t.einsum(X, [0, 1], [1, 0], [0])", "t.einsum(X)", "t.einsum(X, X)", "t.einsum(X, ['a', 1])",
    "t.combinations(X)", "t.nn.functional.interpolate(X[None, None], size=(4,))",
    "t.nn.functional.interpolate(X[None, None], scale_factor=(2.0,))", "t.ones(2, requires_grad=True).exponential_()",
    "t.nn.functional.binary_cross_entropy(t.tensor([0.5]), t.tensor([True]))",
    "t.nn.functional.binary_cross_entropy_with_logits(t.tensor([0.5]), t.tensor([1]))",
    "X[1.5:]", "X[t.tensor(1.0):]",
    "t.nn.functional.linear(X, X[0], t.ones(1))", "t.nn.functional.linear(X, t.ones(4))",
]


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text):
    for t in (torch, limpid):
        with pytest.raises((RuntimeError, ValueError, TypeError)):
            library(text, t)


@pytest.mark.parametrize("text", [
    "t.randint(0, 128, (3,), dtype=t.int8)", "t.randint(-128, -127, (3,), dtype=t.int8)",
    "t.randint(0, 2, (3,), dtype=t.bool)", "t.zeros(2, dtype=t.uint8).random_(0, 256)",
    "t.zeros(2, dtype=t.bool).random_()", "t.zeros(2, dtype=t.int8).random_()", "t.zeros(2).uniform_(2, 2)",
    "t.normal(0., 0., (2,))", "t.normal(0., t.zeros(0))",
])
def test_ends_of_ranges_are_allowed(text):
    assert str(library(text, limpid).dtype)[7:] == str(library(text, torch).dtype)[6:]


@pytest.mark.parametrize("text", ["X + 2**70", "2**70 - X", "X * 2**70", "X / 2**70", "X ** 2**70", "(2**70) ** X",
                                  "X == 2**70", "X != 2**70", "X < 2**70", "X.__iadd__(2**70)",
                                  "t.tensor([10**400], dtype=t.float64)"])
def test_an_int_that_is_too_large(text):
    for t in (torch, limpid):
        with pytest.raises(OverflowError):
            library(text, t)


@pytest.mark.parametrize("make", [lambda t: t.device("cpu"), lambda t: t.ones(1, requires_grad=True).exp().grad_fn])
def test_what_is_equal_to_nothing_else(make):
    for t in (torch, limpid):
        thing = make(t)
        assert [thing == other for other in (thing, None, 3, "foo")] == [True, False, False, False]
        assert [thing != other for other in (thing, None, 3, "foo")] == [False, True, True, True]


@pytest.mark.parametrize("values", [[1.0, 2, 2, 3, 3], [1.0, 2, 2, float("nan"), float("nan")],
                                    [float("nan")] * 2, [[float("inf"), float("inf"), 0]], 2.0])
@pytest.mark.parametrize("op", ["median", "nanmedian"])
def test_equals_share_the_gradient_of_a_median_of_all(op, values):
    gradients = []
    for t in (torch, limpid):
        x = t.tensor(values, requires_grad=True)
        getattr(x, op)().backward()
        gradients.append(x.grad.tolist())
    assert gradients[0] == gradients[1]


@pytest.mark.parametrize("seed", [0, 2**63, 2**64 - 1, -1, -2**63])
def test_seeds(seed):
    assert limpid.Generator().manual_seed(seed).initial_seed() == torch.Generator().manual_seed(seed).initial_seed()


@pytest.mark.parametrize("call, text", [
    (lambda: limpid.randint(0, 300, (3,), dtype=limpid.int8), "randint: the range [0, 300) holds 299, which does not"),
    (lambda: limpid.ones(2, dtype=limpid.uint8).random_(-1, 3), "random_: the range [-1, 3) holds -1"),
    (lambda: limpid.nn.functional.ctc_loss(limpid.zeros(4, 1, 3), limpid.tensor([[1, 0]]), limpid.tensor([4]),
                                           limpid.tensor([2])), "label 0 at position 1 of sample 0 is the blank"),
    (lambda: limpid.ones(2, device="gpu"), "ones: there is no device 'gpu'; write cpu, meta, cuda or cuda:N"),
    (lambda: limpid.nn.Linear(2, 2, device="gpu"), "Linear: there is no device 'gpu'"),
    (lambda: limpid.no_grad(3), "no_grad decorates functions and methods, not int"),
    (lambda: limpid.ones(2)[2**70], "an index must fit into 64 bits"),
    (lambda: limpid.tensor([[1], [2**63]]), "data[1][0] is an int of more than 64 bits, which only floats can hold"),
    (lambda: setattr(limpid.ones(2), "grad", 1), "grad: value must be a Tensor or None, not int"),
    (lambda: limpid.ones(2, requires_grad=True).sum(dtype=limpid.int32), "sum: dtype=int32 has no gradient"),
    (lambda: limpid.from_numpy(pytest.importorskip("numpy").ones(2, complex)), "array.real and array.imag"),
])
def test_messages(call, text):
    with pytest.raises((RuntimeError, ValueError, TypeError, IndexError)) as caught:
        call()
    assert text in str(caught.value)


def made(t):
    nn = t.nn
    return [(nn.Linear(2, 3), "bias", (1, 2)), (nn.Conv2d(2, 3, 1), "weight", (1, 2, 2, 2)),
            (nn.BatchNorm1d(2), "running_mean", (2, 2)), (nn.LayerNorm(2), "bias", (2, 2)),
            (nn.GroupNorm(1, 2), "weight", (2, 2)), (nn.PReLU(), "weight", (2, 2))]


@pytest.mark.parametrize("t", [limpid, torch], ids=["limpid", "torch"])
def test_a_deleted_tensor_of_a_layer_is_missed(t):
    import copy

    for layer, name, shape in made(t):
        tensor = getattr(layer, name)
        delattr(layer, name)
        assert not hasattr(layer, name) and name not in layer.state_dict()
        for _ in range(2):
            with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
                layer(t.ones(shape))
        with pytest.raises(AttributeError):
            copy.deepcopy(layer)(t.ones(shape))
        setattr(layer, name, tensor)  # as a parameter, or a plain attribute
        layer.eval()
        assert layer(t.ones(shape)).shape[0] == shape[0]


@pytest.mark.parametrize("t", [limpid, torch], ids=["limpid", "torch"])
def test_none_in_place_of_a_bias(t):
    for layer in (t.nn.Linear(2, 3), t.nn.Conv1d(2, 3, 1), t.nn.LayerNorm(2), t.nn.BatchNorm1d(2)):
        x = t.ones(2, 2, 1) if isinstance(layer, t.nn.Conv1d) else t.tensor([[1.0, 5.0], [2.0, 2.0]])
        with_bias, bias = layer(x), layer.bias.detach()
        layer.bias = None
        assert "bias" not in layer.state_dict()
        without = layer(x)
        difference = (with_bias - without).mean(0).flatten()
        assert t.allclose(difference, bias, atol=1e-5)
        del layer.bias
        layer.bias = None  # a plain attribute now
        assert t.equal(layer(x), without)


def test_a_float_index_is_an_index_error():
    for t in (torch, limpid):
        with pytest.raises(IndexError):
            t.ones(3)[t.tensor([1.0])]


def test_empty_views_say_where_they_begin():
    def places(t):
        x = t.arange(6).reshape(2, 3)
        return [v.storage_offset() for v in (x[2:], x[1:1], x[:, 3:], x[1, 2:2], x[0:0])]

    assert places(limpid) == places(torch)


def test_masks_of_uint8_are_warned_of():
    x, mask = limpid.zeros(3), limpid.tensor([0, 1, 1], dtype=limpid.uint8)
    with pytest.warns(UserWarning, match="a mask of uint8 is deprecated"):
        x[mask] = 2
    assert x.tolist() == [0.0, 2.0, 2.0]
    with pytest.warns(UserWarning, match="a mask of uint8 is deprecated"):
        x[np.array([1, 0, 0], dtype=np.uint8)] += 1
    assert x.tolist() == [1.0, 2.0, 2.0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning):
            x[mask]
