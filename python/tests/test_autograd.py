"""limpid.autograd against PyTorch: grad, backward, hooks, modes, Function, checks of gradients."""

import gc
import pickle
import signal
import threading
import time
import traceback

import numpy as np
import pytest

import limpid

torch = pytest.importorskip("torch")


def same(ours, theirs, tolerance=1e-6):
    if theirs is None:
        assert ours is None
        return
    assert tuple(ours.shape) == tuple(theirs.shape)
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=tolerance, atol=tolerance)


def pair(values, **kwargs):
    """The same tensor in both libraries."""
    array = np.asarray(values, dtype="float64")
    return (limpid.tensor(array, **kwargs), torch.tensor(array, **kwargs))


def both(run):
    """run(library) in both: results or exceptions."""
    return run(limpid), run(torch)


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


# -- hooks


def test_hooks_replace_gradients_and_can_be_removed():
    def run(lib):
        x = lib.tensor([1.0, 2.0], requires_grad=True)
        seen = []
        y = x * 2
        first = y.register_hook(lambda g: seen.append(g.tolist()))
        second = x.register_hook(lambda g: g * 10)
        (y * y).sum().backward()
        first.remove()
        with second:
            pass
        second.remove()
        (x * 2).sum().backward()
        return seen, x.grad

    ours, theirs = both(run)
    assert ours[0] == theirs[0]
    same(ours[1], theirs[1])


def test_a_hook_can_be_removed_when_only_the_record_has_it():
    x = limpid.ones(1, requires_grad=True)
    middle = x * 2
    handle = middle.register_hook(lambda g: g * 100)
    y = middle * 3
    del middle
    handle.remove()
    y.backward()
    assert x.grad.item() == 6


def test_a_hook_may_remove_itself():
    x = limpid.ones(1, requires_grad=True)
    calls = []
    handle = x.register_hook(lambda g: (calls.append(1), handle.remove(), None)[-1])
    (x * 2).backward()
    (x * 2).backward()
    assert calls == [1]


class MyError(Exception):
    pass


def failing_hook(gradient):
    raise MyError("here")


def test_exceptions_in_hooks_come_with_type_and_traceback_and_leave_grad_alone():
    x, w = limpid.ones(1, requires_grad=True), limpid.ones(1, requires_grad=True)
    x.register_hook(failing_hook)
    with pytest.raises(MyError, match="here") as caught:
        (x * w).backward()
    assert "failing_hook" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert x.grad is None and w.grad is None
    with pytest.raises(RuntimeError, match="hook"):
        y = w * 1
        y.register_hook(lambda g: limpid.ones(5))
        y.backward()


def test_hooks_run_on_the_thread_of_the_pass():
    x = limpid.ones(3, requires_grad=True)
    seen = []
    x.register_hook(lambda g: seen.append(threading.get_ident()))
    worker = threading.Thread(target=lambda: (x * 2).sum().backward())
    worker.start()
    ident = worker.ident
    worker.join()
    assert seen == [ident] and x.grad.tolist() == [2, 2, 2]


def test_a_backward_within_a_hook():
    def run(lib):
        x, w = lib.tensor([1.0], requires_grad=True), lib.tensor([2.0], requires_grad=True)
        y = x * 3

        def hook(gradient):
            with lib.enable_grad():
                (w * w).backward()

        y.register_hook(hook)
        y.backward()
        return x.grad, w.grad

    for a, b in zip(*both(run)):
        same(a, b)


# -- modes


def test_modes_as_blocks():
    def run(lib):
        x = lib.ones(1, requires_grad=True)
        seen = []
        with lib.no_grad():
            seen.append((x * 2).requires_grad)
            with lib.enable_grad():
                seen.append((x * 2).requires_grad)
            with lib.set_grad_enabled(True):
                seen.append((x * 2).requires_grad)
            seen.append(lib.is_grad_enabled())
        with lib.inference_mode():
            seen.append((x * 2).requires_grad)
        with lib.inference_mode(False):
            seen.append((x * 2).requires_grad)
        seen.append(lib.is_grad_enabled())
        lib.set_grad_enabled(False)
        seen.append(lib.is_grad_enabled())
        lib.set_grad_enabled(True)
        try:
            with lib.no_grad():
                raise MyError
        except MyError:
            seen.append(lib.is_grad_enabled())
        return seen

    ours, theirs = both(run)
    assert ours == theirs


