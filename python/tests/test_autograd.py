"""limpid.autograd against PyTorch: grad and backward, history, checks of gradients, checkpoints."""

import gc
import signal
import threading
import time

import pytest

import limpid
from grad_cases import both, same, torch


class MyError(Exception):
    pass


def failing_hook(gradient):
    raise MyError("here")


# -- grad and backward


@pytest.mark.parametrize("create_graph", [False, True])
def test_grad_of_several_outputs_and_inputs(create_graph):
    def run(lib):
        x = lib.tensor([1.0, 2.0, 3.0], requires_grad=True)
        w = lib.tensor([[1.0, -1.0, 2.0]], requires_grad=True)
        unused = lib.tensor([5.0], requires_grad=True)
        y, z = (w * x * x).sum(), w * 3.0
        return lib.autograd.grad((y, z), (x, w, unused), (None, lib.tensor([[1.0, 2.0, 3.0]])),
                                 create_graph=create_graph, allow_unused=True)

    ours, theirs = both(run)
    assert isinstance(ours, tuple)
    for a, b in zip(ours, theirs):
        same(a, b)
        assert a is None or a.requires_grad == b.requires_grad


def test_grad_leaves_every_grad_alone_and_refuses_unused_inputs():
    x, unused = limpid.ones(2, requires_grad=True), limpid.ones(2, requires_grad=True)
    y = x * 2
    found, = limpid.autograd.grad(y.sum(), x)
    assert found.tolist() == [2, 2] and x.grad is None
    with pytest.raises(RuntimeError, match="input 0 does not influence"):
        limpid.autograd.grad((x * 2).sum(), unused)
    zeros = limpid.autograd.grad((x * 2).sum(), [x, unused], materialize_grads=True)[1]
    assert zeros.tolist() == [0, 0]


def test_grad_of_something_in_the_middle():
    def run(lib):
        x = lib.tensor([2.0], requires_grad=True)
        middle = x * x
        y = middle * middle
        return lib.autograd.grad(y, middle)[0]

    same(*both(run))


def test_third_derivative():
    def run(lib):
        x = lib.tensor(0.7, dtype=lib.float64, requires_grad=True)
        y = lib.exp(x) * x ** 3
        for _ in range(3):
            y, = lib.autograd.grad(y, x, create_graph=True)
        return y

    same(*both(run), 1e-10)


def test_backward_of_several_tensors_and_into_chosen_inputs():
    def run(lib):
        x, w = lib.tensor([1.0, 2.0], requires_grad=True), lib.tensor([3.0, 4.0], requires_grad=True)
        middle = x * w
        lib.autograd.backward([middle, x * 2], [lib.tensor([1.0, 1.0]), lib.tensor([0.5, 0.5])])
        (x * w).sum().backward(inputs=[w])
        (x * w).sum().backward(inputs=w)
        return x.grad, w.grad

    for a, b in zip(*both(run)):
        same(a, b)


def test_backward_accumulates_and_says_when_the_graph_was_freed():
    def run(lib):
        x = lib.tensor([1.0, 2.0], requires_grad=True)
        y = (x * x).sum()
        y.backward(retain_graph=True)
        y.backward()
        with pytest.raises(RuntimeError, match="second"):
            y.backward()
        return x.grad

    same(*both(run))


@pytest.mark.parametrize("case", ["no_grad", "not_scalar", "wrong_shape", "integer", "empty_inputs"])
def test_misuse_is_a_runtime_error_in_both(case):
    def run(lib):
        x = lib.tensor([1.0, 2.0], requires_grad=case != "no_grad")
        if case == "integer":
            return lib.tensor([1, 2], requires_grad=True)
        if case == "empty_inputs":
            return x.sum().backward(inputs=[])
        if case == "wrong_shape":
            return (x * 1).backward(lib.ones(3))
        return (x * 1).backward() if case == "not_scalar" else x.sum().backward()

    for lib in (limpid, torch):
        with pytest.raises(RuntimeError):
            run(lib)


