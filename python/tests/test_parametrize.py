"""Tensors that are computed from others, and the parametrizations that there are, beside PyTorch."""

import copy
import pickle

import pytest

import limpid
from nn_cases import arrays, close, copy_weights, torch

LAYERS = [("Linear", (4, 4), (5, 4)), ("Linear", (4, 6), (5, 4)), ("Conv2d", (2, 3, 2), (1, 2, 4, 4)),
          ("ConvTranspose2d", (2, 3, 2), (1, 2, 4, 4)), ("Embedding", (5, 4), None)]


def pair(name, *args):
    ours, theirs = getattr(limpid.nn, name)(*args), getattr(torch.nn, name)(*args)
    copy_weights(ours, theirs)
    return ours, theirs


def inputs(shape):
    if shape is None:
        return limpid.tensor([0, 3, 3]), torch.tensor([0, 3, 3])
    x, = arrays(shape)
    return limpid.tensor(x), torch.tensor(x)


def parameterized(library, kind, layer, **options):
    return getattr(library.nn.utils.parametrizations, kind)(layer, **options)


def same_step(ours, theirs, x, tx, tolerance=1e-3):
    """Outputs, gradients, and outputs again after a step."""
    close(ours(x), theirs(tx), tolerance)
    for library, layer, data in ((limpid, ours, x), (torch, theirs, tx)):
        optimizer = library.optim.SGD(layer.parameters(), lr=0.05)
        layer(data).square().sum().backward()
        optimizer.step()
    for (name, p), (their_name, q) in zip(ours.named_parameters(), theirs.named_parameters()):
        assert name == their_name
        close(p.grad, q.grad, tolerance)
    close(ours(x), theirs(tx), tolerance)


@pytest.mark.parametrize("name, args, shape", LAYERS)
@pytest.mark.parametrize("dim", [0, 1, None])
def test_weight_norm(name, args, shape, dim):
    ours, theirs = pair(name, *args)
    x, tx = inputs(shape)
    before = ours(x)
    parameterized(limpid, "weight_norm", ours, dim=dim)
    parameterized(torch, "weight_norm", theirs, dim=dim)
    assert list(ours.state_dict()) == list(theirs.state_dict()) and str(ours) == str(theirs)
    close(ours(x), before)
    same_step(ours, theirs, x, tx)
    limpid.nn.utils.parametrize.remove_parametrizations(ours, "weight")
    torch.nn.utils.parametrize.remove_parametrizations(theirs, "weight")
    assert type(ours) is getattr(limpid.nn, name) and isinstance(ours.weight, limpid.nn.Parameter)
    assert set(ours.state_dict()) == set(theirs.state_dict())
    same_step(ours, theirs, x, tx)


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_weight_norm_loads_what_the_older_one_saved():
    old = limpid.nn.utils.weight_norm(limpid.nn.Linear(4, 3))
    new = parameterized(limpid, "weight_norm", limpid.nn.Linear(4, 3))
    new.load_state_dict(old.state_dict())
    x = limpid.randn(2, 4)
    close(new(x), old(x))


@pytest.mark.parametrize("name, args, shape", LAYERS)
def test_spectral_norm(name, args, shape):
    ours, theirs = pair(name, *args)
    x, tx = inputs(shape)
    parameterized(limpid, "spectral_norm", ours, n_power_iterations=2)
    parameterized(torch, "spectral_norm", theirs, n_power_iterations=2)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    copy_weights(ours, theirs)
    same_step(ours, theirs, x, tx)
    close(ours.parametrizations.weight[0]._u, theirs.parametrizations.weight[0]._u, 1e-4)
    ours.eval(), theirs.eval()
    close(ours(x), theirs(tx), 1e-4)
    assert limpid.equal(ours.weight, ours.weight)  # no iterations in eval mode
    limpid.nn.utils.parametrize.remove_parametrizations(ours, "weight", leave_parametrized=False)
    torch.nn.utils.parametrize.remove_parametrizations(theirs, "weight", leave_parametrized=False)
    close(ours.weight, theirs.weight, 1e-4)