def test_modes_as_decorators():
    def run(lib):
        @lib.no_grad()
        def called(depth=0):
            """Doc."""
            return lib.is_grad_enabled() if depth == 2 else called(depth + 1)

        @lib.no_grad
        def bare():
            return lib.is_grad_enabled()

        @lib.inference_mode()
        def inferred():
            return lib.is_grad_enabled() or not lib.is_inference_mode_enabled()

        @lib.enable_grad()
        def recorded():
            return lib.is_grad_enabled()

        decorate = lib.set_grad_enabled(False)

        @decorate
        def switched():
            return lib.is_grad_enabled()

        seen = [called(), bare(), inferred(), switched(), called.__doc__, called.__name__, lib.is_grad_enabled()]
        with lib.no_grad():
            seen.append(recorded())
        return seen

    ours, theirs = both(run)
    assert ours == theirs


def test_modes_around_generators():
    def run(lib):
        seen = []

        @lib.no_grad()
        def counting(n):
            try:
                for i in range(n):
                    seen.append(lib.is_grad_enabled())
                    got = yield i
                    seen.append(got)
            except KeyError:
                seen.append(("caught", lib.is_grad_enabled()))
                yield "after"
            finally:
                seen.append(("end", lib.is_grad_enabled()))
            return "result"

        generator = counting(3)
        seen.append(next(generator))
        seen.append(lib.is_grad_enabled())
        seen.append(generator.send("hello"))
        seen.append(generator.throw(KeyError("x")))
        seen.append(lib.is_grad_enabled())
        generator.close()

        def outer():
            seen.append((yield from counting(1)))

        seen.extend(outer())
        return seen

    ours, theirs = both(run)
    assert ours == theirs


def test_modes_belong_to_threads():
    seen = []
    with limpid.no_grad():
        worker = threading.Thread(target=lambda: seen.append(limpid.is_grad_enabled()))
        worker.start()
        worker.join()
    assert seen == [True]


# -- Function


def cubes(lib):
    class Cube(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x, factor, unused=None):
            ctx.save_for_backward(x)
            ctx.factor = factor
            return x * x * x * factor

        @staticmethod
        def backward(ctx, dy):
            x, = ctx.saved_tensors
            return dy * 3 * x * x * ctx.factor, None, None

    return Cube


def test_function_with_first_and_second_derivatives():
    def run(lib):
        x = lib.tensor([1.0, 2.0, -1.5], dtype=lib.float64, requires_grad=True)
        y = cubes(lib).apply(x, 2.0, None)
        first, = lib.autograd.grad(y.sum(), x, create_graph=True)
        second, = lib.autograd.grad((first * first).sum(), x)
        return y, first, second

    for a, b in zip(*both(run)):
        same(a, b, 1e-12)
    assert cubes(limpid).apply(limpid.ones(1, requires_grad=True), 1, None).grad_fn.name() == "Cube"
    assert not cubes(limpid).apply(limpid.ones(1), 1).requires_grad
    with limpid.no_grad():
        assert not cubes(limpid).apply(limpid.ones(1, requires_grad=True), 1).requires_grad


