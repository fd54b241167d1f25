"""The parts and neighbours of numbers, bits seen as another dtype, strides of one's own, counts drawn at random."""

import math

import numpy as np
import pytest

import limpid

torch = pytest.importorskip("torch")
FLOATS = ("float16", "bfloat16", "float32", "float64")
HARD = [0.0, -0.0, 1.0, -3.5, 1e-3, 0.5, 0.75, 2.0, 1e4, math.inf, -math.inf, math.nan]


def both(values, dtype="float32"):
    return (library.tensor(values, dtype=getattr(library, dtype)) for library in (limpid, torch))


def bits(tensor):
    return tensor.double().numpy().tobytes()


@pytest.mark.parametrize("dtype", FLOATS)
def test_frexp(dtype):
    x, tx = both(HARD + [limpid.finfo(getattr(limpid, dtype)).tiny, -limpid.finfo(getattr(limpid, dtype)).max], dtype)
    ours, theirs = limpid.frexp(x), torch.frexp(tx)
    np.testing.assert_array_equal(ours.mantissa.double().numpy(), theirs.mantissa.double().numpy())
    finite = tx.isfinite()
    assert ours.exponent[limpid.tensor(finite.tolist())].tolist() == theirs.exponent[finite].tolist()
    assert ours.exponent.dtype == limpid.int32 and limpid.equal(x.frexp()[1], ours[1])


def test_frexp_of_the_smallest_numbers_and_its_gradient():
    x, tx = both([5e-324, 1.5e-310, 1.7e308], "float64")
    assert limpid.frexp(x).exponent.tolist() == torch.frexp(tx).exponent.tolist()
    assert limpid.frexp(x).mantissa.tolist() == torch.frexp(tx).mantissa.tolist()
    y, ty = (t.requires_grad_() for t in both([3.0, -0.2]))
    limpid.frexp(y).mantissa.sum().backward(), torch.frexp(ty).mantissa.sum().backward()
    assert y.grad.tolist() == ty.grad.tolist()
    with pytest.raises(limpid.DTypeError):
        limpid.frexp(limpid.tensor([1]))


@pytest.mark.parametrize("dtype", ("bfloat16", "float32", "float64"))
def test_nextafter(dtype):
    for target in (math.inf, -math.inf, 0.0, 1.0, math.nan):
        (x, tx), (y, ty) = both(HARD, dtype), both([target], dtype)
        assert bits(limpid.nextafter(x, y)) == bits(torch.nextafter(tx, ty)), target
    z = limpid.tensor([1.0])
    assert z.nextafter_(limpid.tensor(2.0)) is z and z.item() > 1


@pytest.mark.parametrize("shape, start, dtype", [((2, 4), "float32", "int32"), ((2, 4), "float32", "uint8"),
                                                 ((2, 4), "float32", "float64"), ((4,), "int64", "float16"),
                                                 ((3, 8), "uint8", "int64"), ((0, 2), "float32", "float64")])
def test_view_as_another_dtype(shape, start, dtype):
    values = np.arange(math.prod(shape)).reshape(shape)
    x, tx = both(values, start)
    y, ty = x.view(getattr(limpid, dtype)), tx.view(getattr(torch, dtype))
    assert y.shape == ty.shape and y.numpy().tobytes() == ty.numpy().tobytes() and y.stride() == ty.stride()
    if x.numel():
        assert y.data_ptr() == x.data_ptr()
        y[0] = 1  # shares memory
        ty[0] = 1
        assert x.numpy().tobytes() == tx.numpy().tobytes()


def test_views_of_dtypes_that_do_not_fit():
    for make, to in ((lambda l: l.ones(3), "float64"), (lambda l: l.ones(4, 4).t(), "float64"),
                     (lambda l: l.ones(()), "float64"), (lambda l: l.ones(2, 3)[:, 1:], "float64")):
        for library in (limpid, torch):
            with pytest.raises(RuntimeError):
                make(library).view(getattr(library, to))
    assert limpid.ones(4, 4).t().view(limpid.int32).stride() == (1, 4)


def test_as_strided_is_a_view():
    for library in (limpid, torch):
        x = library.arange(10.0)
        windows = x.as_strided((4, 3), (2, 1))
        x[2] = 50
        assert windows[0, 2].item() == windows[1, 0].item() == 50
        leaf = library.zeros(6, requires_grad=True)
        base = leaf * 1
        base.as_strided((2,), (3,), 1).add_(library.tensor([1.0, 2.0])).mul_(3)
        base.sum().backward()
        assert leaf.grad.tolist() == [1, 3, 1, 1, 3, 1] and base.tolist() == [0, 3, 0, 0, 6, 0]
        assert library.as_strided_scatter(library.zeros(4), library.ones(2), (2,), (2,)).tolist() == [1, 0, 1, 0]
        assert library.empty_strided((2, 3), (1, 2)).stride() == (1, 2)
        with pytest.raises(RuntimeError):
            x.as_strided((20,), (1,))
    y = limpid.arange(6.0, dtype=limpid.float64).reshape(2, 3)
    for make in (lambda t: t.as_strided((3, 2), (1, 1)), lambda t: t.t().as_strided((2, 2), (2, 1), 1),
                 lambda t: t[:1].expand(3, 3).as_strided((3,), (1,))):
        assert limpid.autograd.gradcheck(make, (y.clone().requires_grad_(),))
        assert limpid.autograd.gradgradcheck(make, (y.clone().requires_grad_(),))