def test_saved_tensors_that_changed_are_named():
    x = limpid.ones(3, requires_grad=True)
    middle = x * 2
    y = middle * middle
    middle.add_(1)
    with pytest.raises(RuntimeError, match="changed in place by add_"):
        y.sum().backward()


def test_a_million_ops_neither_overflow_nor_leak():
    x = limpid.ones(1, requires_grad=True)
    y = x
    for _ in range(200_000):
        y = y + x
    y.backward()
    assert x.grad.item() == 200_001


# -- what tensors say of their history


def test_grad_fn():
    x = limpid.ones(2, requires_grad=True)
    y = x * 2 + 1
    assert x.grad_fn is None and limpid.ones(1).grad_fn is None
    assert repr(y.grad_fn) == "<Add>" and y.grad_fn.name() == "Add"
    (multiply, _), *rest = y.grad_fn.next_functions
    assert multiply.name() == "Multiply"
    assert y.grad_fn == y.grad_fn and len({y.grad_fn, y.grad_fn}) == 1 and y.grad_fn != multiply
    leaf = multiply.next_functions[0][0]
    assert leaf.next_functions == ()
    assert isinstance(y.grad_fn, limpid.autograd.graph.Node)
    node = y.grad_fn
    del y, multiply, leaf, rest
    assert node.next_functions[0][0].name() == "Multiply"  # keeps what is behind it


def test_is_leaf_retain_grad_and_detach():
    def run(lib):
        x = lib.tensor([1.0, 2.0], requires_grad=True)
        y = x * 3
        y.retain_grad()
        (y * y).sum().backward()
        return x.is_leaf, y.is_leaf, y.retains_grad, y.detach().requires_grad, y.grad, x.grad

    ours, theirs = both(run)
    assert ours[:4] == theirs[:4]
    same(ours[4], theirs[4])
    same(ours[5], theirs[5])


def test_grad_can_be_set_and_cleared():
    x = limpid.ones(2, requires_grad=True)
    x.grad = limpid.tensor([1.0, 2.0])
    x.sum().backward()
    assert x.grad.tolist() == [2, 3]
    x.grad = None
    assert x.grad is None
    with pytest.raises(RuntimeError):
        x.grad = limpid.ones(3)


# -- checks


def test_gradcheck_passes_and_fails():
    class Wrong(limpid.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * x

        @staticmethod
        def backward(ctx, dy):
            return dy

    x = limpid.randn(3, 2, dtype=limpid.float64, requires_grad=True)
    assert limpid.autograd.gradcheck(lambda a, n: (a.exp() * n, a.sum()), (x, 3))
    assert limpid.autograd.gradgradcheck(lambda a: a ** 3, x)
    assert limpid.autograd.gradcheck(Wrong.apply, x, raise_exception=False) is False
    with pytest.raises(RuntimeError, match="central difference"):
        limpid.autograd.gradcheck(Wrong.apply, x)
    with pytest.raises(RuntimeError, match="central difference"):
        limpid.autograd.gradgradcheck(lambda a: limpid.sin(a) * a.detach(), x * 1)
    for lib in (limpid, torch):
        with pytest.raises(ValueError):
            lib.autograd.gradcheck(lambda a: a, lib.ones(2, dtype=lib.float64))
    with pytest.raises(MyError):
        limpid.autograd.gradcheck(lambda a: failing_hook(a), x)


def test_anomalies_are_named():
    x = limpid.zeros(2, requires_grad=True)

    def loss():
        return (limpid.sqrt(x) * 0.0).sum()  # inf * 0 within the gradient of sqrt

    loss().backward()
    assert x.grad.isnan().all()
    with pytest.warns(UserWarning), limpid.autograd.detect_anomaly():
        with pytest.raises(RuntimeError, match="Sqrt.*nan"):
            loss().backward()
    with limpid.autograd.set_detect_anomaly(True):
        assert limpid.is_anomaly_enabled()
        with pytest.raises(RuntimeError, match="nan"):
            loss().backward()
    assert not limpid.is_anomaly_enabled()
    loss().backward()


# -- functional


def test_jacobian_hessian_and_products():
    def run(lib):
        x = lib.tensor([[0.3, -1.2], [0.5, 2.0]], dtype=lib.float64)
        w = lib.tensor([1.0, 2.0], dtype=lib.float64)
        f = lib.autograd.functional

        def two(a, b):
            return lib.exp(a) * b, (a * a).sum()

        def scalar(a, b):
            return (lib.exp(a) * b * b).sum()

        v, u = lib.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=lib.float64), lib.tensor([0.5, -1.0], dtype=lib.float64)
        out = [f.jacobian(lambda a: lib.exp(a) * 2, x)]
        out += [part for row in f.jacobian(two, (x, w)) for part in row]
        out += [part for row in f.hessian(scalar, (x, w)) for part in row]
        out += [f.hessian(lambda a: (a ** 3).sum(), x)]
        for result, products in (f.vjp(two, (x, w), (v, lib.tensor(2.0, dtype=lib.float64))),
                                 f.jvp(two, (x, w), (v, u))):
            out += [*result, *products]
        result, products = f.vhp(scalar, (x, w), (v, u))
        out += [result, *products]
        result, products = f.hvp(scalar, (x, w), (v, u))
        out += [result, *products]
        return out

    ours, theirs = both(run)
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs):
        assert not a.requires_grad
        same(a, b, 1e-10)


