"""Lazy layers, the adaptive softmax, fractional pools, Muon: against PyTorch's."""

import copy
import pickle

import numpy as np
import pytest

import limpid
from nn_cases import arrays, torch


def both(values, **options):
    return limpid.tensor(values, **options), torch.tensor(values, **options)


def same_weights(ours, theirs):
    theirs.load_state_dict({name: torch.tensor(t.numpy()) for name, t in ours.state_dict().items()})


# ---- lazy layers

LAZY = [("LazyLinear", (4,), (3, 7)), ("LazyConv1d", (4, 3), (2, 5, 9)), ("LazyConv2d", (4, 3), (2, 5, 9, 9)),
        ("LazyConv3d", (4, 2), (2, 5, 4, 4, 4)), ("LazyConvTranspose1d", (4, 3), (2, 5, 9)),
        ("LazyConvTranspose2d", (4, 3), (2, 5, 4, 4)), ("LazyConvTranspose3d", (4, 2), (2, 5, 3, 3, 3)),
        ("LazyBatchNorm1d", (), (4, 6)), ("LazyBatchNorm2d", (), (2, 6, 3, 3)), ("LazyBatchNorm3d", (), (2, 6, 2, 2, 2)),
        ("LazyInstanceNorm1d", (), (2, 6, 5)), ("LazyInstanceNorm2d", (), (2, 6, 3, 3)),
        ("LazyInstanceNorm3d", (), (2, 6, 2, 2, 2))]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name, args, shape", LAZY, ids=[name for name, _, _ in LAZY])
def test_lazy_layers(name, args, shape):
    x, = arrays(shape)
    ours, theirs = (getattr(library.nn, name)(*args) for library in (limpid, torch))
    assert ours.has_uninitialized_params() == theirs.has_uninitialized_params()
    parameters = list(ours.parameters())
    found = ours(limpid.tensor(x))
    theirs(torch.tensor(x))
    assert type(ours).__name__ == type(theirs).__name__ == name[4:] and repr(ours) == repr(theirs)
    assert all(a is b for a, b in zip(parameters, ours.parameters())), "an optimiser may hold them already"
    assert all(type(p) is limpid.nn.Parameter for p in parameters)
    same_weights(ours, theirs)
    np.testing.assert_allclose(ours(limpid.tensor(x)).detach().numpy(), theirs(torch.tensor(x)).detach().numpy(),
                               rtol=1e-5, atol=1e-5)
    found.sum().backward()


def test_lazy_layers_take_their_sizes_from_a_state_dict():
    full = limpid.nn.Sequential(limpid.nn.Linear(7, 4), limpid.nn.BatchNorm1d(4), limpid.nn.Linear(4, 2, bias=False))
    lazy = limpid.nn.Sequential(limpid.nn.LazyLinear(4), limpid.nn.LazyBatchNorm1d(), limpid.nn.LazyLinear(2, bias=False))
    assert lazy.load_state_dict(full.state_dict()) == ([], [])
    assert repr(lazy) == repr(full)
    x = limpid.randn(3, 7)
    assert limpid.equal(full.eval()(x), lazy.eval()(x))


def test_lazy_layers_before_their_first_input():
    layer = limpid.nn.LazyLinear(4)
    assert isinstance(layer.weight, limpid.nn.UninitializedParameter) and limpid.nn.parameter.is_lazy(layer.weight)
    assert isinstance(layer.state_dict()["weight"], limpid.nn.UninitializedParameter)
    twin = copy.deepcopy(layer)
    assert twin.has_uninitialized_params() and twin.weight is not layer.weight
    twin(limpid.ones(2, 3))
    assert layer.has_uninitialized_params() and not hasattr(twin, "has_uninitialized_params")
    assert pickle.loads(pickle.dumps(twin)).weight.shape == (4, 3)
    with pytest.raises(limpid.ShapeError):
        limpid.nn.LazyConv2d(4, 3)(limpid.ones(3))


@pytest.mark.parametrize("name, args, shape", LAZY, ids=[name for name, _, _ in LAZY])
def test_lazy_layers_say_what_their_first_input_must_be(name, args, shape):
    def lazy():
        return getattr(limpid.nn, name)(*args)

    with pytest.raises(limpid.ShapeError, match=f"{name}: the first input, which says how many .* there are .*, must be .*C.*, got"):
        lazy()(limpid.tensor(1.0))
    with pytest.raises(TypeError, match=f"{name}: the first input must be a Tensor, not str"):
        lazy()("text")
    with pytest.raises(limpid.DTypeError, match=f"{name}: the first input is limpid.int64, .*to.limpid.float32"):
        lazy()(limpid.ones(shape, dtype=limpid.int64))
    with pytest.raises(limpid.ShapeError, match=f"{name}: weight in the state dict must have . axes, got shape"):
        lazy().load_state_dict({"weight": limpid.tensor(1.0)})
    with pytest.raises(limpid.ValueError, match=f"{name}: its parameters are not initialised yet"):
        lazy()._cpp


def test_errors_of_a_lazy_layers_first_run_name_it():
    with pytest.raises(limpid.ShapeError, match="LazyConv2d, run with its first input: conv2d: .*kernel"):
        limpid.nn.LazyConv2d(4, 9)(limpid.ones(2, 3, 5, 5))
    with pytest.raises(limpid.DTypeError, match="LazyLinear, run with its first input: linear: input is float64"):
        limpid.nn.LazyLinear(4)(limpid.ones(2, 3, dtype=limpid.float64))