def test_as_strided_scatter_has_the_gradients_of_what_stays_and_what_comes():
    """PyTorch's own reaches the elements that were replaced, and not the others."""
    x, y = (limpid.ones(4, dtype=limpid.float64, requires_grad=True), limpid.ones(2, dtype=limpid.float64, requires_grad=True))
    assert limpid.autograd.gradcheck(lambda a, b: limpid.as_strided_scatter(a * 1, b, (2,), (2,)), (x, y))


def test_where_of_a_condition_names_its_places():
    for library in (limpid, torch):
        rows, columns = library.where(library.tensor([[True, False], [False, True]]))
        assert rows.tolist() == [0, 1] and columns.tolist() == [0, 1]


@pytest.mark.parametrize("rate", [0.0, 0.3, 4.0, 12.0, 500.0])
def test_poisson(rate):
    limpid.manual_seed(0)
    draws = limpid.poisson(limpid.full((4000,), rate))
    assert draws.dtype == limpid.float32 and limpid.equal(draws, draws.round()) and bool((draws >= 0).all())
    assert abs(draws.mean().item() - rate) <= 5 * (rate / 4000) ** 0.5
    if rate:
        assert abs(draws.var().item() / rate - 1) < 0.15
    generator = limpid.Generator().manual_seed(3)
    again = limpid.Generator().manual_seed(3)
    assert limpid.equal(limpid.poisson(draws, generator), limpid.poisson(draws, again))
    with pytest.raises(ValueError):
        limpid.poisson(limpid.tensor([-1.0]))


def test_binomial():
    limpid.manual_seed(0)
    draws = limpid.binomial(limpid.full((4000,), 10.0), limpid.tensor(0.3))
    assert abs(draws.mean().item() - 3) < 0.12 and draws.max() <= 10 and draws.min() >= 0
    assert limpid.binomial(limpid.tensor([3.0]), limpid.tensor([1.0])).tolist() == [3.0]


def test_typed_constructors():
    assert limpid.FloatTensor([1, 2]).dtype == limpid.float32 and limpid.LongTensor(2, 3).shape == (2, 3)
    assert isinstance(limpid.ones(1), limpid.FloatTensor) and not isinstance(limpid.ones(1), limpid.LongTensor)
    assert limpid.BoolTensor([1, 0]).tolist() == [True, False]
    assert limpid.LongTensor(limpid.Size([2])).shape == (2,)
    for number in (True, 2.5):  # no sizes
        with pytest.raises(TypeError, match="FloatTensor: data must be a sequence"):
            limpid.FloatTensor(number)


def test_names_of_types():
    classes = {limpid.float16: "HalfTensor", limpid.bfloat16: "BFloat16Tensor", limpid.float32: "FloatTensor",
               limpid.float64: "DoubleTensor", limpid.uint8: "ByteTensor", limpid.int8: "CharTensor",
               limpid.int16: "ShortTensor", limpid.int32: "IntTensor", limpid.int64: "LongTensor",
               limpid.bool: "BoolTensor"}
    x = limpid.tensor([0.0, 1.0])
    for dtype, name in classes.items():
        assert x.to(dtype).type() == limpid.typename(x.to(dtype)) == f"limpid.{name}"
        for kind in (dtype, getattr(limpid, name), f"limpid.{name}", f"torch.{name}"):
            assert x.type(kind).dtype == dtype and x.type(kind).tolist() == [0, 1]
        assert isinstance(limpid.nn.Parameter(x.to(dtype), requires_grad=False), getattr(limpid, name))
    assert x.type("torch.FloatTensor") is x and x.type("torch.Tensor") is x and x.type(limpid.Tensor) is x
    model = limpid.nn.BatchNorm1d(2).type("torch.DoubleTensor")
    assert model.weight.type() == model.num_batches_tracked.type() == "limpid.DoubleTensor"
    for wrong in ("DoubleTensor", "torch.float64", "torch.cuda.FloatTensor"):
        with pytest.raises(ValueError, match="invalid type"):
            x.type(wrong)
    with pytest.raises(TypeError, match="a class such as limpid.FloatTensor"):
        x.type(3)


def test_default_tensor_type():
    limpid.set_default_tensor_type("torch.FloatTensor")
    limpid.set_default_tensor_type(limpid.FloatTensor)
    with pytest.raises(TypeError, match="name the dtype"):
        limpid.set_default_tensor_type(limpid.DoubleTensor)


EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, 0.1, 0.9, 2.0, math.inf, -math.inf, math.nan]
AT_EDGES = {
    "entr": lambda library, x, y: library.special.entr(x),
    "logit": lambda library, x, y: library.logit(x),
    "logit with eps": lambda library, x, y: library.special.logit(x[:-1], 0.1),  # at NaN PyTorch gives 0 or NaN
    "xlog1py": lambda library, x, y: library.special.xlog1py(x, y),
    "xlog1py of a number and a tensor": lambda library, x, y: library.special.xlog1py(2, x),
    "xlog1py of a tensor and a number": lambda library, x, y: library.special.xlog1py(x, -1),
    "angle": lambda library, x, y: library.angle(x),
}


@pytest.mark.parametrize("name", AT_EDGES)
@pytest.mark.parametrize("dtype", ("float32", "float64"))
def test_gradients_at_the_edges_of_domains(name, dtype):
    results = []
    for library in (limpid, torch):
        x, y = (library.tensor(EDGES, dtype=getattr(library, dtype), requires_grad=True) for _ in range(2))
        z = AT_EDGES[name](library, x[:, None], y)
        dx = library.autograd.grad(z.sum(), x, retain_graph=True)[0]
        rows = [library.autograd.grad(z[:, k].sum(), (x, y), allow_unused=True, retain_graph=True)
                for k in range(z.shape[1])]
        flat = [dx] + [g for row in rows for g in row if g is not None]
        results.append((z.detach().tolist(), [g.tolist() for g in flat]))
    (z, grads), (tz, tgrads) = results
    tolerance = {"float32": 1e-5, "float64": 1e-12}[dtype]
    np.testing.assert_allclose(z, tz, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(grads, tgrads, rtol=tolerance, atol=tolerance)


def test_second_gradients_of_functions_with_a_gradient_of_their_own():
    x = limpid.tensor([0.3, 0.8], dtype=limpid.float64, requires_grad=True)
    y = limpid.tensor([[0.3], [1.2]], dtype=limpid.float64, requires_grad=True)
    assert limpid.autograd.gradgradcheck(limpid.special.entr, (x,))
    assert limpid.autograd.gradgradcheck(limpid.logit, (x,))
    assert limpid.autograd.gradgradcheck(limpid.special.xlog1py, (x, y))


@pytest.mark.parametrize("mode", ("floor", "trunc"))
def test_rounded_quotients_have_gradients_of_zero(mode):
    results = []
    for library in (limpid, torch):
        x = library.tensor([[7.5], [-7.5], [0.0], [math.inf], [math.nan]], requires_grad=True)
        y = library.tensor([2.0, -2.0, 0.0, math.inf], dtype=library.float64, requires_grad=True)
        z = library.div(x, y, rounding_mode=mode)
        z.sum().backward()
        results.append((str(z.dtype).split(".")[1], x.grad.tolist(), y.grad.tolist()))
        assert library.div(x, 2, rounding_mode=mode).requires_grad
        plain = library.div(x.detach(), y.detach(), rounding_mode=mode)
        np.testing.assert_array_equal(z.detach().numpy(), plain.numpy())
    assert results[0] == results[1]


def test_the_sign_that_copysign_takes_has_a_gradient_of_zero():
    results = []
    for library in (limpid, torch):
        x = library.tensor([[1.5], [-2.0], [0.0]], requires_grad=True)
        y = library.tensor([1.0, -1.0, 0.0, -0.0], dtype=library.float64, requires_grad=True)
        z = library.copysign(x, y)
        z.square().sum().backward()
        results.append((str(z.dtype).split(".")[1], bits(z.detach()), x.grad.tolist(), y.grad.tolist()))
    assert results[0] == results[1]


@pytest.mark.parametrize("name", ["hardsigmoid", "hardswish", "relu6", "hardtanh"])
@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_straight_activations_of_every_16_bit_number(dtype, name):
    results = []
    for library in (limpid, torch):
        every = library.from_numpy(np.arange(65536, dtype=np.uint16).view(np.int16)).view(getattr(library, dtype))
        x = every[every.abs() < 5e37].requires_grad_()  # beyond, PyTorch's hardswish of bfloat16 is infinite
        y = getattr(library.nn.functional, name)(x)
        y.backward(library.full_like(y, 0.7))
        results.append((y.detach().double().numpy(), x.grad.double().numpy()))
    (y, dx), (ty, tdx) = results
    np.testing.assert_array_equal(y, ty)
    np.testing.assert_array_equal(dx, tdx)


BOUNDS = {
    "relu": lambda t, x: t.relu(x), "relu_": lambda t, x: x.clone().relu_(), "clamp(min)": lambda t, x: x.clamp(min=0),
    "clamp(min, max)": lambda t, x: x.clamp(0, 1), "clamp(max)": lambda t, x: x.clamp(max=0.0), "clamp_": lambda t, x: x.clone().clamp_(0),
    "relu6": lambda t, x: t.nn.functional.relu6(x), "hardtanh": lambda t, x: t.nn.functional.hardtanh(x, 0.0, 1.0)}


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("dtype", FLOATS)
def test_bounds_leave_the_sign_of_zero(dtype, name):
    for n in (1, 7, 40):
        x, tx = both([-0.0, 0.0, -1.0, 2.0, -math.inf] * n, dtype)
        assert bits(BOUNDS[name](limpid, x)) == bits(BOUNDS[name](torch, tx))
