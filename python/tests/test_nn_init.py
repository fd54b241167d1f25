"""Starting values, gradient clipping, parameters as vectors, padded sequences."""

import math

import numpy as np
import pytest

import limpid
from limpid.nn import init
from nn_cases import arrays, close, torch


def drawn(name, shape, *args, **options):
    limpid.manual_seed(0)
    out = getattr(init, name)(limpid.empty(*shape), *args, **options).numpy().astype("float64")
    assert out.shape == shape
    return out


@pytest.mark.parametrize("name, args, options", [
    ("xavier_uniform_", (2.0,), {}),
    ("xavier_normal_", (), {"gain": 0.5}),
    ("kaiming_uniform_", (), {"nonlinearity": "relu"}),
    ("kaiming_uniform_", (math.sqrt(5),), {}),
    ("kaiming_normal_", (), {"mode": "fan_out", "nonlinearity": "relu"}),
    ("uniform_", (-1.0, 3.0), {}),
    ("normal_", (2.0, 0.5), {}),
    ("trunc_normal_", (), {"std": 2.0, "a": -1.0, "b": 1.0}),
])
def test_distributions(name, args, options):
    shape = (60, 30, 5, 5)
    ours = drawn(name, shape, *args, **options)
    torch.manual_seed(0)
    theirs = getattr(torch.nn.init, name)(torch.empty(shape), *args, **options).numpy()
    assert ours.std() == pytest.approx(theirs.std(), rel=0.02)
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.02)
    if "normal" not in name:
        assert ours.min() == pytest.approx(theirs.min(), rel=0.01)
        assert ours.max() == pytest.approx(theirs.max(), rel=0.01)


def test_fixed_values():
    for name, shape, args in (("zeros_", (2, 3), ()), ("ones_", (2,), ()), ("constant_", (2, 2), (3.5,)),
                              ("eye_", (3, 4), ()), ("dirac_", (4, 2, 3), ()),
                              ("dirac_", (4, 2, 3, 3), (2,))):
        np.testing.assert_array_equal(drawn(name, shape, *args),
                                      getattr(torch.nn.init, name)(torch.empty(shape), *args).numpy())


def test_orthogonal_and_sparse():
    w = drawn("orthogonal_", (4, 6), 2.0)
    np.testing.assert_allclose(w @ w.T, 4 * np.eye(4), atol=1e-5)
    w = drawn("sparse_", (10, 5), 0.3)
    assert ((w == 0).sum(0) == 3).all()


@pytest.mark.parametrize("name", ["linear", "conv2d", "sigmoid", "tanh", "relu", "selu"])
def test_gains(name):
    assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name))
    wanted = torch.nn.init.calculate_gain("leaky_relu", 0.3)
    assert init.calculate_gain("leaky_relu", 0.3) == pytest.approx(wanted)


def test_init_records_nothing_and_returns_the_tensor():
    weight = limpid.nn.Parameter(limpid.ones(3, 3))
    assert init.xavier_uniform_(weight) is weight and weight.is_leaf and weight.requires_grad
    with pytest.raises(ValueError):
        init.kaiming_uniform_(limpid.ones(3, 3), mode="fan_up")
    with pytest.raises(ValueError):
        init.xavier_uniform_(limpid.ones(3))


def test_layers_start_like_pytorchs():
    for name, args in (("Linear", (50, 40)), ("Conv2d", (10, 20, 3)), ("Embedding", (50, 40)),
                       ("LSTM", (20, 30)),
                       ("MultiheadAttention", (40, 4)), ("BatchNorm1d", (8,)),
                       ("ConvTranspose2d", (10, 20, 3))):
        ours, theirs = getattr(limpid.nn, name)(*args), getattr(torch.nn, name)(*args)
        for (key, p), q in zip(ours.named_parameters(), theirs.parameters()):
            if p.numel() > 500:
                a, b = p.detach().numpy().std(), q.detach().numpy().std()
                assert a == pytest.approx(b, rel=0.2), (name, key)
        if hasattr(ours, "reset_parameters"):
            ours.reset_parameters()


# ---- nn.utils


def with_gradients(library):
    params = [library.nn.Parameter(library.tensor(value)) for value in arrays((3, 4), (4,), (2,))]
    for param, gradient in zip(params[:2], arrays((3, 4), (4,), seed=2)):
        param.grad = library.tensor(gradient * 3)
    return params


@pytest.mark.parametrize("norm_type", [2.0, 1.0, float("inf"), 3])
def test_clip_grad_norm(norm_type):
    ours, theirs = with_gradients(limpid), with_gradients(torch)
    for limit in (100.0, 1.5):
        close(limpid.nn.utils.clip_grad_norm_(ours, limit, norm_type),
              torch.nn.utils.clip_grad_norm_(theirs, limit, norm_type))
        for p, q in zip(ours[:2], theirs[:2]):
            close(p.grad, q.grad)
    ours[0].grad[0, 0] = float("nan")
    with pytest.raises(RuntimeError):
        limpid.nn.utils.clip_grad_norm_(iter(ours), 1.0, error_if_nonfinite=True)


def test_clip_grad_value():
    ours, theirs = with_gradients(limpid), with_gradients(torch)
    limpid.nn.utils.clip_grad_value_(ours, 0.5)
    torch.nn.utils.clip_grad_value_(theirs, 0.5)
    for p, q in zip(ours[:2], theirs[:2]):
        close(p.grad, q.grad)
    limpid.nn.utils.clip_grad_value_(ours[0], 0.1)
    assert ours[0].grad.abs().max().item() == pytest.approx(0.1)


def test_parameters_as_a_vector():
    model = limpid.nn.Linear(2, 3)
    vector = limpid.nn.utils.parameters_to_vector(model.parameters())
    assert vector.tolist() == [*model.weight.flatten().tolist(), *model.bias.tolist()]
    limpid.nn.utils.vector_to_parameters(limpid.arange(9.0), model.parameters())
    assert model.weight.tolist() == [[0, 1], [2, 3], [4, 5]] and model.bias.tolist() == [6, 7, 8]
    with pytest.raises(limpid.ShapeError):
        limpid.nn.utils.vector_to_parameters(limpid.zeros(8), model.parameters())


@pytest.mark.parametrize("options", [{}, {"batch_first": True, "padding_value": -1.0},
                                     {"batch_first": True, "padding_side": "left"}])
def test_pad_sequence(options):
    rows = arrays((3, 2), (1, 2), (4, 2))
    ours = limpid.nn.utils.rnn.pad_sequence([limpid.tensor(r) for r in rows], **options)
    close(ours, torch.nn.utils.rnn.pad_sequence([torch.tensor(r) for r in rows], **options))
    with pytest.raises(limpid.ShapeError, match="sequence 1"):
        limpid.nn.utils.rnn.pad_sequence([limpid.ones(2, 2), limpid.ones(2, 3)])