def test_spectral_norm_of_a_vector():
    for library in (limpid, torch):
        norm = library.nn.LayerNorm(3)
        parameterized(library, "spectral_norm", norm)
        assert norm.weight.norm().item() == pytest.approx(1)
        with pytest.raises(IndexError):
            parameterized(library, "spectral_norm", library.nn.LayerNorm(3), dim=1)
        with pytest.raises(ValueError):
            parameterized(library, "spectral_norm", library.nn.Linear(3, 3), n_power_iterations=0)


@pytest.mark.parametrize("shape", [(4, 4), (6, 4), (3, 5), (2, 3, 3), (2, 4, 2), (1, 1)])
@pytest.mark.parametrize("method", ["matrix_exp", "cayley", "householder", None])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_orthogonal(shape, method, dtype):
    values, other = arrays(shape, shape)
    results = []
    for library in (limpid, torch):
        module = library.nn.Module()
        module.weight = library.nn.Parameter(library.tensor(values, dtype=getattr(library, dtype)))
        parameterized(library, "orthogonal", module, orthogonal_map=method)
        chain = module.parametrizations.weight
        if library is torch:  # the columns that fill up a matrix that is not square are drawn
            base = results[0][0].parametrizations.weight[0].base
            chain[0].base.copy_(torch.tensor(base.tolist(), dtype=torch.float64))
        start = module.weight.detach()
        module.weight.square().cumsum(-1).sum().backward()
        with library.no_grad():
            step = library.tensor(other, dtype=getattr(library, dtype))
            chain.original += step.tril(-1) + step.triu(1)  # the signs on the diagonal stay
        results.append((module, start, chain.original.grad, module.weight, sorted(module.state_dict())))
    (ours, *found), (theirs, *expected) = results
    assert found[-1] == expected[-1]
    tolerance = 1e-10 if dtype == "float64" else 1e-4
    for f, e in zip(found[:-1], expected):
        close(f, e, tolerance)
    weight = found[2].detach()
    square = weight.mT @ weight if shape[-2] >= shape[-1] else weight @ weight.mT
    close(square, limpid.eye(min(shape[-2:]), dtype=weight.dtype).expand(square.shape), tolerance)


@pytest.mark.parametrize("shape", [(4, 4), (6, 4), (3, 5)])
def test_householder_without_a_base(shape):
    values, = arrays(shape)
    results = []
    for library in (limpid, torch):
        module = library.nn.Module()
        module.weight = library.nn.Parameter(library.tensor(values))
        parameterized(library, "orthogonal", module, orthogonal_map="householder", use_trivialization=False)
        module.weight.square().cumsum(-1).sum().backward()
        original = module.parametrizations.weight.original
        results.append((module.weight, original.grad, original.tril(-1) if shape[0] >= shape[1] else original.triu(1)))
    for f, e in zip(*results):
        close(f, e, 1e-4)


def test_orthogonal_refuses():
    for library in (limpid, torch):
        with pytest.raises(ValueError, match="Expected a matrix"):
            parameterized(library, "orthogonal", library.nn.LayerNorm(3))
        with pytest.raises(ValueError, match="orthogonal_map has to be one of"):
            parameterized(library, "orthogonal", library.nn.Linear(3, 3), orthogonal_map="qr")
        layer = parameterized(library, "orthogonal", library.nn.Linear(3, 3), use_trivialization=False)
        with pytest.raises(NotImplementedError):
            layer.weight = library.eye(3)
        layer = parameterized(library, "orthogonal", library.nn.Linear(3, 3))
        with pytest.raises(ValueError, match="Expected a matrix or batch of matrices of shape"):
            layer.weight = library.eye(2)


def symmetric(library):
    class Symmetric(library.nn.Module):
        def forward(self, x):
            return x.triu() + x.triu(1).T

        def right_inverse(self, x):
            return x.triu()

    return Symmetric()


