"""memory_format=, and the strides of what is made like another tensor, against PyTorch."""

import copy

import pytest

import limpid

torch = pytest.importorskip("torch")

MODELS = {
    "row-major": lambda t: t.zeros(2, 3, 4, 5),
    "channels-last": lambda t: t.zeros(2, 3, 4, 5).to(memory_format=t.channels_last),
    "one pixel": lambda t: t.zeros(2, 3, 1, 1).contiguous(memory_format=t.channels_last),
    "a volume": lambda t: t.zeros(2, 3, 4, 5, 2).to(memory_format=t.channels_last_3d),
    "transposed": lambda t: t.zeros(3, 4).t(),
    "turned": lambda t: t.zeros(2, 3, 4).permute(2, 0, 1),
    "a number": lambda t: t.zeros(()),
    "every other row of a turned one": lambda t: t.zeros(4, 6, 2).permute(2, 0, 1)[:, ::2],
    "a part of a transposed one": lambda t: t.zeros(4, 6).t()[1:4],
    "axes of one": lambda t: t.zeros(1, 3, 1, 4).permute(3, 2, 1, 0),
    "equal steps": lambda t: t.zeros(12).as_strided((2, 3, 2), (2, 2, 1)),
    "expanded": lambda t: t.zeros(3, 1, 2).expand(3, 4, 2).permute(2, 1, 0),
}
COPIES = {
    "clone": lambda t, x: x.clone(), "preserve": lambda t, x: x.clone(memory_format=t.preserve_format),
    "contiguous": lambda t, x: x.clone(memory_format=t.contiguous_format), "double": lambda t, x: x.double(),
    "to": lambda t, x: x.to(t.int64), "to a copy": lambda t, x: x.to(t.float32, copy=True), "type_as": lambda t, x: x.type_as(t.ones(1).half()),
    "deepcopy": lambda t, x: copy.deepcopy(x), "tensor": lambda t, x: t.tensor(x.tolist()).reshape(x.shape)}
MAKERS = {
    "zeros_like": lambda t, x, **how: t.zeros_like(x, **how), "ones_like": lambda t, x, **how: t.ones_like(x, **how),
    "empty_like": lambda t, x, **how: t.empty_like(x, **how), "full_like": lambda t, x, **how: t.full_like(x, 3.0, **how),
    "rand_like": lambda t, x, **how: t.rand_like(x, **how), "randn_like": lambda t, x, **how: t.randn_like(x, **how),
    "randint_like": lambda t, x, **how: t.randint_like(x, 3, **how)}


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("model", MODELS)
def test_what_is_like_a_tensor_lies_like_it(model, make):
    def strides(t):
        x = MODELS[model](t)
        out = [MAKERS[make](t, x), MAKERS[make](t, x, memory_format=t.contiguous_format),
               MAKERS[make](t, x, memory_format=t.preserve_format, dtype=t.float64)]
        if x.dim() == 4:
            out.append(MAKERS[make](t, x, memory_format=t.channels_last))
        return [(y.stride(), y.is_contiguous(), str(y.dtype).split(".")[1]) for y in out]

    assert strides(limpid) == strides(torch)


def test_a_map_filled_with_random_numbers_lies_as_before():
    x = MODELS["channels-last"](limpid)
    for fill, least, most in [(lambda: x.uniform_(2, 3), 2, 3), (lambda: x.normal_(9, 0.1), 8, 10)]:
        filled = fill()
        assert filled.data_ptr() == x.data_ptr() and x.shape == (2, 3, 4, 5) and x.stride() == (60, 1, 15, 3)
        assert least <= x.min().item() < x.max().item() < most and len(set(x.flatten().tolist())) > 115
    signs = limpid.where(x > 9, x, -x)
    y = limpid.nn.functional.rrelu(signs, 0.25, 0.5, training=True)
    assert y.shape == x.shape and y.stride() == x.stride()
    slopes = (y / signs)[signs < 0].tolist()
    assert 0.2499 <= min(slopes) < max(slopes) <= 0.5001 and len(set(slopes)) > 20
    assert limpid.equal(y[signs > 0], signs[signs > 0])