def test_function_with_several_outputs_and_materialized_gradients():
    def run(lib):
        log = []

        class Parts(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x, w, label):
                log.append(ctx.needs_input_grad)
                order, floating = (x > 1).long(), x * 5
                ctx.mark_non_differentiable(order, floating)
                ctx.save_for_backward(x, w, None)
                if label == "none":
                    ctx.set_materialize_grads(False)
                return x * w, x + w, order, label, floating

            @staticmethod
            def backward(ctx, product, total, order, label, floating):
                x, w, nothing = ctx.saved_tensors
                log.append((nothing, label, None if total is None else total.tolist()))
                dx = product * w + (0 if total is None else total)
                return dx, product * x if ctx.needs_input_grad[1] else None, None

        out = []
        for label in ("zeros", "none"):
            x = lib.tensor([1.0, 2.0], requires_grad=True)
            w = lib.tensor([3.0, 4.0])
            product, total, order, text, floating = Parts.apply(x, w, label)
            log.append((order.requires_grad, floating.requires_grad, total.requires_grad, text, order.tolist()))
            product.sum().backward()
            out.append(x.grad)
        return log, out

    ours, theirs = both(run)
    assert ours[0] == theirs[0]
    for a, b in zip(ours[1], theirs[1]):
        same(a, b)


def test_function_with_setup_context_and_saved_output():
    def run(lib):
        class Exp(lib.autograd.Function):
            @staticmethod
            def forward(x):
                return lib.exp(x)

            @staticmethod
            def setup_context(ctx, inputs, output):
                x, = inputs
                ctx.save_for_backward(output)

            @staticmethod
            def backward(ctx, dy):
                y, = ctx.saved_tensors
                return dy * y

        x = lib.tensor([0.5, -1.0], dtype=lib.float64, requires_grad=True)
        y = Exp.apply(x)
        first, = lib.autograd.grad(y.sum(), x, create_graph=True)
        second, = lib.autograd.grad(first.sum(), x)
        return y, first, second

    for a, b in zip(*both(run)):
        same(a, b, 1e-12)


def failing_backward(ctx, dy):
    raise MyError("in backward")


def test_exceptions_in_forward_and_backward_keep_type_and_traceback():
    class Bad(limpid.autograd.Function):
        @staticmethod
        def forward(ctx, x, fail):
            if fail:
                raise MyError("in forward")
            return x * 2

        backward = staticmethod(failing_backward)

    x = limpid.ones(2, requires_grad=True)
    with pytest.raises(MyError, match="in forward"):
        Bad.apply(x, True)
    y = Bad.apply(x, False)
    with pytest.raises(MyError, match="in backward") as caught:
        y.sum().backward()
    assert "failing_backward" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert x.grad is None


@pytest.mark.parametrize("result, message", [
    (lambda dy: (dy, dy, dy), "incorrect number of gradients"),
    (lambda dy: dy, "incorrect number of gradients"),
    (lambda dy: (dy, dy), "different than None at position 2"),
])
def test_wrong_gradients_are_refused_as_in_pytorch(result, message):
    for lib in (limpid, torch):
        class Wrong(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x, number):
                return x * number

            @staticmethod
            def backward(ctx, dy):
                return result(dy)

        with pytest.raises(RuntimeError, match=message):
            Wrong.apply(lib.ones(2, requires_grad=True), 2).sum().backward()


def test_gradients_of_a_wrong_shape_are_refused():
    class Wrong(limpid.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, dy):
            return limpid.ones(7)

    with pytest.raises(RuntimeError, match=r"\(7\)|7"):
        Wrong.apply(limpid.ones(2, requires_grad=True)).sum().backward()