def scaled(library, factor):
    class Scaled(library.nn.Module):
        def forward(self, x):
            return x * factor

    return Scaled()


def test_parametrizations_one_behind_the_other():
    ours, theirs = pair("Linear", 4, 4)
    x, tx = inputs((5, 4))
    for library, layer in ((limpid, ours), (torch, theirs)):
        parametrize, original = library.nn.utils.parametrize, layer.weight
        assert not parametrize.is_parametrized(layer)
        assert parametrize.register_parametrization(layer, "weight", symmetric(library)) is layer
        parametrize.register_parametrization(layer, "weight", scaled(library, 2.0))
        parametrize.register_parametrization(layer, "bias", scaled(library, 3.0))
        assert layer.parametrizations.weight.original is original  # an optimiser knows it
        assert parametrize.is_parametrized(layer, "bias") and not parametrize.is_parametrized(layer, "other")
        assert library.equal(layer.weight, layer.weight.T)
        assert parametrize.type_before_parametrizations(layer) is library.nn.Linear
        with pytest.raises(RuntimeError, match="does not implement right_inverse"):
            layer.weight = library.eye(4)
        assert not layer.train(False).parametrizations.weight[0].training
    assert list(ours.state_dict()) == list(theirs.state_dict()) and str(ours) == str(theirs)
    same_step(ours, theirs, x, tx)
    for library, layer in ((limpid, ours), (torch, theirs)):
        library.nn.utils.parametrize.remove_parametrizations(layer, "weight")
        library.nn.utils.parametrize.remove_parametrizations(layer, "bias", leave_parametrized=False)
        assert not hasattr(layer, "parametrizations") and type(layer) is library.nn.Linear
    same_step(ours, theirs, x, tx)


def test_assignment_goes_through_the_right_inverse():
    for library in (limpid, torch):
        layer = library.nn.Linear(3, 3)
        library.nn.utils.parametrize.register_parametrization(layer, "weight", symmetric(library))
        wanted = library.tensor([[1.0, 2.0, 3.0], [2.0, 5.0, 6.0], [3.0, 6.0, 9.0]])
        layer.weight = wanted
        assert layer.weight.tolist() == wanted.tolist()
        assert layer.parametrizations.weight.original[1, 0].item() == 0
        y = layer(library.eye(3)) - layer.bias
        assert library.allclose(y, wanted)
        with pytest.raises(KeyError, match="attribute 'weight' already exists"):
            layer.weight = library.nn.Parameter(wanted)


def test_what_does_not_fit_is_refused():
    class Half(limpid.nn.Module):
        def forward(self, x):
            return x[:1]

    class NoTensor(limpid.nn.Module):
        def forward(self, x):
            return None

    register = limpid.nn.utils.parametrize.register_parametrization
    layer = limpid.nn.Linear(3, 3)
    with pytest.raises(ValueError, match="may not change the dtype or the shape"):
        register(layer, "weight", Half())
    with pytest.raises(ValueError, match="must return a tensor. Got NoneType"):
        register(layer, "weight", NoTensor())
    with pytest.raises(ValueError, match="does not have a parameter, a buffer"):
        register(layer, "other", symmetric(limpid))
    register(layer, "weight", symmetric(limpid))
    with pytest.raises(ValueError, match="may not change the dtype or the shape"):
        register(layer, "weight", Half())
    with pytest.raises(ValueError, match="does not have a parametrization on bias"):
        limpid.nn.utils.parametrize.remove_parametrizations(layer, "bias")
    parameterized(limpid, "weight_norm", layer, name="bias", dim=None)
    with pytest.raises(ValueError, match="in terms of a sequence of tensors"):
        limpid.nn.utils.parametrize.remove_parametrizations(layer, "bias", leave_parametrized=False)
    register(limpid.nn.Linear(3, 3), "weight", Half(), unsafe=True)


