"""Transforms of distributions, beside torch.distributions."""

import numpy as np
import pytest

import limpid
from distribution_cases import LOGITS, PROBS, close
from limpid import distributions as D

torch = pytest.importorskip("torch")

TRANSFORMED = {
    "tanh": (lambda d, t: d.TransformedDistribution(d.Normal(t([0.5, -1.0]), t([1.0, 2.5])), d.TanhTransform(cache_size=1)),
             [[0.3, -0.4], [-0.9, 0.99]]),
    "affine and sigmoid": (lambda d, t: d.TransformedDistribution(
        d.Normal(t([0.5, -1.0]), t([1.0, 2.5])), [d.AffineTransform(t([1.0, 2.0]), t([-2.0, 0.5])), d.SigmoidTransform()]),
        [[0.3, 0.4], [0.9, 0.01]]),
    "composed": (lambda d, t: d.TransformedDistribution(d.Laplace(t([0.5, -1.0]), 1.0), d.ComposeTransform(
        [d.AffineTransform(1.0, -0.5), d.ExpTransform()])), [[0.3, 4.0]]),
    "of vectors": (lambda d, t: d.TransformedDistribution(d.Independent(d.Normal(t([[0.5, -1.0]]), t([[1.0, 2.5]])), 1), [
        d.AffineTransform(0.0, t([2.0, 3.0])), d.TanhTransform()]), [[[0.3, -0.4]], [[0.5, 0.75]]]),
    "one event": (lambda d, t: d.TransformedDistribution(d.Normal(t([0.5, -1.0]), 1.0), [
        d.AffineTransform(0.0, t([2.0, 3.0]), event_dim=1), d.ExpTransform()]), [[0.3, 0.4], [2.0, 1.0]]),
    "relaxed": (lambda d, t: d.RelaxedBernoulli(t(0.5), t([0.25, 0.75])), [[0.3, 0.9]]),
    "relaxed of logits": (lambda d, t: d.RelaxedBernoulli(t(2.0), logits=t([0.25, -1.0])), [[0.3, 0.9]]),
    "relaxed classes": (lambda d, t: d.RelaxedOneHotCategorical(t(0.5), t(PROBS)), [[0.25, 0.25, 0.5], [0.5, 0.375, 0.125]]),
    "relaxed classes of logits": (lambda d, t: d.RelaxedOneHotCategorical(t(2.0), logits=t(LOGITS)),
                                  [[0.25, 0.25, 0.5], [0.5, 0.375, 0.125]]),
    "power": (lambda d, t: d.TransformedDistribution(d.Exponential(t([0.5, 1.0])), [d.PowerTransform(t([2.0, -0.5]))]), [[0.3, 4.0]]),
    "softplus": (lambda d, t: d.TransformedDistribution(d.Normal(t([0.5, -1.0]), 1.0), [d.SoftplusTransform(), d.identity_transform]),
                 [[0.3, 4.0], [30.0, 0.01]]),
    "inverse": (lambda d, t: d.TransformedDistribution(d.Exponential(t([0.5, 1.0])), [d.ExpTransform().inv]), [[0.3, -0.4]]),
}


@pytest.mark.parametrize("kind", TRANSFORMED, ids=str)
def test_transformed(kind):
    make, values = TRANSFORMED[kind]

    def numbers(library):
        parameters = []

        def tensor(x):
            parameters.append(library.tensor(x, requires_grad=True))
            return parameters[-1]

        made = make(library.distributions, tensor)
        density = made.log_prob(library.tensor(values))
        density.sum().backward()
        shapes = [tuple(made.batch_shape), tuple(made.event_shape), tuple(made.rsample((3,)).shape),
                  tuple(made.expand((2, *made.batch_shape)).sample().shape), made.has_rsample, repr(made)]
        found = [density, *(p.grad for p in parameters)]
        if kind in ("tanh", "affine and sigmoid", "composed"):
            found += [made.cdf(library.tensor(values)), made.icdf(library.tensor([0.25, 0.75]))]
        return shapes, found

    (shapes, ours), (expected, theirs) = numbers(limpid), numbers(torch)
    assert shapes == expected
    for a, b in zip(ours, theirs):
        close(a, b)


def test_relaxed_ones_expand_to_their_kind():
    for library in (limpid, torch):
        wide = library.distributions.RelaxedBernoulli(library.tensor(0.5), library.tensor([0.25])).expand((3, 1))
        assert type(wide).__name__ == "RelaxedBernoulli" and wide.probs.tolist() == [[0.25]] * 3
        wide = library.distributions.RelaxedOneHotCategorical(library.tensor(0.5), library.tensor([0.25, 0.75])).expand((3,))
        assert type(wide).__name__ == "RelaxedOneHotCategorical" and wide.temperature == 0.5 and wide.sample().shape == (3, 2)


