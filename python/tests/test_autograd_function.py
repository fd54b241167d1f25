"""Functions of users: forward and backward, several outputs, errors, threads."""

import threading
import traceback

import pytest

import limpid
from grad_cases import both, same, torch


class MyError(Exception):
    pass


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
