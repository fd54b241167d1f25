"""The gradient of a function that is linear between its corners is constant there, and still a function of the input:
as in PyTorch its derivative is 0 and not missing."""

import numpy as np
import pytest

import limpid
import limpid.nn.functional

torch = pytest.importorskip("torch")

LINES = ["F.relu(x)", "x.relu()", "F.leaky_relu(x)", "F.hardtanh(x)", "F.relu6(x)", "F.max_pool2d(x, 2)",
         "F.max_pool1d(x[0], 2)", "F.avg_pool2d(x, 2)", "F.adaptive_avg_pool2d(x, 2)", "F.adaptive_max_pool2d(x, 2)",
         "F.nll_loss(x[0, 0], target)", "x * 2", "x.sum()", "x.max(1)[0]", "x.clamp(-1, 1)", "x[:, 0]", "x.exp()",
         "F.hardshrink(x)", "F.softshrink(x)", "F.threshold(x, 0.1, 2.0)", "F.threshold(x, 0.1, 2.0) * x",
         "F.prelu(x, w)", "F.prelu(x, w.detach())", "F.prelu(x, w[:1])", "F.prelu(x, w) * x", "F.rrelu(x)"]


def run(library, line):
    values = np.random.default_rng(0).standard_normal((1, 2, 4, 4))
    x = library.tensor(values, requires_grad=True)
    names = {"x": x, "F": library.nn.functional, "target": library.tensor([0, 1, 2, 3]),
             "w": library.tensor([0.2, -0.3], dtype=library.float64, requires_grad=True)}
    g, = library.autograd.grad(eval(line, names).sum(), x, create_graph=True)
    second = None
    if g.requires_grad:
        second = library.autograd.grad((g * g).sum(), x, allow_unused=True)[0]
    return g.requires_grad, None if second is None else second.tolist()


@pytest.mark.parametrize("line", LINES)
def test_gradients_of_gradients(line):
    (needs, second), (wanted, expected) = run(limpid, line), run(torch, line)
    assert needs == wanted
    np.testing.assert_allclose(np.array(second or 0), np.array(expected or 0), rtol=1e-9)


WHICH = ["F.conv2d(x, w)", "F.conv2d(x, w, b)", "F.conv1d(x[0], w[0])", "F.conv3d(x[None], w[None])",
         "F.conv_transpose2d(x, w)", "F.conv_transpose2d(x, w, b)",
         "F.conv_transpose1d(x[0], w[0], b)", "F.conv_transpose3d(x[None], w[None].expand(2, 2, 2, 2, 2), b)", "F.linear(x, w[0, 0], b)", "F.batch_norm(x, None, None, b, b, True)",
         "F.batch_norm(x, m, m.exp(), b, b)", "F.layer_norm(x, (2,), b, b)", "F.group_norm(x, 1, b, b)",
         "F.instance_norm(x, weight=b, bias=b)", "F.rms_norm(x, (2,), b)", "F.pad(x[0], (1, 1), mode='reflect')",
         "F.pad(x[0], (1, 1), mode='replicate')", "F.pad(x[0], (1, 1), mode='circular')", "F.pad(x, (1, 1))",
         "F.prelu(x, b)",
         "F.grid_sample(x, w)", "F.grid_sample(x, w, 'nearest')", "x % w", "x % b", "torch.fmod(x, w)",
         "torch.div(x, w, rounding_mode='floor')", "x.div(w, rounding_mode='trunc')", "x.sort(0)[0]",
         "x.topk(1, 0)[0]", "x.kthvalue(1)[0]", "x.median(0)[0]", "x.max(0)[0]", "x.cummax(0)[0]", "x.cummin(1)[0]",
         "x.quantile(0.3, 1)", "x.nanmedian(0)[0]", "x.gather(0, m.long()[:, None, None, None])", "x * w", "x / w",
         "x - b", "x.sigmoid()", "torch.where(x > 0, x, w)", "x.clamp(w, w + 1)", "torch.lerp(x, w, b)",
         "F.mse_loss(x, w)", "F.l1_loss(x, w)", "F.embedding(m.long(), w[0, 0])", "x.flip(0)", "x[0]", "x @ w"]