def test_cached():
    for library in (limpid, torch):
        layer = parameterized(library, "weight_norm", library.nn.Linear(3, 3))
        parametrize = library.nn.utils.parametrize
        with parametrize.cached(), parametrize.cached():
            first = layer.weight
            assert layer.weight is first
            layer(library.ones(1, 3)).sum().backward()
        assert layer.weight is not first and layer.parametrizations.weight.original0.grad is not None


def test_copies_have_parametrizations_of_their_own():
    layer = parameterized(limpid, "weight_norm", limpid.nn.Linear(3, 3))
    x = limpid.randn(2, 3)
    twin = copy.deepcopy(limpid.nn.Sequential(layer))[0]
    limpid.nn.utils.parametrize.remove_parametrizations(layer, "weight")
    close(twin(x), layer(x))
    with limpid.no_grad():
        twin.parametrizations.weight.original0.mul_(2)
    close(twin(x) - twin.bias, (layer(x) - layer.bias) * 2)
    with pytest.raises(RuntimeError, match="only supported through state_dict"):
        pickle.dumps(twin)


def test_transfer():
    for library in (limpid, torch):
        source, target = library.nn.Linear(3, 3), library.nn.Linear(3, 3)
        parametrize = library.nn.utils.parametrize
        parametrize.register_parametrization(source, "weight", symmetric(library))
        parametrize.transfer_parametrizations_and_params(source, target)
        assert library.equal(source.weight, target.weight) and not library.equal(source.bias, target.bias)
        assert target.parametrizations.weight.original is source.parametrizations.weight.original


@pytest.mark.parametrize("layer", ["RNN", "LSTM"])
def test_layers_of_several_weights(layer):
    x = limpid.randn(4, 2, 3)
    ours = getattr(limpid.nn, layer)(3, 3)
    before = ours(x)[0]
    parameterized(limpid, "weight_norm", ours, name="weight_hh_l0")
    close(ours(x)[0], before)
    with limpid.no_grad():
        ours.parametrizations.weight_hh_l0.original0.zero_()
    assert not limpid.allclose(ours(x)[0], before)
    ours(x)[0].sum().backward()
    assert ours.parametrizations.weight_hh_l0.original0.grad.abs().sum() > 0


def test_options_of_a_parametrized_layer_can_change():
    layer = parameterized(limpid, "weight_norm", limpid.nn.Conv2d(1, 1, 3))
    x = limpid.randn(1, 1, 5, 5)
    before = layer(x)
    layer.padding = (1, 1)
    after = layer(x)
    assert after.shape == (1, 1, 5, 5)
    close(after[:, :, 1:-1, 1:-1], before)


def test_projections_of_attention():
    for library in (limpid, torch):
        attention = library.nn.MultiheadAttention(4, 2)
        x = library.randn(3, 1, 4)
        before = attention(x, x, x)[0]
        library.nn.utils.parametrize.register_parametrization(attention.out_proj, "weight", scaled(library, 2.0))
        after = attention(x, x, x)[0]
        assert library.allclose(after - attention.out_proj.bias, 2 * (before - attention.out_proj.bias), atol=1e-5)


def test_modules_of_ones_own():
    class Net(limpid.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = limpid.nn.Parameter(limpid.tensor([4.0]))
            self.register_buffer("shift", limpid.tensor([3.0]))

        def forward(self, x):
            return x * self.scale + self.shift

    net = Net()
    limpid.nn.utils.parametrize.register_parametrization(net, "scale", scaled(limpid, 0.5))
    limpid.nn.utils.parametrize.register_parametrization(net, "shift", scaled(limpid, 10.0))
    assert net(limpid.tensor([1.0])).item() == 32 and type(net).__name__ == "ParametrizedNet"
    assert [n for n, _ in net.named_buffers()] == ["parametrizations.shift.original"]
    limpid.nn.utils.parametrize.remove_parametrizations(net, "shift")
    assert net(limpid.tensor([1.0])).item() == 32 and [n for n, _ in net.named_buffers()] == ["shift"]
