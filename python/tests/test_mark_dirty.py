"""autograd.Function whose forward changes its inputs in place, beside PyTorch."""

import pytest

import limpid

torch = pytest.importorskip("torch")


def function(module, alone=False):
    """x times a number, in place, and the sum; `alone`: without the sum, as PyTorch wants it of views."""
    class Triple(module.autograd.Function):
        @staticmethod
        def forward(ctx, x, factor):
            x.mul_(factor)
            ctx.mark_dirty(x)
            ctx.save_for_backward(x)
            ctx.factor = factor
            return x if alone else (x, x.sum())

        @staticmethod
        def backward(ctx, dx, dsum=0):
            x, = ctx.saved_tensors
            return (dx + dsum) * ctx.factor + 0 * x, None

    return Triple


@pytest.mark.parametrize("of_view", [False, True])
def test_changed_input(of_view):
    results = []
    for module in (limpid, torch):
        leaf = module.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
        base = leaf * 1
        x = base[0] if of_view else base
        version = x._version
        result = function(module, of_view).apply(x, 3.0)
        out, total = (result, x.sum()) if of_view else result
        assert out is x and x._version > version
        assert x.grad_fn is not None
        ((out * out).sum() + total + base.sum()).backward()
        results.append((base.detach().tolist(), leaf.grad.tolist(), total.item()))
    assert results[0] == results[1]


def test_without_a_record():
    for module in (limpid, torch):
        x = module.tensor([1.0, 2.0])
        out, _ = function(module).apply(x, 3.0)
        assert out is x and x.tolist() == [3, 6] and not out.requires_grad
        with module.no_grad():
            y = module.ones(2, requires_grad=True)
            assert function(module).apply(y, 3.0)[0].tolist() == y.tolist() == [3, 3]


def test_leaves_are_refused():
    for module in (limpid, torch):
        with pytest.raises(RuntimeError, match="leaf"):
            function(module).apply(module.ones(2, requires_grad=True), 3.0)


def test_a_dirty_input_must_be_returned():
    class Forgets(limpid.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            x.add_(1)
            ctx.mark_dirty(x)
            return x * 2

    with pytest.raises(RuntimeError, match="forward must return the inputs that it marked dirty"):
        Forgets.apply(limpid.ones(2, requires_grad=True) * 1)
