"""What the tests of limpid.nn and limpid.optim share: the same model under both imports."""

import numpy as np
import pytest

import limpid

torch = pytest.importorskip("torch")


def arrays(*shapes, dtype="float32", seed=0):
    random = np.random.default_rng(seed)
    return [random.standard_normal(shape).astype(dtype) for shape in shapes]


def copy_weights(ours, theirs):
    """Gives our module the values of theirs, by state_dict."""
    state = {name: limpid.tensor(value.detach().numpy()) for name, value in theirs.state_dict().items()}
    ours.load_state_dict(state)


def close(ours, theirs, tolerance=2e-5):
    ours, theirs = ours.detach().numpy(), theirs.detach().numpy()
    assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def flat(result):
    """The tensors of a result, which may be nested."""
    if isinstance(result, (tuple, list)):
        return [tensor for part in result for tensor in flat(part)]
    return [] if result is None else [result]


def compare(ours, theirs, inputs, training=True, call=lambda module, *inputs: module(*inputs)):
    """Outputs, gradients of inputs and parameters, and buffers, of both modules after one call."""
    copy_weights(ours, theirs)
    ours.train(training)
    theirs.train(training)
    xs, ys = [], []
    for value in inputs:
        learned = value.dtype.kind == "f"
        xs.append(limpid.tensor(value).requires_grad_() if learned else limpid.tensor(value))
        ys.append(torch.tensor(value).requires_grad_() if learned else torch.tensor(value))
    got, wanted = flat(call(ours, *xs)), flat(call(theirs, *ys))
    assert len(got) == len(wanted)
    for g, w in zip(got, wanted):
        close(g, w)
    weights = arrays(*[tuple(w.shape) for w in wanted], seed=1)
    pairs = [(g, w, weight) for g, w, weight in zip(got, wanted, weights) if w.requires_grad]
    sum((g * limpid.tensor(weight).to(g.dtype)).sum() for g, _, weight in pairs).backward()
    sum((w * torch.tensor(weight).to(w.dtype)).sum() for _, w, weight in pairs).backward()
    for x, y in zip(xs, ys):
        if y.grad is not None:
            close(x.grad, y.grad, 1e-4)
    for (name, p), (other, q) in zip(ours.named_parameters(), theirs.named_parameters()):
        assert name == other
        if q.grad is None:
            assert p.grad is None, name
        else:
            close(p.grad, q.grad, 2e-4)
    for (name, p), (other, q) in zip(ours.named_buffers(), theirs.named_buffers()):
        assert name == other
        close(p, q)