@pytest.mark.parametrize("line", WHICH)
def test_which_gradients_require_grad(line):
    """With create_graph: for all leaves, and for each alone."""
    found = []
    for library in (limpid, torch):
        for learned in ("xwb", "x", "w", "b"):
            rng = np.random.default_rng(0)
            leaves = {name: library.tensor(rng.standard_normal(shape), requires_grad=name in learned)
                      for name, shape in (("x", (2, 2, 2, 2)), ("w", (2, 2, 2, 2)), ("b", (2,)))}
            m = library.tensor([0.0, 1.0], dtype=library.float64)
            y = eval(line, {**leaves, "m": m, "F": library.nn.functional, "torch": library})
            inputs = [leaf for leaf in leaves.values() if leaf.requires_grad]
            if y.requires_grad:
                gradients = library.autograd.grad((y * 2).sum(), inputs, create_graph=True, allow_unused=True)
                found.append([g is not None and g.requires_grad for g in gradients])
                for leaf, g in zip(inputs, gradients):
                    if g is not None and g.requires_grad:
                        second, = library.autograd.grad(g.sum(), leaf, allow_unused=True, retain_graph=True)
                        assert second is None or second.shape == leaf.shape
            else:
                found.append(None)
    assert found[:4] == found[4:]


def test_penalty_of_a_network_reaches_every_parameter():
    for library in (limpid, torch):
        net = library.nn.Sequential(library.nn.Linear(3, 4), library.nn.ReLU(), library.nn.Linear(4, 1))
        x = library.ones(2, 3, requires_grad=True)
        g, = library.autograd.grad(net(x).sum(), x, create_graph=True)
        (g.norm(2, 1) - 1).square().mean().backward()
        assert net[0].bias.grad.tolist() == [0, 0, 0, 0] and net[2].bias.grad is None


@pytest.mark.parametrize("line", [line for line in LINES if "(x" in line and not line.startswith(("x", "F.avg", "F.adaptive_avg"))])
def test_second_gradients_are_there_where_the_first_is_constant(line):
    """Zeros, and not None: allow_unused need not be said."""
    for library in (limpid, torch):
        x = library.tensor(np.random.default_rng(0).standard_normal((1, 2, 4, 4)), requires_grad=True)
        names = {"x": x, "F": library.nn.functional, "target": library.tensor([0, 1, 2, 3]),
                 "w": library.tensor([0.2, -0.3], dtype=library.float64, requires_grad=True)}
        g, = library.autograd.grad(eval(line, names).sum(), x, create_graph=True)
        second, = library.autograd.grad((g * g).sum(), x)
        assert second.shape == x.shape


def test_second_gradients_of_what_is_drawn_or_chosen():
    """PyTorch has no second derivative of multi_margin_loss; for p=1 it is 0, and for p=2 that of the formula."""
    x = limpid.tensor(np.random.default_rng(0).standard_normal((3, 4)), requires_grad=True)
    for y in (limpid.nn.functional.rrelu(x, training=True),
              limpid.nn.functional.multi_margin_loss(x, limpid.tensor([0, 1, 2])),
              limpid.nn.functional.multi_margin_loss(x, limpid.tensor([0, 1, 2]), weight=limpid.ones(4, dtype=limpid.float64))):
        g, = limpid.autograd.grad(y.sum(), x, create_graph=True)
        second, = limpid.autograd.grad((g * g).sum(), x)
        assert second.tolist() == limpid.zeros(3, 4).tolist()
    limpid.autograd.gradgradcheck(lambda x: limpid.nn.functional.multi_margin_loss(x, limpid.tensor([0, 1, 2]), p=2), x)
    limpid.autograd.gradgradcheck(lambda x, w: limpid.nn.functional.prelu(x, w),
                                  (x, limpid.tensor([0.2, -0.3, 0.1, 0.4], dtype=limpid.float64, requires_grad=True)))
