"""limpid.optim.swa_utils beside torch.optim.swa_utils."""

import copy

import numpy as np
import pytest

import limpid
from limpid.optim import swa_utils

torch = pytest.importorskip("torch")
import torch.optim.swa_utils  # noqa: E402


def model_of(library):
    model = library.nn.Sequential(library.nn.Linear(3, 4), library.nn.BatchNorm1d(4), library.nn.Linear(4, 1))
    random = np.random.default_rng(0)
    with library.no_grad():
        for p in model.parameters():
            p.copy_(library.tensor(random.standard_normal(tuple(p.shape)).astype("float32")))
    return model


AVERAGES = {
    "mean": lambda u, library: {},
    "avg_fn": lambda u, library: {"avg_fn": u.get_swa_avg_fn()},
    "ema": lambda u, library: {"multi_avg_fn": u.get_ema_multi_avg_fn(0.9)},
    "ema of one": lambda u, library: {"avg_fn": u.get_ema_avg_fn(0.9)},
    "own": lambda u, library: {"avg_fn": lambda a, b, n: a * 0.5 + b * n},
    "mean of buffers": lambda u, library: {"use_buffers": True},
    "ema of buffers": lambda u, library: {"use_buffers": True, "multi_avg_fn": u.get_ema_multi_avg_fn(0.9)},
}


@pytest.mark.parametrize("average", AVERAGES, ids=str)
def test_averages(average):
    def trained(library):
        model, utils = model_of(library), library.optim.swa_utils
        averaged = utils.AveragedModel(model, **AVERAGES[average](utils, library))
        optimizer = library.optim.SGD(model.parameters(), lr=0.1)
        random = np.random.default_rng(1)
        for _ in range(4):
            x = library.tensor(random.standard_normal((8, 3)).astype("float32"))
            optimizer.zero_grad()
            model(x).pow(2).mean().backward()
            optimizer.step()
            averaged.update_parameters(model)
        return averaged.state_dict()

    ours, theirs = trained(limpid), trained(torch)
    assert list(ours) == list(theirs) and ours["n_averaged"] == 4
    for name in ours:
        np.testing.assert_allclose(ours[name].numpy(), theirs[name].numpy(), rtol=1e-5, atol=1e-6, err_msg=name)


def test_the_model_and_its_average_are_apart():
    model = model_of(limpid)
    averaged = swa_utils.AveragedModel(model)
    averaged.update_parameters(model)
    kept = averaged.module[0].weight.clone()
    with limpid.no_grad():
        model[0].weight.zero_()
    assert limpid.equal(averaged.module[0].weight, kept)
    averaged.update_parameters(model)
    assert limpid.allclose(averaged.module[0].weight, kept / 2)
    twin = swa_utils.AveragedModel(model_of(limpid))
    twin.load_state_dict(copy.deepcopy(averaged.state_dict()))
    x = limpid.ones(2, 3)
    assert limpid.equal(twin.eval()(x), averaged.eval()(x))


def test_update_bn():
    def statistics(library):
        model = model_of(library).eval()
        x = library.tensor(np.random.default_rng(2).standard_normal((12, 3)).astype("float32"))
        library.optim.swa_utils.update_bn([x[:4], (x[4:8], 0), [x[8:]]], model)
        assert not model.training and model[1].momentum == 0.1
        return model[1].running_mean.numpy(), model[1].running_var.numpy()

    for ours, theirs in zip(statistics(limpid), statistics(torch)):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    swa_utils.update_bn(iter(()), limpid.nn.Linear(1, 1))  # no batch normalisation: nothing to do


@pytest.mark.parametrize("strategy", ["cos", "linear"])
@pytest.mark.parametrize("epochs", [0, 1, 4])
def test_schedule(strategy, epochs):
    def rates(library):
        tensors = [library.zeros(1, requires_grad=True) for _ in range(2)]
        optimizer = library.optim.SGD([{"params": [tensors[0]]}, {"params": [tensors[1]], "lr": 0.3}], lr=0.1)
        first = library.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
        schedule = library.optim.swa_utils.SWALR(optimizer, swa_lr=[0.01, 0.02], anneal_epochs=epochs, anneal_strategy=strategy)
        seen = []
        for epoch in range(8):
            optimizer.step()
            (first if epoch < 2 else schedule).step()
            seen.append([group["lr"] for group in optimizer.param_groups])
            if epoch == 5:
                state = schedule.state_dict()
                schedule = library.optim.swa_utils.SWALR(optimizer, swa_lr=[0.01, 0.02], anneal_epochs=9)
                schedule.load_state_dict(state)
        return seen

    np.testing.assert_allclose(rates(limpid), rates(torch), rtol=1e-12)


@pytest.mark.parametrize("call, error, text", [
    (lambda m, o: swa_utils.AveragedModel(m, avg_fn=max, multi_avg_fn=max), AssertionError, "Only one of avg_fn and multi_avg_fn"),
    (lambda m, o: swa_utils.AveragedModel(3).update_parameters(m), (TypeError, AttributeError), "int"),
    (lambda m, o: swa_utils.get_ema_avg_fn(1.5), ValueError, "Invalid decay value 1.5"),
    (lambda m, o: swa_utils.get_ema_multi_avg_fn(-1), ValueError, "Invalid decay value -1"),
    (lambda m, o: swa_utils.SWALR(o, 0.1, anneal_strategy="sin"), ValueError, "'cos' or 'linear', instead got sin"),
    (lambda m, o: swa_utils.SWALR(o, 0.1, anneal_epochs=-1), ValueError, "got -1"),
    (lambda m, o: swa_utils.SWALR(o, [0.1, 0.2]), ValueError, "same length as optimizer.param_groups"),
    (lambda m, o: swa_utils.SWALR(m, 0.1), TypeError, "SWALR: optimizer must be an Optimizer, not Sequential"),
])
def test_what_is_refused(call, error, text):
    model = model_of(limpid)
    with pytest.raises(error, match=text):
        call(model, limpid.optim.SGD(model.parameters(), lr=0.1))
