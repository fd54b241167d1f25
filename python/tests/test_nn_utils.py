"""Weights made of parts, layers joined, and names of before, beside PyTorch."""

import copy
import pickle

import pytest

import limpid
from nn_cases import arrays, close, compare, copy_weights, torch

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")  # PyTorch has newer ways


def pair(name, *args, **options):
    ours, theirs = getattr(limpid.nn, name)(*args, **options), getattr(torch.nn, name)(*args, **options)
    copy_weights(ours, theirs)
    return ours, theirs


@pytest.mark.parametrize("name, args, shape", [("Linear", (4, 3), (5, 4)), ("Conv2d", (2, 3, 2), (1, 2, 4, 4))])
@pytest.mark.parametrize("dim", [0, 1, None])
def test_weight_norm(name, args, shape, dim):
    ours, theirs = pair(name, *args)
    x, = arrays(shape)
    limpid.nn.utils.weight_norm(ours, dim=dim)
    torch.nn.utils.weight_norm(theirs, dim=dim)
    assert sorted(ours.state_dict()) == sorted(theirs.state_dict())
    y, z = ours(limpid.tensor(x)), theirs(torch.tensor(x))
    close(y, z)
    y.square().sum().backward()
    z.square().sum().backward()
    for part in ("weight_g", "weight_v", "bias"):
        close(getattr(ours, part), getattr(theirs, part))
        close(getattr(ours, part).grad, getattr(theirs, part).grad, 1e-3)
    with pytest.raises(RuntimeError, match="two weight_norm hooks"):
        limpid.nn.utils.weight_norm(ours)
    limpid.nn.utils.remove_weight_norm(ours)
    assert isinstance(ours.weight, limpid.nn.Parameter) and sorted(ours.state_dict()) == ["bias", "weight"]
    close(ours(limpid.tensor(x)), z)
    with pytest.raises(ValueError, match="weight_norm of 'weight' not found"):
        limpid.nn.utils.remove_weight_norm(ours)


@pytest.mark.parametrize("name, args, shape", [("Linear", (4, 3), (5, 4)), ("ConvTranspose2d", (2, 3, 2), (1, 2, 4, 4))])
def test_spectral_norm(name, args, shape):
    ours, theirs = pair(name, *args)
    x, = arrays(shape)
    limpid.nn.utils.spectral_norm(ours, n_power_iterations=2)
    torch.nn.utils.spectral_norm(theirs, n_power_iterations=2)
    assert sorted(ours.state_dict()) == sorted(theirs.state_dict())
    copy_weights(ours, theirs)
    for training in (True, True, False):
        ours.train(training)
        theirs.train(training)
        y, z = ours(limpid.tensor(x)), theirs(torch.tensor(x))
        close(y, z, 1e-4)
        close(ours.weight_u, theirs.weight_u, 1e-4)
    y.square().sum().backward()
    z.square().sum().backward()
    close(ours.weight_orig.grad, theirs.weight_orig.grad, 1e-3)
    limpid.nn.utils.remove_spectral_norm(ours)
    close(ours(limpid.tensor(x)), z, 1e-4)


@pytest.mark.parametrize("bias", [True, False])
def test_fusion(bias):
    conv, their_conv = pair("Conv2d", 2, 3, 2, bias=bias)
    bn, their_bn = pair("BatchNorm2d", 3)
    x, = arrays((2, 2, 4, 4))
    their_bn(their_conv(torch.tensor(x)))
    bn(conv(limpid.tensor(x)))
    with pytest.raises(ValueError, match="eval mode"):
        limpid.nn.utils.fuse_conv_bn_eval(conv, bn)
    fused = limpid.nn.utils.fuse_conv_bn_eval(conv.eval(), bn.eval())
    close(fused(limpid.tensor(x)), their_bn.eval()(their_conv.eval()(torch.tensor(x))), 1e-4)
    close(fused(limpid.tensor(x)), torch.nn.utils.fuse_conv_bn_eval(their_conv, their_bn)(torch.tensor(x)), 1e-4)
    linear, their_linear = pair("Linear", 4, 3, bias=bias)
    bn, their_bn = pair("BatchNorm1d", 3)
    fused = limpid.nn.utils.fuse_linear_bn_eval(linear.eval(), bn.eval())
    x, = arrays((5, 4))
    close(fused(limpid.tensor(x)), their_bn.eval()(their_linear.eval()(torch.tensor(x))), 1e-4)


@pytest.mark.parametrize("relu", [True, False])
def test_convolution_with_batch_norm_and_relu(relu):
    parts = [torch.nn.Conv2d(16, 20, 3, padding=1, bias=False), torch.nn.BatchNorm2d(20)] + [torch.nn.ReLU()] * relu
    ours, theirs = limpid.nn.ConvBNReLU(16, 20, relu=relu), torch.nn.Sequential(*parts)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    x, = arrays((2, 16, 12, 12))
    compare(ours, theirs, [x], training=True)
    compare(ours, theirs, [x], training=False)
    for _ in range(3):
        with limpid.no_grad(), torch.no_grad():
            close(ours(limpid.tensor(x)), theirs(torch.tensor(x)), 1e-4)
            ours[1].weight.mul_(1.5)  # folded anew
            theirs[1].weight.mul_(1.5)
    twin = pickle.loads(pickle.dumps(ours))
    with limpid.no_grad():
        close(copy.deepcopy(ours)(limpid.tensor(x)), twin(limpid.tensor(x)))


def test_linear_with_relu():
    theirs = torch.nn.Linear(7, 5)
    ours = limpid.nn.LinearReLU(7, 5)
    x, = arrays((6, 7))
    compare(ours, theirs, [x], call=lambda module, x: module(x) if module is ours else torch.relu(module(x)))


def test_names_of_before():
    for name in ("uniform", "normal", "xavier_uniform", "kaiming_normal", "orthogonal", "eye"):
        weight = limpid.empty(3, 3)
        with pytest.warns(FutureWarning, match=f"nn.init.{name} is now deprecated in favor of nn.init.{name}_"):
            assert getattr(limpid.nn.init, name)(weight) is weight
    assert weight.tolist() == limpid.eye(3).tolist()


def test_max_unpool3d():
    x, = arrays((2, 3, 4, 5, 4))
    ours = limpid.nn.MaxUnpool3d(2)(*limpid.nn.MaxPool3d(2, return_indices=True)(limpid.tensor(x)), output_size=(4, 5, 4))
    theirs = torch.nn.MaxUnpool3d(2)(*torch.nn.MaxPool3d(2, return_indices=True)(torch.tensor(x)), output_size=(4, 5, 4))
    close(ours, theirs)
