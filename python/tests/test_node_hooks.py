"""Hooks around the backward of a step of the record, `tensor.grad_fn`, against PyTorch."""

import copy
import gc
import weakref

import pytest

import limpid

torch = pytest.importorskip("torch")
BOTH = pytest.mark.parametrize("library", [limpid, torch], ids=["limpid", "torch"])


def product(library):
    x = library.tensor([1.0, 2.0], requires_grad=True)
    b = library.ones(3, 2, requires_grad=True)
    return x, b, x * b


@BOTH
def test_hooks_see_and_replace_gradients(library):
    x, b, y = product(library)
    seen = []
    after = y.grad_fn.register_hook(lambda inputs, outputs: seen.append(
        ([tuple(g.shape) for g in inputs], [g.tolist() for g in outputs])))
    before = y.grad_fn.register_prehook(lambda outputs: (outputs[0] * 10,))
    y.sum().backward(retain_graph=True)
    assert seen == [([(2,), (3, 2)], [[[10.0] * 2] * 3])]  # summed where x was broadcast
    assert x.grad.tolist() == [30.0, 30.0] and b.grad[0].tolist() == [10.0, 20.0]
    before.remove()
    before.remove()
    with after:
        y.sum().backward(retain_graph=True)
    y.sum().backward()
    assert len(seen) == 2 and x.grad.tolist() == [36.0, 36.0]


@BOTH
def test_gradients_of_the_inputs_are_replaced(library):
    x, b, y = product(library)
    y.grad_fn.register_hook(lambda inputs, outputs: (inputs[0] * 2, None))
    y.grad_fn.register_hook(lambda inputs, outputs: (inputs[0] + 1, inputs[1]))
    y.sum().backward()
    assert x.grad.tolist() == [7.0, 7.0] and b.grad is None


@BOTH
def test_hooks_of_leaves_of_constants_and_of_passes_for_some_inputs(library):
    x = library.ones(2, requires_grad=True)
    seen = []
    leaf = x.expand_as(x).grad_fn.next_functions[0][0]
    leaf.register_prehook(lambda outputs: (outputs[0] + 1,))
    leaf.register_hook(lambda inputs, outputs: seen.append((inputs, outputs[0].tolist(), x.grad.tolist())))
    y = x * 2
    y.grad_fn.register_hook(lambda inputs, outputs: seen.append([g is None for g in inputs]))
    y.sum().backward(retain_graph=True)
    assert seen == [[False, True], ((), [3.0, 3.0], [3.0, 3.0])]
    library.autograd.grad(y.sum(), y, retain_graph=True)  # the step itself does not run
    assert len(seen) == 2
    library.autograd.grad(y.sum(), x)
    assert len(seen) == 3


@BOTH
def test_second_gradients_pass_through_hooks(library):
    x = library.tensor([3.0], requires_grad=True)
    y = x ** 3
    y.grad_fn.register_hook(lambda inputs, outputs: (inputs[0] * x, *inputs[1:]))
    first, = library.autograd.grad(y.sum(), x, create_graph=True)  # 3 x^3
    second, = library.autograd.grad(first.sum(), x)
    assert first.tolist() == [81.0] and second.tolist() == [81.0]


@BOTH
@pytest.mark.parametrize("leaf", [False, True])
def test_a_gradient_that_a_prehook_takes_away_goes_no_further(library, leaf):
    x = library.ones(2, requires_grad=True)
    y = x.exp() @ library.ones(2, 3)
    node = x.expand_as(x).grad_fn.next_functions[0][0] if leaf else y.grad_fn
    node.register_prehook(lambda outputs: (None,))
    (y.sum() if leaf else y.sum() + (x * 3).sum()).backward()
    assert x.grad is None if leaf else x.grad.tolist() == [3.0, 3.0]


@BOTH
def test_gradients_of_another_kind_are_refused(library):
    kinds = [{"dtype": library.float64}, {"dtype": library.bool}, {"device": "meta"}]
    for kind in kinds:
        x = library.ones(2, requires_grad=True)
        y = x.exp()
        handle = y.grad_fn.register_hook(lambda inputs, outputs: (library.ones(2, **kind),))
        with pytest.raises(RuntimeError, match="hook '<lambda>'"):
            y.sum().backward(retain_graph=True)
        handle.remove()
        y.grad_fn.register_prehook(lambda outputs: (library.ones(2, **kind),))
        with pytest.raises(RuntimeError, match="hook '<lambda>'"):
            y.sum().backward()
        assert x.grad is None
    y = x * 2
    y.grad_fn.register_hook(lambda inputs, outputs: (inputs[0], library.ones(2)))  # of the 2
    with pytest.raises(RuntimeError):
        y.sum().backward()


WRONG = [3, "a", [None, None], (None,), (None, None, None)]


@BOTH
@pytest.mark.parametrize("result", WRONG, ids=repr)
def test_wrong_results_are_refused(library, result):
    x, _, y = product(library)
    y.grad_fn.register_hook(lambda inputs, outputs: result)
    with pytest.raises(RuntimeError if isinstance(result, tuple) else TypeError):
        y.sum().backward()
    assert x.grad is None
    y.grad_fn.register_prehook(lambda outputs: (library.ones(7),))
    with pytest.raises(RuntimeError):
        (y * 1).sum().backward()


@BOTH
def test_a_handle_does_not_keep_the_record(library):
    class Note:
        pass

    note = Note()
    gone = weakref.ref(note)

    def register(kept):
        y = library.ones(2, requires_grad=True) * 2

        def once(inputs, outputs):
            handles[0].remove()

        handles = [y.grad_fn.register_hook(once), y.grad_fn.register_hook(lambda *gradients, kept=kept: None)]
        return handles[1]

    handle = register(note)
    del note
    gc.collect()
    assert gone() is None
    copy.deepcopy(handle).remove()
    handle.remove()


def test_what_a_hook_is():
    _, _, y = product(limpid)
    with pytest.raises(TypeError, match="a hook must be something to call, not int"):
        y.grad_fn.register_hook(3)
    assert y.grad_fn.name() == "Multiply" and [n.name() for n, _ in y.grad_fn.next_functions] == ["Leaf", "Leaf"]


def test_a_hook_that_refers_to_its_tensor_goes_with_it():
    class Note:
        pass

    for register in ("register_hook", "register_prehook"):
        note = Note()
        gone = weakref.ref(note)
        y = limpid.ones(2, requires_grad=True) * 2
        getattr(y.grad_fn, register)(lambda *gradients, kept=(y, note): None)
        del y, note
        gc.collect()
        assert gone() is None
