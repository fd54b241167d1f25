"""Hooks of modules: forward, backward, of all modules; what they see and replace is as in PyTorch."""

import pytest

import limpid
from limpid import nn
from nn_cases import torch


@pytest.mark.parametrize("make", [lambda: nn.Linear(2, 2), lambda: nn.Sequential(nn.Linear(2, 2))],
                         ids=["layer", "sequential"])
def test_forward_hooks(make):
    model = make()
    x = limpid.ones(1, 2)
    log = []
    first = model.register_forward_hook(lambda m, args, out: log.append(("hook", m is model, args[0] is x)))
    pre = model.register_forward_pre_hook(lambda m, args: log.append(("pre", len(args))))
    model(x)
    assert log == [("pre", 1), ("hook", True, True)]
    first.remove()
    pre.remove()
    pre.remove()
    bias = model(x * 0)
    model.register_forward_pre_hook(lambda m, args: args[0] * 0)
    model.register_forward_hook(lambda m, args, out: out + 1)
    model.register_forward_hook(lambda m, args, out: out * 2, prepend=True)
    assert (model(x) == bias * 2 + 1).all()
    log.clear()
    with model.register_forward_hook(lambda m, args, kwargs, out: log.append(kwargs), with_kwargs=True):
        model(x)
    model(x)
    assert log == [{}]


def hooked(library):
    """The same hooks under both imports; gives what they saw."""
    class Twice(library.nn.Module):
        def forward(self, x, factor=1):
            return x * 2 * factor, "text"

    model, log = Twice(), []
    model.register_forward_pre_hook(lambda m, args, kwargs: ((args[0] + 1,), {**kwargs, "factor": 3}),
                                    with_kwargs=True)
    model.register_forward_hook(lambda m, args, out: (out[0] * 10, out[1]))
    model.register_forward_hook(lambda m, args, out: log.append(out[0].tolist()))
    model.register_forward_hook(lambda m, args, out: log.append("first"), prepend=True)
    out = model(library.ones(2), factor=1)
    return log, out[0].tolist(), out[1]


def test_hooks_see_and_replace_what_pytorchs_do():
    assert hooked(limpid) == hooked(torch)


def backward_hooked(library):
    nn = library.nn
    inner = nn.Linear(2, 2)
    with library.no_grad():
        inner.weight.copy_(library.tensor([[1.0, 2.0], [3.0, 4.0]]))
        inner.bias.zero_()
    model = nn.Sequential(inner, nn.Tanh(), nn.Linear(2, 1, bias=False))
    with library.no_grad():
        model[2].weight.fill_(1)
    log = []

    def text(gradients):
        return [None if g is None else [round(v, 5) for v in g.flatten().tolist()] for g in gradients]

    inner.register_full_backward_hook(lambda m, gi, go: log.append(("inner", text(gi), text(go))))
    model[1].register_full_backward_pre_hook(lambda m, go: (go[0] * 2,))
    model[1].register_full_backward_hook(lambda m, gi, go: log.append(("tanh", text(gi), text(go))))
    model[2].register_full_backward_hook(lambda m, gi, go: (gi[0] * 3,))
    x = library.tensor([[0.1, -0.2]])
    model(x).sum().backward()
    y = library.tensor([[0.1, -0.2]]).requires_grad_()
    model(y).sum().backward()
    return log, [round(v, 5) for v in y.grad.flatten().tolist()], [
        round(v, 5) for p in model.parameters() for v in p.grad.flatten().tolist()]


@pytest.mark.filterwarnings("ignore:Full backward hook")
def test_backward_hooks_as_in_pytorch():
    assert backward_hooked(limpid) == backward_hooked(torch)


def test_removed_backward_hooks_are_gone():
    layer, log = nn.Linear(1, 1), []
    handle = layer.register_full_backward_hook(lambda *args: log.append(1))
    handle.remove()
    layer(limpid.ones(1, 1)).sum().backward()
    assert log == []


def test_always_called_hooks():
    class Broken(nn.Module):
        def forward(self, x):
            raise ZeroDivisionError

    model, log = Broken(), []
    model.register_forward_hook(lambda m, args, out: log.append(out), always_call=True)
    with pytest.raises(ZeroDivisionError):
        model(limpid.ones(1))
    assert log == [None]


def test_hooks_of_all_modules():
    def run(library):
        of_all = library.nn.modules.module
        log = []
        model = library.nn.Sequential(library.nn.Linear(3, 4), library.nn.ReLU(), library.nn.Linear(4, 1))
        with library.no_grad():
            for p in model.parameters():
                p.fill_(0.5)
        model[0].register_forward_hook(lambda m, args, y: log.append("own"))
        name = lambda m: type(m).__name__
        handles = [
            of_all.register_module_forward_pre_hook(lambda m, args: log.append(("before", name(m), len(args)))),
            of_all.register_module_forward_hook(lambda m, args, y: log.append(("after", name(m), tuple(y.shape)))),
            of_all.register_module_full_backward_pre_hook(lambda m, dy: log.append(("to", name(m), dy[0].sum().item()))),
            of_all.register_module_full_backward_hook(lambda m, dx, dy: log.append(("from", name(m), dx[0].sum().item()))),
            of_all.register_module_forward_hook(lambda m, args, y: y * 2 if name(m) == "ReLU" else None)]
        y = model(library.ones(2, 3, requires_grad=True))
        y.sum().backward()
        for handle in handles:
            handle.remove()
        log.append(y.tolist())
        model(library.ones(2, 3))
        return log

    assert run(limpid) == run(torch)