def test_small_shares_of_a_transformed_distribution():
    for scale in (2.0, limpid.tensor(2.0)):
        twice = D.TransformedDistribution(D.Uniform(0.0, 1.0), D.AffineTransform(0.0, scale))
        assert twice.cdf(limpid.tensor(1e-12)).item() == pytest.approx(5e-13)
        assert twice.icdf(limpid.tensor(1e-12)).item() == pytest.approx(2e-12)


def test_a_squashed_sample_keeps_its_source():
    far = D.TransformedDistribution(D.Normal(20.0, 0.1), D.TanhTransform(cache_size=1))
    assert far.log_prob(far.rsample()).isfinite() and (far.sample() == 1).all()
    transform = D.TanhTransform(cache_size=1)
    x = limpid.tensor([9.5])
    assert transform.inv(transform(x)) is x and transform.inv.inv is transform
    assert not (D.TanhTransform().inv(limpid.tensor([9.5]).tanh()) == x).all()


@pytest.mark.parametrize("make", [
    lambda d, t: d.TransformedDistribution(d.Normal(0.0, 1.0), [3]),
    lambda d, t: d.TransformedDistribution(d.Normal(0.0, 1.0), d.TanhTransform()).log_prob(t(2.0)),
    lambda d, t: d.TransformedDistribution(d.Normal(0.0, 1.0), d.AffineTransform(0.0, 1.0, event_dim=1)),
    lambda d, t: d.TanhTransform(cache_size=2),
])
def test_what_transforms_refuse(make):
    for library in (limpid, torch):
        with pytest.raises(ValueError):
            make(library.distributions, library.tensor)


def test_relaxed_samples_go_the_way_of_the_chances():
    limpid.manual_seed(0)
    chances = limpid.tensor([0.2, 0.3, 0.5], requires_grad=True)
    near = D.RelaxedOneHotCategorical(limpid.tensor(0.1), chances).rsample((20000,))
    assert limpid.allclose(near.sum(-1), limpid.ones(20000), atol=1e-5)
    counts = limpid.nn.functional.one_hot(near.argmax(-1), 3).float().mean(0)
    np.testing.assert_allclose(counts.numpy(), [0.2, 0.3, 0.5], atol=0.02)
    near[:, 2].sum().backward()
    assert chances.grad[2] > 0 > chances.grad[0]
    near = D.RelaxedBernoulli(limpid.tensor(0.1), limpid.tensor(0.3)).sample((20000,))
    assert float((near > 0.5).float().mean()) == pytest.approx(0.3, abs=0.02)
    logits = limpid.zeros(2, 3, requires_grad=True)
    drawn = D.OneHotCategoricalStraightThrough(logits=logits).rsample((4,))
    assert drawn.shape == (4, 2, 3) and limpid.allclose(drawn.detach(), drawn.detach().round())
    drawn[..., 0].sum().backward()
    np.testing.assert_allclose(logits.grad.numpy(), [[8 / 9, -4 / 9, -4 / 9]] * 2, rtol=1e-5)


def test_transforms_of_many_to_one():
    def found(library):
        d, x = library.distributions, library.tensor([[-2.0, 1.0, 0.5]])
        softmax, absolute = d.SoftmaxTransform(), d.AbsTransform()
        half = d.TransformedDistribution(d.Normal(library.zeros(3), 1.0), [absolute])
        assert softmax == d.SoftmaxTransform() and absolute == d.AbsTransform() and softmax != absolute and not softmax.bijective
        assert (half.sample((50,)) >= 0).all() and d.ComposeTransform([absolute]) == d.ComposeTransform([d.AbsTransform()])
        assert d.PowerTransform(library.tensor(2.0)) == d.PowerTransform(library.tensor(2.0)) != d.PowerTransform(library.tensor(3.0))
        for refused in (lambda: half.log_prob(x.abs()), lambda: half.cdf(x.abs()), lambda: softmax.log_abs_det_jacobian(x, x)):
            with pytest.raises(NotImplementedError):
                refused()
        return softmax(x), softmax.inv(softmax(x)), absolute(x), absolute.inv(x), d.identity_transform(x), d.PowerTransform(2.0)(x)

    for ours, theirs in zip(found(limpid), found(torch)):
        close(ours, theirs)