def test_jacobian_that_can_be_differentiated():
    def run(lib):
        x = lib.tensor([0.3, -1.2], dtype=lib.float64, requires_grad=True)
        j = lib.autograd.functional.jacobian(lambda a: a ** 3, x, create_graph=True)
        return lib.autograd.grad(j.sum(), x)[0]

    same(*both(run), 1e-12)


# -- Ctrl-C


@pytest.fixture
def ctrl_c():
    """SIGINT raises KeyboardInterrupt, also where a shell started these tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_a_long_backward(ctrl_c):
    x = limpid.ones(1, requires_grad=True)
    y = x
    for _ in range(400_000):
        y = y * x
    timer = threading.Timer(0.02, lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGINT))
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        timer.start()
        while time.monotonic() < start + 60:  # the first pass may be over before the signal comes
            y.backward(retain_graph=True)
    frames = gc.collect() >= 0
    assert frames
    timer.join()
    before = 0.0 if x.grad is None else x.grad.item()
    (x * 1).backward()
    assert x.grad.item() == before + 1  # all is well afterwards


# -- checkpoints, and the rest


def test_checkpoint():
    from limpid.utils.checkpoint import checkpoint, checkpoint_sequential

    def run(lib, through):
        w = lib.tensor([[1.0, -2.0], [0.5, 3.0]], requires_grad=True)
        x = lib.tensor([[1.0, 2.0]], requires_grad=True)
        calls = []

        def block(a, factor, b):
            calls.append(lib.is_grad_enabled())
            return lib.tanh(a @ w) * factor, a + b

        y, z = through(block, x, 2.0, lib.ones(2))
        (y.sum() + z.sum()).backward()
        return calls, x.grad, w.grad

    plain = run(torch, lambda f, *args: f(*args))
    calls, *gradients = run(limpid, checkpoint)
    assert calls == [False, True]
    for a, b in zip(gradients, plain[1:]):
        same(a, b)
    w = limpid.ones(2, requires_grad=True)
    checkpoint(lambda a: a * w, limpid.ones(2)).sum().backward()  # only what it uses wants gradients
    assert w.grad.tolist() == [1, 1]
    noise = []
    x = limpid.ones(3, requires_grad=True)
    checkpoint(lambda a: (noise.append(limpid.rand(3)), a * noise[-1])[1], x).sum().backward()
    assert noise[0].tolist() == noise[1].tolist() == x.grad.tolist()
    layers = [limpid.sin, limpid.exp, limpid.tanh, lambda a: a * 2]
    for segments in (1, 2, 3, 4):
        x.grad = None
        checkpoint_sequential(layers, segments, x).sum().backward()
        expected = torch.ones(3, requires_grad=True)
        (torch.tanh(torch.exp(torch.sin(expected))) * 2).sum().backward()
        same(x.grad, expected.grad)


def test_variable():
    x = limpid.autograd.Variable(limpid.ones(2), requires_grad=True)
    assert x.requires_grad and isinstance(x, limpid.autograd.Variable) and isinstance(x, limpid.Tensor)
    assert not limpid.autograd.Variable(limpid.ones(2)).requires_grad


OVERWRITTEN = ["x.copy_(w)", "x.fill_(w[0])", "x.zero_()", "x.eq_(1)", "x.bernoulli_(0.5)", "x.exponential_()", "x.random_()",
               "x.normal_()", "x.__setitem__(slice(None), w)", "x.copy_(w.double())", "x.copy_(x + w)", "x.mul_(w)"]


@pytest.mark.parametrize("line", OVERWRITTEN)
def test_what_is_overwritten_has_the_gradient_zero(line):
    def run(library):
        leaf = library.tensor([1.0, 2.0], requires_grad=True)
        w = library.tensor([3.0, 5.0], requires_grad=True)
        x = leaf.clone()
        eval(line, {"x": x, "w": w})
        return library.autograd.grad(x.sum(), (leaf, w), allow_unused=True)

    for ours, theirs in zip(*both(run)):
        same(ours, theirs)


def test_a_gradient_may_be_deleted():
    for library in (limpid, torch):
        x = library.ones(2, requires_grad=True)
        x.sum().backward()
        del x.grad
        assert x.grad is None
        x.sum().backward()
        assert x.grad.tolist() == [1.0, 1.0]


def test_leaves_of_the_record_know_their_tensor():
    x = limpid.ones(2, requires_grad=True)
    leaf = (x * 2).grad_fn.next_functions[0][0]
    assert leaf.variable is x
    with pytest.raises(AttributeError):
        (x * 2).grad_fn.variable
    del x
    gc.collect()
    assert leaf.variable is None


def test_gradients_of_a_batch_of_outputs():
    def run(library):
        x, w = library.tensor([1.0, 2.0, 3.0], requires_grad=True), library.tensor(2.0, requires_grad=True)
        unused = library.ones(1, requires_grad=True)
        jacobian, of_w, none = library.autograd.grad(x**2 * w, (x, w, unused), library.eye(3), is_grads_batched=True,
                                                     allow_unused=True, create_graph=True)
        return [jacobian, of_w, none, library.autograd.grad(jacobian.sum(), w)[0]]

    for ours, theirs in zip(*both(run)):
        same(ours, theirs)
    x = limpid.ones(3, requires_grad=True)
    for given in (None, limpid.tensor(1.0), limpid.ones(0, 3)):
        with pytest.raises(RuntimeError, match="one more axis in front"):
            limpid.autograd.grad(x * 2, x, given, is_grads_batched=True)


def test_set_puts_a_tensor_over_other_memory():
    def made(t):
        x = t.arange(6.0).reshape(2, 3)
        y = t.ones(2).set_(x)
        y[0, 0] = 9.0
        parts = [t.ones(2).set_(x, 1, (2, 2), (1, 2)), t.ones(2).set_(x.untyped_storage(), 2, (2,)), t.ones(2).set_(x.untyped_storage()),
                 t.ones(1).set_(), t.ones(2).set_(x.t()), t.ones(2).set_(x[1], 1, (2,)), x[1].as_strided_((2,), (2,), 1)]
        return x.tolist(), [(part.tolist(), part.stride(), part.storage_offset()) for part in parts]

    assert made(limpid) == made(torch)
    for t in (limpid, torch):
        with pytest.raises(RuntimeError):
            t.ones(2).set_(t.tensor([1, 2]))
        with pytest.raises(RuntimeError):
            t.ones(2, requires_grad=True).set_(t.ones(3))
        with pytest.raises(RuntimeError):
            t.ones(2).set_(t.ones(2, device="meta"))
        with pytest.raises(TypeError):
            t.ones(2).set_(3)