@pytest.mark.parametrize("name, args, shape", [("LazyConv2d", (4, 3), (5, 9, 9)), ("LazyInstanceNorm1d", (), (6, 5)),
                                               ("LazyInstanceNorm2d", (), (6, 3, 3)), ("LazyLinear", (4,), (7,))])
def test_lazy_layers_without_a_batch(name, args, shape):
    layer = getattr(limpid.nn, name)(*args)
    assert layer(limpid.ones(shape)).dim() == len(shape) and layer.weight.shape[-1 if name == "LazyLinear" else 0] in (4, 6, 7)


# ---- adaptive softmax


@pytest.mark.parametrize("options", [{}, {"div_value": 2.0, "head_bias": True}])
def test_adaptive_log_softmax(options):
    ours, theirs = (library.nn.AdaptiveLogSoftmaxWithLoss(16, 20, [4, 10, 15], **options) for library in (limpid, torch))
    same_weights(ours, theirs)
    (x, target), (tx, ttarget) = zip(*(both(v) for v in (arrays((6, 16))[0], np.array([0, 19, 4, 3, 12, 9]))))
    for given, wanted in zip(ours(x, target), theirs(tx, ttarget)):
        np.testing.assert_allclose(given.detach().numpy(), wanted.detach().numpy(), rtol=1e-5, atol=1e-6)
    ours(x, target).loss.backward(), theirs(tx, ttarget).loss.backward()
    for (name, p), (_, q) in zip(ours.named_parameters(), theirs.named_parameters()):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-4, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(ours.log_prob(x).detach().numpy(), theirs.log_prob(tx).detach().numpy(), rtol=1e-5,
                               atol=1e-5)
    assert ours.predict(x).tolist() == theirs.predict(tx).tolist()
    assert float(ours(x[0], target[0]).output) == pytest.approx(float(theirs(tx[0], ttarget[0]).output), rel=1e-5)
    with pytest.raises(RuntimeError):
        ours(x, target + 20)
    with pytest.raises(ValueError):
        limpid.nn.AdaptiveLogSoftmaxWithLoss(16, 20, [10, 4])


# ---- fractional pools


@pytest.mark.parametrize("axes, options", [(2, {"output_size": (3, 5)}), (2, {"output_ratio": (0.5, 0.7)}),
                                           (3, {"output_size": 3}), (3, {"output_ratio": 0.6})])
def test_fractional_max_pool(axes, options):
    shape = (2, 3, 8, 9) if axes == 2 else (2, 3, 6, 7, 8)
    x, tx = both(arrays(shape)[0], requires_grad=True)
    samples, tsamples = both(np.random.default_rng(0).random((2, 3, axes)).astype("float32"))
    name = f"fractional_max_pool{axes}d"
    y, at = getattr(limpid.nn.functional, name)(x, 2, **options, return_indices=True, _random_samples=samples)
    ty, tat = getattr(torch.nn.functional, name)(tx, 2, **options, return_indices=True, _random_samples=tsamples)
    assert at.tolist() == tat.tolist() and y.tolist() == ty.tolist()
    y.square().sum().backward(), ty.square().sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), tx.grad.numpy(), rtol=1e-6)
    layer = getattr(limpid.nn, f"FractionalMaxPool{axes}d")(2, **options, _random_samples=samples)
    assert limpid.equal(layer(x), y)
    layer._random_samples = samples[:1]
    assert limpid.equal(layer(x[0]), y[0])


def test_fractional_max_pool_refuses():
    x = limpid.ones(1, 1, 4, 4)
    pool = limpid.nn.functional.fractional_max_pool2d
    for options, error in (({}, ValueError), ({"output_size": 4}, limpid.ShapeError), ({"output_ratio": 2}, ValueError)):
        with pytest.raises(error, match="fractional_max_pool2d"):
            pool(x, 2, **options)


# ---- Muon


@pytest.mark.parametrize("options", [{}, {"nesterov": False, "weight_decay": 0.0, "lr": 0.02},
                                     {"adjust_lr_fn": "match_rms_adamw", "momentum": 0.8}])
def test_muon(options):
    """In bfloat16 inside, so the updates agree to its 8 bits."""
    (tall, wide), gradients = arrays((6, 4), (3, 5)), [arrays((6, 4), (3, 5), seed=s) for s in range(10)]
    ours = [limpid.nn.Parameter(limpid.tensor(v)) for v in (tall, wide)]
    theirs = [torch.nn.Parameter(torch.tensor(v)) for v in (tall, wide)]
    a, b = limpid.optim.Muon(ours, **options), torch.optim.Muon(theirs, **options)
    for step in gradients:
        for parameters, library in ((ours, limpid), (theirs, torch)):
            for p, g in zip(parameters, step):
                p.grad = library.tensor(g)
        a.step(), b.step()
    moved = options.get("lr", 1e-3) * len(gradients)
    for p, q in zip(ours, theirs):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), atol=0.05 * moved)
    assert set(a.state_dict()["param_groups"][0]) == set(b.state_dict()["param_groups"][0])
    with pytest.raises(ValueError, match="matrices"):
        limpid.optim.Muon([limpid.nn.Parameter(limpid.ones(3))])