def test_a_function_without_backward_says_so():
    class Half(limpid.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x / 2

    with pytest.raises(NotImplementedError, match="backward"):
        Half.apply(limpid.ones(2, requires_grad=True)).sum().backward()


def test_once_differentiable():
    def run(lib):
        once = lib.autograd.function.once_differentiable

        class Square(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x * x

            @staticmethod
            @once
            def backward(ctx, dy):
                x, = ctx.saved_tensors
                return dy * 2 * x

        x = lib.tensor([3.0], requires_grad=True)
        Square.apply(x).backward()
        constant, = lib.autograd.grad(Square.apply(x), x, create_graph=True)
        assert not constant.requires_grad  # its own history must not show
        weight = lib.ones(1, requires_grad=True)
        first, = lib.autograd.grad(Square.apply(x) * weight, x, create_graph=True)
        with pytest.raises(RuntimeError, match="once_differentiable"):
            first.backward()
        return x.grad, first

    for a, b in zip(*both(run)):
        same(a, b)


def test_functions_within_functions_and_from_threads():
    cube = cubes(limpid)

    class Outer(limpid.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            with limpid.enable_grad():
                ctx.x = x.detach().requires_grad_()
                ctx.y = cube.apply(ctx.x, 1.0)
            return ctx.y.detach()

        @staticmethod
        def backward(ctx, dy):
            return limpid.autograd.grad(ctx.y, ctx.x, dy)[0]

    results = [None] * 4

    def work(i):
        x = limpid.full((3,), float(i), requires_grad=True)
        for _ in range(50):
            x.grad = None
            Outer.apply(x).sum().backward()
        results[i] = x.grad.tolist()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [[3.0 * i * i] * 3 for i in range(4)]


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


def test_hooks_after_the_gradient_was_added():
    def run(lib):
        x, w = lib.tensor([1.0, 2.0], requires_grad=True), lib.tensor([3.0, 4.0], requires_grad=True)
        seen = []

        def step(p):
            assert p is x
            seen.append(p.grad.tolist())
            with lib.no_grad():
                p -= 0.5 * p.grad
            p.grad = None

        handle = x.register_post_accumulate_grad_hook(step)
        for _ in range(2):
            (x * w).sum().backward()
        handle.remove()
        (x * w).sum().backward()
        with pytest.raises(RuntimeError):
            (x * 2).register_post_accumulate_grad_hook(step)
        return seen, x.tolist(), x.grad.tolist(), w.grad.tolist()

    ours, theirs = both(run)
    assert ours == theirs
    x = limpid.ones(1, requires_grad=True)
    x.register_post_accumulate_grad_hook(failing_hook)
    with pytest.raises(MyError):
        (x * 2).backward()


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


def test_hooks_on_saved_tensors():
    def run(library):
        hooks = library.autograd.graph.saved_tensors_hooks
        x = library.tensor([0.1, 1.3, 2.7], requires_grad=True)
        w = library.tensor([1.0, 2.0, 3.0], requires_grad=True)
        with hooks(lambda t: t.half(), lambda t: t.float()):
            rounded = (x * w).exp()
            with hooks(lambda t: (t.clone(), t.shape), lambda kept: kept[0] * 2):  # the innermost counts
                doubled = (x * x) * w
        outside = x * w
        found = [library.autograd.grad(y.sum(), (x, w), retain_graph=True) for y in (rounded, doubled, outside, rounded)]
        again = library.autograd.grad(rounded.sum(), x, create_graph=True)[0]
        return [g for pair in found for g in pair] + list(library.autograd.grad(again.sum(), x))

    for ours, theirs in zip(*both(run)):
        same(ours, theirs, 1e-3)


def test_saved_tensors_may_be_kept_elsewhere_by_all_ops():
    def gradients(hooks):
        limpid.manual_seed(0)
        model = limpid.nn.Sequential(
            limpid.nn.Conv2d(3, 8, 3, padding=1), limpid.nn.BatchNorm2d(8), limpid.nn.ReLU(), limpid.nn.MaxPool2d(2),
            limpid.nn.Dropout(0.5), limpid.nn.Flatten(2), limpid.nn.LSTM(16, 8, batch_first=True))
        attention = limpid.nn.MultiheadAttention(8, 2, batch_first=True)
        x = limpid.randn(2, 3, 8, 8, requires_grad=True)
        with hooks:
            y, _ = model(x)
            y = limpid.nn.functional.layer_norm(attention(y, y, y)[0], (8,))
            loss = limpid.nn.functional.cross_entropy(Square.apply(y).flatten(1), limpid.tensor([3, 5]))
        loss.backward()
        return [x.grad] + [p.grad for p in (*model.parameters(), *attention.parameters())]

    class Square(limpid.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, dy):
            return 2 * ctx.saved_tensors[0] * dy

    graph = limpid.autograd.graph
    plain = gradients(limpid.enable_grad())
    arrays = graph.saved_tensors_hooks(lambda t: (t.numpy().copy(), t.dtype), lambda kept: limpid.from_numpy(kept[0]).to(kept[1]))
    for hooks in (arrays, graph.save_on_cpu()):
        for a, b in zip(gradients(hooks), plain):
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-4, atol=1e-6)


def test_hooks_on_saved_tensors_that_fail():
    hooks = limpid.autograd.graph.saved_tensors_hooks
    x = limpid.ones(3, requires_grad=True)

    def fails(kept):
        raise MyError("mine")

    with pytest.raises(MyError), hooks(fails, lambda kept: kept):
        x.exp()
    for unpack, error, text in ((fails, MyError, "mine"), (lambda kept: 3, TypeError, "must return a tensor, not int"),
                                (lambda kept: kept[:2], RuntimeError, r"was given float32 \(3,\) and gave back float32 \(2,\)")):
        with hooks(lambda t: t, unpack):
            y = x.exp()
        with pytest.raises(error, match=text):
            y.sum().backward()
    (x * x).sum().backward()  # outside nothing is left of them
    assert x.grad.tolist() == [2.0, 2.0, 2.0]
    with pytest.raises(ValueError):
        limpid._C._pop_saved_hooks()


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


def test_a_hook_on_several_gradients():
    def seen(t):
        out = []
        a, b = (t.tensor(x, requires_grad=True) for x in ([1.0, 2.0], [3.0, 4.0]))
        c, d = a * b, a * b
        every = t.autograd.graph.register_multi_grad_hook(
            (a, b, c, d), lambda gradients: out.append([None if g is None else g.tolist() for g in gradients]))
        first = t.autograd.graph.register_multi_grad_hook((a, b, c), lambda gradient: out.append(gradient.tolist()), mode="any")
        c.sum().backward(retain_graph=True)
        c.sum().backward(inputs=(a,), retain_graph=True)
        (c * d).sum().backward(retain_graph=True)
        t.autograd.grad(c.sum() + d.sum(), [c, d], retain_graph=True)
        every.remove()
        first.remove()
        c.sum().backward()
        with pytest.raises(ValueError):
            t.autograd.graph.register_multi_grad_hook((a, b), print, mode="some")
        return out

    assert seen(limpid)[:6] == seen(torch)[:6]


def test_hooks_that_keep_tensors_can_be_refused():
    for t in (limpid, torch):
        with t.autograd.graph.disable_saved_tensors_hooks("not here"), pytest.raises(RuntimeError, match="not here"):
            with t.autograd.graph.save_on_cpu():
                pass
        with t.autograd.graph.save_on_cpu():
            pass


def doubled(gradient):
    return gradient * 2


def test_handles_can_be_pickled():
    for t in (limpid, torch):
        w = t.ones(2, requires_grad=True)
        handle = w.register_hook(doubled)
        twin = pickle.loads(pickle.dumps(handle))
        assert twin.id == handle.id
        twin.remove()  # of a copy of the hooks: the hook stays
        w.sum().backward()
        assert w.grad.tolist() == [2.0, 2.0]


def test_set_puts_a_tensor_over_other_memory():
    def made(t):
        x = t.arange(6.0).reshape(2, 3)
        y = t.ones(2).set_(x)
        y[0, 0] = 9.0
        parts = [t.ones(2).set_(x, 1, (2, 2), (1, 2)), t.ones(2).set_(x.untyped_storage(), 2, (2,)), t.ones(2).set_(x.untyped_storage()),
                 t.ones(1).set_(), t.ones(2).set_(x.t())]
        return x.tolist(), [(part.tolist(), part.stride()) for part in parts]

    assert made(limpid) == made(torch)
    for t in (limpid, torch):
        with pytest.raises(RuntimeError):
            t.ones(2).set_(t.tensor([1, 2]))
        with pytest.raises(TypeError):
            t.ones(2).set_(3)
