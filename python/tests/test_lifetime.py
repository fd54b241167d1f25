"""How long tensors and their Python objects live: identity, references, memory."""

import gc
import sys
import threading
import weakref

import numpy as np
import pytest

import limpid


def in_use():
    gc.collect()
    return limpid.memory_stats()["in_use"]


class Attribute:
    pass


# -- one tensor, one object


def test_a_tensor_that_comes_back_is_the_same_object():
    x = limpid.ones(2, requires_grad=True)
    x.sum().backward()
    assert x.grad is x.grad
    assert x.requires_grad_() is x and x.zero_() is x if not x.requires_grad else True
    assert {x: 1}[x] == 1 and x in {x}
    kept = {id(x): x}
    assert kept[id(x)] is x


def test_attributes_weak_references_and_class_survive_while_only_cpp_holds_the_tensor():
    x = limpid.ones(3, requires_grad=True)
    x.grad = limpid.zeros(3)
    gradient = x.grad
    gradient.note = Attribute()
    note = weakref.ref(gradient.note)
    number, reference = hash(gradient), weakref.ref(gradient)
    identity = id(gradient)
    del gradient
    gc.collect()
    assert note() is not None and reference() is not None
    again = x.grad
    assert again.note is note() and hash(again) == number and id(again) == identity and reference() is again
    del again
    x.grad = None
    gc.collect()
    assert note() is None and reference() is None


def test_a_subclass_survives_in_cpp():
    class Mine(limpid.Tensor):
        pass

    x = limpid.ones(2, requires_grad=True)
    x.grad = Mine([1.0, 2.0])
    gc.collect()
    assert type(x.grad) is Mine and x.grad.tolist() == [1, 2]
    p = limpid.Parameter(limpid.ones(1))
    x.grad = None
    holder = limpid.ones(1, requires_grad=True)
    holder.grad = p
    del p
    gc.collect()
    assert isinstance(holder.grad, limpid.Parameter)


def test_back_and_forth_many_times():
    x = limpid.ones(2, requires_grad=True)
    x.grad = limpid.zeros(2)
    x.grad.note = Attribute()
    note = weakref.ref(x.grad.note)
    for _ in range(1000):
        assert x.grad.note is note()
    gc.collect()
    assert note() is not None
    del x
    gc.collect()
    assert note() is None


def test_weak_references():
    x = limpid.ones(2)
    calls = []
    reference = weakref.ref(x, lambda r: calls.append(1))
    values = weakref.WeakValueDictionary({"x": x})
    assert reference() is x and values["x"] is x
    del x
    assert reference() is None and calls == [1] and len(values) == 0


# -- garbage


def test_cycles_through_attributes_are_collected():
    before = in_use()
    gone = []
    for _ in range(100):
        x = limpid.ones(1000)
        x.self = x
        x.list = [x, Attribute()]
        gone.append(weakref.ref(x.list[1]))
    del x
    gc.collect()
    assert all(g() is None for g in gone)
    assert in_use() <= before + 4096


@pytest.mark.parametrize("close", [
    lambda x: setattr(x.grad, "note", [x]), lambda x: setattr(x, "note", x.T), lambda x: setattr(x.T, "note", x),
    lambda x: setattr(x.grad, "note", x.grad), lambda x: setattr(x, "note", [x.view(-1)[1:], x.grad]),
])
def test_cycles_through_cpp_are_collected(close):
    before = in_use()
    gone = []
    for _ in range(100):
        x = limpid.ones(30, 30, requires_grad=True)
        x.grad = limpid.ones(30, 30)
        close(x)
        x.mark = Attribute()
        gone.append(weakref.ref(x.mark))
        gc.collect(0)  # while it is in use, nothing may go
        assert x.sum().item() == 900 and x.mark is gone[-1]()
        close(x)
    del x
    gc.collect()
    assert all(g() is None for g in gone)
    assert in_use() <= before + 4096


def test_cycles_through_functions_and_hooks_are_collected():
    class Keeper:
        pass

    gone = []
    for _ in range(20):
        keeper = Keeper()
        keeper.x = limpid.ones(10, requires_grad=True) * 1
        keeper.x.register_hook(lambda g, k=keeper: None)
        gone.append(weakref.ref(keeper))
    del keeper
    gc.collect()
    assert all(g() is None for g in gone)


@pytest.mark.parametrize("make", [lambda: limpid.ones(30, 30, requires_grad=True),
                                  lambda: limpid.ones(30, 30, requires_grad=True) * 1,
                                  lambda: limpid.nn.Parameter(limpid.ones(30, 30)),
                                  lambda: limpid.ones(900, requires_grad=True).view(30, 30)])
def test_hooks_that_refer_to_their_tensor_are_collected(make):
    before = in_use()
    gone, calls = [], []
    for _ in range(20):
        x = make()
        x.mark = Attribute()
        gone.append(weakref.ref(x.mark))
        x.register_hook(lambda g, x=x: calls.append(x.shape))
        x.register_hook(lambda g, other=[x]: None)
        if x.is_leaf:
            x.register_post_accumulate_grad_hook(lambda leaf, x=x: calls.append(leaf is x))
        gc.collect(0)  # while it is in use, nothing may go
        x.sum().backward()
        assert x.mark is gone[-1]() and calls == [(30, 30)] + [True] * x.is_leaf
        calls.clear()
    del x
    gc.collect()
    assert all(g() is None for g in gone)
    assert in_use() <= before + 4096


