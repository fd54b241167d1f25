"""The forms of ops that are Python's alone: named tuples, out=, in place, several ways to give sizes."""

import pytest

import limpid
import limpid.nn.functional as F


def matrix(grad=False):
    return limpid.arange(12).float().reshape(3, 4).clone().requires_grad_(grad)


def test_pairs_have_names_and_places():
    x = matrix()
    result = x.max(1)
    values, indices = result
    assert isinstance(result, tuple) and result.values is values and result[1] is indices
    assert isinstance(result, limpid.return_types.max)
    assert repr(result).startswith("limpid.return_types.max(\nvalues=tensor(")
    assert x.aminmax().max.item() == 11 and x.topk(2).indices.tolist() == [[3, 2]] * 3
    assert type(limpid.var_mean(x)) is tuple and type(x.split(1)) is tuple and type(x.unbind()) is tuple


def test_out_takes_the_result():
    x, out = matrix(), limpid.empty(0)
    assert limpid.sum(x, 1, out=out) is out and out.tolist() == [6, 22, 38]
    values, indices = limpid.empty(3), limpid.empty(3, dtype=limpid.int64)
    result = limpid.max(x, 1, out=(values, indices))
    assert result.values is values and indices.tolist() == [3, 3, 3]
    with pytest.raises(limpid.DTypeError, match="does not fit out="):
        limpid.add(x, x, out=x.long())
    with pytest.raises(limpid.GraphError, match="out="):
        limpid.add(matrix(True), x, out=limpid.empty(0))
    with pytest.raises(limpid.ShapeError, match="out="):
        limpid.add(x, x, out=limpid.empty(5))


@pytest.mark.parametrize("change", [
    "relu_()", "add_(1)", "mul_(x)", "exp_()", "clamp_(0, 3)", "masked_fill_(x > 2, 0)", "unsqueeze_(0)",
    "t_()", "squeeze_()", "cumsum_(0)", "fill_diagonal_(1)", "lerp_(x, 0.5)", "zero_()",
    "index_fill_(0, limpid.tensor([0]), 9)", "div_(2, rounding_mode='floor')"])
def test_in_place_forms_return_self_and_count(change):
    x = matrix()
    before = x._version
    assert eval(f"x.{change}", {"x": x, "limpid": limpid}) is x
    assert x._version > before or change == "squeeze_()"  # which found nothing to do


def test_inplace_option():
    x = matrix() - 5
    assert F.relu(x, inplace=True) is x and x.min().item() == 0
    y = matrix(True)
    z = y * 1
    assert F.silu(z, inplace=True) is z
    z.sum().backward()
    expected = matrix(True)
    F.silu(expected * 1).sum().backward()
    assert (y.grad == expected.grad).all().item()


def test_in_place_on_a_leaf_that_requires_grad():
    changes = (lambda x: x.relu_(), lambda x: x.unsqueeze_(0), lambda x: x.mul_(2), lambda x: F.relu(x, True))
    for change in changes:
        x = matrix(True)
        with pytest.raises(RuntimeError, match="leaf that requires grad"):
            change(x)
        assert x.shape == (3, 4)


def test_a_reshaped_tensor_keeps_its_history():
    x = matrix(True)
    y = x * 2
    y.t_().unsqueeze_(0)
    assert y.shape == (1, 4, 3)
    (y * limpid.arange(12).float().reshape(1, 4, 3)).sum().backward()
    assert x.grad.tolist() == (2 * limpid.arange(12).float().reshape(4, 3).t()).tolist()


def test_a_record_notices_that_a_saved_tensor_was_reshaped():
    x = matrix(True)
    y = x * 1
    z = y * y
    y.t_()
    with pytest.raises(RuntimeError, match="changed in place by t_"):
        z.sum().backward()


def test_sizes_alone_or_in_a_sequence():
    x = matrix()
    for shaped in (x.view(2, 6), x.view((2, 6)), x.view([2, 6]), x.view(limpid.Size([2, 6])),
                   x.view(size=(2, 6)), x.reshape(2, -1), x.reshape(shape=(2, 6))):
        assert shaped.shape == (2, 6)
    assert x.permute(1, 0).shape == x.permute((1, 0)).shape == x.permute(dims=(1, 0)).shape == (4, 3)
    assert x[:, :1].expand(-1, 5).shape == x[:, :1].expand((3, 5)).shape == (3, 5)
    with pytest.raises(TypeError, match="ints"):
        x.view(2.0, 6)


def test_numpy_words():
    x = matrix()
    assert x.sum(axis=0, keepdims=True).tolist() == x.sum(dim=0, keepdim=True).tolist()
    assert limpid.cat([x, x], axis=1).shape == (3, 8)
    assert x.max(axis=1).values.tolist() == [3, 7, 11]


def test_aliases_are_the_same_function():
    assert limpid.absolute is limpid.abs and limpid.concat is not None and limpid.true_divide is limpid.div
    assert limpid.Tensor.clip_ is limpid.Tensor.clamp_ and limpid.arctan2 is limpid.atan2


@pytest.mark.parametrize("call, error, text", [
    (lambda x: F.mse_loss(x, x, reduction="no"), ValueError, "reduction"),
    (lambda x: F.pixel_shuffle(x[None], 2), RuntimeError, "no multiple of upscale_factor"),
    (lambda x: x.split([1, 1]), RuntimeError, "split"),
    (lambda x: x.unsqueeze(5), IndexError, "out of range"),
    (lambda x: x.norm("nuc"), ValueError, "'fro'"),
    (lambda x: x.scatter(0, x.long(), x, reduce="mean"), ValueError, "'add' or 'multiply'"),
    (lambda x: limpid.cat(x), TypeError, "tensors must be a sequence of Tensors, not Tensor"),
    (lambda x: F.interpolate(x[None, None], 2, mode="bilinear", antialias=True), ValueError, "antialias"),
    (lambda x: x.transpose(0, 2), IndexError, "out of range"),
    (lambda x: x.sum().transpose(0, 1), IndexError, "out of range"),
    (lambda x: x.sum().movedim(0, 1), IndexError, "out of range"),
    (lambda x: x.sum().size(0), IndexError, "0-d"),
])
def test_errors_say_what_is_wrong(call, error, text):
    with pytest.raises(error, match=text):
        call(matrix())