@pytest.mark.parametrize("make", COPIES)
@pytest.mark.parametrize("model", MODELS)
def test_copies_lie_like_what_was_copied(model, make):
    def copied(t):
        x = MODELS[model](t).detach()
        numbers = x + t.arange(x.numel()).reshape(x.shape)
        x = numbers.as_strided(x.shape, x.stride()) if 0 in x.stride() else t.empty_like(x).copy_(numbers)
        y = COPIES[make](t, x)
        return y.stride(), y.is_contiguous(), (y == x).all().item()

    if (model, make) != ("expanded", "deepcopy"):  # which copies the whole storage in PyTorch, and the strides
        assert copied(limpid) == copied(torch)


def test_copies_in_another_order_have_gradients():
    def gradients(t):
        w = t.arange(6.0).reshape(2, 3).requires_grad_()
        y = w.t().clone()
        z = w.t().double()
        (y * y).sum().backward()
        (z * t.tensor([[1.0, 2.0]])).sum().backward()
        y = w.t().clone()
        y.mul_(2)  # of its own memory
        return w.grad.tolist(), w.tolist(), y.stride(), y.tolist(), y.is_leaf, w.t().detach().clone().requires_grad_().is_leaf

    assert gradients(limpid) == gradients(torch)


def test_new_tensors():
    for t in (torch, limpid):
        y = t.ones(2, 3, 4, 5, memory_format=t.channels_last) if t is limpid else t.empty(2, 3, 4, 5, memory_format=t.channels_last)
        assert y.stride() == (60, 1, 15, 3)
    x = limpid.ones_like(MODELS["channels-last"](limpid)) * limpid.arange(5)
    assert x.sum().item() == 2 * 3 * 4 * 10


def test_windows_and_what_a_convolution_chose_are_row_major():
    windows = limpid.zeros(6).unfold(0, 3, 1)
    assert limpid.ones_like(windows).stride() == torch.ones_like(torch.zeros(6).unfold(0, 3, 1)).stride() == (3, 1)
    y = limpid.nn.Conv2d(8, 32, 3, padding=1)(limpid.randn(2, 8, 16, 16))
    assert not y.is_contiguous() and limpid.zeros_like(y).is_contiguous()


@pytest.mark.parametrize("call", [
    lambda t: t.zeros(2, 3).to(memory_format=t.channels_last), lambda t: t.zeros(2, 3).contiguous(memory_format=t.channels_last),
    lambda t: t.empty(2, memory_format=t.channels_last), lambda t: t.zeros_like(t.zeros(2), memory_format=t.channels_last),
    lambda t: t.zeros(1, 2, 3, 4).to(memory_format=t.channels_last_3d)])
def test_other_ranks_are_refused(call):
    for t in (torch, limpid):
        with pytest.raises(RuntimeError):
            call(t)


def test_randint_like_is_where_its_model_is():
    for t in (torch, limpid):
        assert t.randint_like(t.zeros(2, device="meta"), 3).device.type == "meta"
        assert t.randint_like(t.zeros(2), 3, device="meta").device.type == "meta"
        assert t.randint_like(t.zeros(2), 3, requires_grad=True).requires_grad
        assert t.randint_like(t.zeros(3), 5, 6, dtype=t.int64).tolist() == [5, 5, 5]


def test_clone_as_a_function_takes_a_format():
    for t in (torch, limpid):
        assert t.clone(t.zeros(2, 3, 4, 5), memory_format=t.channels_last).stride() == (60, 1, 15, 3)


@pytest.mark.parametrize("wrong", ["channels_last", 3, "strided"], ids=repr)
@pytest.mark.parametrize("call", [
    lambda x, how: x.to(memory_format=how), lambda x, how: x.contiguous(memory_format=how),
    lambda x, how: x.clone(memory_format=how), lambda x, how: x.is_contiguous(memory_format=how)])
def test_what_is_no_format_is_refused(call, wrong):
    for t in (torch, limpid):
        how = t.strided if wrong == "strided" else wrong
        for make in (t.zeros_like, t.rand_like):
            with pytest.raises(TypeError):
                make(t.zeros(1, 2, 3, 4), memory_format=how)
        with pytest.raises(TypeError):
            call(t.zeros(1, 2, 3, 4), how)