def test_hooks_of_a_leaf_that_only_the_record_holds_stay():
    calls = []

    def lost():
        x = limpid.ones(2, requires_grad=True)
        x.register_hook(lambda g, x=x: calls.append(g.tolist()))
        return (x * 3).sum()

    y = lost()
    gc.collect()
    y.backward()
    assert calls == [[3, 3]]
    del y
    gc.collect()
    before = in_use()
    for _ in range(10):
        lost()
    gc.collect()
    assert in_use() <= before + 1024


def test_hooks_of_others_run_while_garbage_is_collected():
    """Passes in threads of their own, and a collector that looks at the hooks meanwhile."""
    totals = []

    def work():
        w = limpid.ones(8, requires_grad=True)
        seen = []
        w.register_hook(lambda g, w=w: seen.append(w.sum().item()))
        w.register_post_accumulate_grad_hook(lambda leaf, w=w: seen.append(leaf is w))
        for _ in range(200):
            (w * 2).sum().backward()
        totals.append(len(seen))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        gc.collect()
    assert totals == [400] * 4


def test_a_function_keeps_what_it_saved_and_not_the_objects():
    x = limpid.ones(3, requires_grad=True)
    middle = x * 2
    gone = weakref.ref(middle)
    y = Twice.apply(middle)
    del middle
    assert gone() is None  # backward gets the same elements by an object of its own
    y.sum().backward()
    assert x.grad.tolist() == [4, 4, 4]


def test_history_goes_with_its_tensors():
    before = in_use()
    x = limpid.ones(1000, requires_grad=True)
    y = x
    for _ in range(1000):
        y = y * 2
    y.sum().backward()
    del y
    x.grad = None
    assert in_use() <= before + 5000 * 4
    del x
    assert in_use() <= before + 4096


# -- leaks


def growth(step, times=10_000):
    for _ in range(200):
        step()
    before, blocks = in_use(), sys.getallocatedblocks()
    for _ in range(times):
        step()
    gc.collect()
    return in_use() - before, sys.getallocatedblocks() - blocks


class Twice(limpid.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        ctx.note = Attribute()
        return x * 2

    @staticmethod
    def backward(ctx, dy):
        x, = ctx.saved_tensors
        return dy * 2


def steps():
    weight = limpid.randn(4, 4, requires_grad=True)
    x = limpid.randn(3, 4)
    array = np.ones(6, dtype="float32")

    def training():
        weight.grad = None
        (x @ weight).relu().sum().backward()

    def attributes():
        y = x * 2
        y.note = [y.T]
        weight.grad = limpid.zeros(4, 4)
        weight.grad.note = 3

    def function():
        Twice.apply(weight).sum().backward()

    def hooks():
        with weight.register_hook(lambda g: g * 2):
            weight.sum().backward()

    def errors():
        with pytest.raises(RuntimeError):
            x @ x
        with pytest.raises(IndexError):
            x[9]

    def memory():
        limpid.from_numpy(array).numpy()
        limpid.from_dlpack(array)
        np.from_dlpack(x)
        x.__dlpack__()
        limpid.tensor([[1.0, 2.0], [3.0, 4.0]]).tolist()

    def second():
        first, = limpid.autograd.grad((weight ** 3).sum(), weight, create_graph=True)
        limpid.autograd.grad(first.sum(), weight)

    def history():
        (weight * 2).grad_fn.next_functions
        repr(weight), weight.shape, weight.dtype, weight.device

    def modes():
        with limpid.no_grad():
            weight.add_(0.0)
        weight[0], weight[:, 1:], x[x > 0], x[[0, 1]]

    return [training, attributes, function, hooks, errors, memory, second, history, modes]


@pytest.mark.parametrize("step", steps(), ids=lambda f: f.__name__)
def test_no_leaks_over_many_steps(step):
    tensors, blocks = growth(step, 10_000 if step.__name__ not in ("errors", "memory") else 2000)
    assert tensors <= 4096
    assert blocks <= 200


def test_reference_counts():
    x = limpid.ones(2, requires_grad=True)
    value = Attribute()
    x.value = value
    counts = sys.getrefcount(x), sys.getrefcount(value), sys.getrefcount(None)
    for _ in range(1000):
        y = (x * 2).sum()
        y.backward()
        x.grad, x.grad_fn, x.value, x.shape
        x.grad = None
    del y
    assert sys.getrefcount(x) == counts[0] and sys.getrefcount(value) == counts[1]
    assert abs(sys.getrefcount(None) - counts[2]) < 50


# -- weights that kernels packed


def test_packed_weights_are_counted_go_with_the_weight_and_never_outlive_a_change():
    def packed():
        gc.collect()
        return limpid.memory_stats()["packed"]

    before = packed()
    layer, x = limpid.nn.Conv2d(48, 48, 3, bias=False), limpid.randn(4, 48, 18, 18)
    with limpid.no_grad():
        for _ in range(3):
            layer(x)
        assert packed() > before
        layer.weight.fill_(1)
        expected = x.sum(1)[:, :3, :3].sum((1, 2))
        for _ in range(3):
            np.testing.assert_allclose(layer(x)[:, 0, 0, 0].numpy(), expected.numpy(), atol=1e-3)
        layer.weight.detach().numpy()[:] = 2  # changed without our knowing
        for _ in range(3):
            np.testing.assert_allclose(layer(x)[:, 0, 0, 0].numpy(), 2 * expected.numpy(), atol=1e-3)
    del layer
    assert packed() == before
