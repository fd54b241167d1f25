"""A hook on several gradients: autograd.graph.register_multi_grad_hook, as in PyTorch."""

import threading

import pytest

import limpid
from grad_cases import torch


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

    ours, theirs = seen(limpid), seen(torch)
    assert len(theirs) == 8 and ours == theirs


def test_a_hook_on_several_gradients_tells_passes_of_threads_apart():
    x, calls = limpid.ones(2, requires_grad=True), []
    with limpid.autograd.graph.register_multi_grad_hook([x], calls.append, mode="any"):
        for _ in range(2):
            thread = threading.Thread(target=lambda: (x * 2).sum().backward())
            thread.start()
            thread.join()
    assert len(calls) == 2


def test_a_hook_on_several_gradients_is_called_where_one_is_none():
    def seen(t):
        class First(t.autograd.Function):
            @staticmethod
            def forward(ctx, x, y):
                return x * 2

            @staticmethod
            def backward(ctx, gradient):
                return gradient * 2, None

        x, y = t.ones(2, requires_grad=True), t.ones(2, requires_grad=True)
        out = []
        t.autograd.graph.register_multi_grad_hook(
            (x, y), lambda gradients: out.append([None if g is None else g.tolist() for g in gradients]))
        First.apply(x, y).sum().backward()
        return out

    assert seen(limpid) == seen(torch) == [[[2.0, 2.0], None]]


def test_a_pass_that_fails_leaves_nothing_of_a_hook_on_several_gradients():
    x, y = limpid.ones(2, requires_grad=True), limpid.ones(2, requires_grad=True)
    out = []
    limpid.autograd.graph.register_multi_grad_hook((x, y), out.append)

    def refuse(gradient):
        raise ZeroDivisionError

    z = (x * y).sum()
    handle = y.register_hook(refuse)
    with pytest.raises(ZeroDivisionError):
        z.backward(retain_graph=True)
    assert out == []
    handle.remove()
    z.backward()
    assert [[g.tolist() for g in gradients] for gradients in out] == [[[1, 1], [1, 1]]]
