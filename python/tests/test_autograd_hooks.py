"""Hooks of tensors, of leaves and of what is saved, as in PyTorch."""

import pickle
import threading
import traceback

import numpy as np
import pytest

import limpid
from grad_cases import both, same, torch


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
