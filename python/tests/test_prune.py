"""nn.utils.prune beside PyTorch's: masks, gradients, keys of the state dict, prunings one after the other."""

import copy

import numpy as np
import pytest

import limpid
from limpid import nn
from limpid.nn.utils import prune

torch = pytest.importorskip("torch")
import torch.nn.utils.prune  # noqa: E402


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def filled(library, *layers):
    net = library.nn.Sequential(*layers)
    with library.no_grad():
        for i, p in enumerate(net.parameters()):
            p.copy_(library.tensor(numbers(*p.shape, seed=i)))
    return net


def foobar(library):
    class EveryOther(library.nn.utils.prune.BasePruningMethod):
        PRUNING_TYPE = "unstructured"

        def compute_mask(self, t, default_mask):
            mask = default_mask.clone()
            mask.view(-1)[::2] = 0
            return mask

    return EveryOther


WAYS = {
    "l1": lambda p, m, t: p.l1_unstructured(m[0], name="weight", amount=0.3),
    "l1 of a count": lambda p, m, t: p.l1_unstructured(m[0], "weight", 5),
    "none": lambda p, m, t: p.l1_unstructured(m[0], "weight", 0),
    "scores": lambda p, m, t: p.l1_unstructured(m[0], "bias", 2, importance_scores=t.tensor([3.0, 1.0, 2.0, 4.0])),
    "ln": lambda p, m, t: p.ln_structured(m[0], name="weight", amount=0.5, n=2, dim=0),
    "ln along another axis": lambda p, m, t: p.ln_structured(m[1], "weight", 1, n=float("inf"), dim=-1),
    "identity": lambda p, m, t: p.identity(m[0], "bias"),
    "mask": lambda p, m, t: p.custom_from_mask(m[0], "bias", mask=t.tensor([0, 1, 1, 0])),
    "l1 twice": lambda p, m, t: [p.l1_unstructured(m[0], "weight", 0.3) for _ in range(2)],
    "ln, then l1": lambda p, m, t: [p.ln_structured(m[0], "weight", 2, 2, 0), p.l1_unstructured(m[0], "weight", 0.5)],
    "ln twice": lambda p, m, t: [p.ln_structured(m[0], "weight", 1, 2, 0), p.ln_structured(m[0], "weight", 1, 1, 0)],
    "all at once": lambda p, m, t: p.global_unstructured([(m[0], "weight"), (m[1], "weight")], p.L1Unstructured, amount=0.4),
    "all at once, twice": lambda p, m, t: [p.global_unstructured([(m[0], "weight"), (m[1], "weight")], p.L1Unstructured, amount=6)
                                           for _ in range(2)],
    "of one's own": lambda p, m, t: foobar(t).apply(m[0], "weight"),
}


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("made_plain", [False, True])
def test_the_same_as_pytorch(way, made_plain):
    def compute(library):
        net = filled(library, library.nn.Linear(5, 4), library.nn.Linear(4, 3))
        WAYS[way](library.nn.utils.prune, net, library)
        optimizer = library.optim.SGD(net.parameters(), lr=0.1)
        x = library.tensor(numbers(6, 5, seed=9))
        results = {"first": net(x)}
        net(x).square().mean().backward()
        optimizer.step()
        if made_plain:
            for layer in net:
                for name in ("weight", "bias"):
                    if hasattr(layer, name + "_mask"):
                        library.nn.utils.prune.remove(layer, name)
        assert library.nn.utils.prune.is_pruned(net) != made_plain
        return {**results, "second": net(x), **{f"{n} grad": p.grad for n, p in net.named_parameters()}, **net.state_dict()}

    ours, theirs = compute(limpid), compute(torch)
    assert sorted(ours) == sorted(theirs)
    for name in ours:
        np.testing.assert_allclose(ours[name].detach().numpy(), theirs[name].detach().numpy(), rtol=1e-4, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("prunes, zeros", [
    (lambda layer: prune.random_unstructured(layer, "weight", 7), 7),
    (lambda layer: prune.random_unstructured(layer, "weight", 0.5), 10),
    (lambda layer: prune.random_structured(layer, "weight", 2, 0), 10),
    (lambda layer: prune.random_structured(layer, "weight", 0.4, 1), 8),
    (lambda layer: [prune.random_unstructured(layer, "weight", 4) for _ in range(3)], 12)])
def test_at_random(prunes, zeros):
    layer = nn.Linear(5, 4)
    prunes(layer)
    assert (layer.weight_mask == 0).sum() == zeros and ((layer.weight == 0) == (layer.weight_mask == 0)).all()


def test_the_parameter_stays_the_same_object_and_copies_are_apart():
    layer = nn.Linear(5, 4)
    own = layer.weight
    prune.l1_unstructured(layer, "weight", 3)
    assert layer.weight_orig is own and not isinstance(layer.weight, nn.Parameter)
    with limpid.no_grad():
        twin = nn.Linear(5, 4)
        prune.identity(twin, "weight")
        twin.load_state_dict(copy.deepcopy(layer.state_dict()))
        x = limpid.ones(2, 5)
        assert limpid.equal(twin(x), layer(x))
    prune.remove(layer, "weight")
    assert layer.weight is own and (own == 0).sum() == 3 and not prune.is_pruned(layer)


@pytest.mark.parametrize("call, error, text", [
    (lambda m: prune.l1_unstructured(m, "weight", 1.5), ValueError, r"amount=1.5 should either be a float in the range"),
    (lambda m: prune.l1_unstructured(m, "weight", -1), ValueError, "amount=-1 should either be"),
    (lambda m: prune.l1_unstructured(m, "weight", "a"), TypeError, "Invalid type for amount: a"),
    (lambda m: prune.l1_unstructured(m, "weight", 99), ValueError, "amount=99 should be smaller than the number of .*=20"),
    (lambda m: prune.ln_structured(m, "bias", 1, 2, 0), ValueError, "tensors of 2 or more axes, not of shape"),
    (lambda m: prune.remove(m, "weight"), ValueError, "Parameter 'weight' of module .* has to be pruned before"),
    (lambda m: prune.l1_unstructured(m, "nothing", 1), AttributeError, "has no attribute 'nothing'"),
    (lambda m: prune.custom_from_mask(m, "bias", limpid.ones(3)), AssertionError, r"the mask has shape \(3,\)"),
    (lambda m: prune.l1_unstructured(m, "bias", 1, limpid.ones(3)), AssertionError, "importance_scores should have the same shape"),
    (lambda m: prune.global_unstructured([(m, "weight")], prune.LnStructured, amount=1, n=2), TypeError, "Only .unstruct"),
    (lambda m: prune.global_unstructured(3, prune.L1Unstructured, amount=1), TypeError, "parameters is not an Iterable"),
])
def test_what_is_refused(call, error, text):
    layer = nn.Linear(5, 4)
    with pytest.raises(error, match=text):
        call(layer)
    assert isinstance(layer.weight, nn.Parameter) and isinstance(layer.bias, nn.Parameter)
