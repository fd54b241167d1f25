"""limpid.distributions beside torch.distributions: densities, entropies, divergences and their gradients; samples by their
moments."""

import copy
import math
import pickle

import numpy as np
import pytest

import limpid
from distribution_cases import LOGITS, PROBS, close
from limpid import distributions as D

torch = pytest.importorskip("torch")

COVARIANCE = [[4.0, 1.0, 0.5], [1.0, 2.0, -0.25], [0.5, -0.25, 1.0]]
KINDS = {  # how each is made of parameters, and values of its support
    "Normal": (lambda d, t: d.Normal(t([0.5, -1.0]), t([1.0, 2.5])), [[0.3, -4.0], [2.0, 0.0], [1e3, -1e3]]),
    "Normal of numbers": (lambda d, t: d.Normal(1.0, 2.0), [[0.3, -4.0]]),
    "Normal of both": (lambda d, t: d.Normal(t([0.5, -1.0]), 3), [[0.3, -4.0]]),
    "LogNormal": (lambda d, t: d.LogNormal(t([0.5, -1.0]), t([1.0, 0.5])), [[0.3, 4.0]]),
    "Uniform": (lambda d, t: d.Uniform(t([0.0, -1.0]), t([1.0, 3.0])), [[0.3, 2.0], [0.0, -1.0]]),
    "Exponential": (lambda d, t: d.Exponential(t([0.5, 2.0])), [[0.3, 4.0], [0.0, 1.0]]),
    "Laplace": (lambda d, t: d.Laplace(t([0.5, -1.0]), t([1.0, 2.5])), [[0.3, -4.0], [0.5, 0.0]]),
    "Bernoulli": (lambda d, t: d.Bernoulli(t([0.25, 0.9, 0.0])), [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]),
    "Bernoulli of logits": (lambda d, t: d.Bernoulli(logits=t([0.25, -9.0])), [[1.0, 0.0], [0.0, 0.0]]),
    "Categorical": (lambda d, t: d.Categorical(t(PROBS)), [[1.0, 2.0], [0.0, 0.0]]),
    "Categorical of logits": (lambda d, t: d.Categorical(logits=t(LOGITS)), [[1.0, 2.0], [0.0, 1.0]]),
    "OneHotCategorical": (lambda d, t: d.OneHotCategorical(logits=t(LOGITS)), [[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]]),
    "Poisson": (lambda d, t: d.Poisson(t([0.5, 4.0])), [[0.0, 3.0], [2.0, 11.0]]),
    "Gumbel": (lambda d, t: d.Gumbel(t([0.5, -1.0]), t([1.0, 2.5])), [[0.3, -4.0], [2.0, 0.0]]),
    "Cauchy": (lambda d, t: d.Cauchy(t([0.5, -1.0]), t([1.0, 2.5])), [[0.3, -4.0], [2.0, 0.0]]),
    "HalfNormal": (lambda d, t: d.HalfNormal(t([0.5, 2.0])), [[0.3, 4.0], [0.0, 1.0]]),
    "Gamma": (lambda d, t: d.Gamma(t([0.5, 3.0]), t([1.0, 2.5])), [[0.3, 4.0], [2.0, 1.0]]),
    "Chi2": (lambda d, t: d.Chi2(t([1.0, 3.0])), [[0.3, 4.0], [2.0, 1.0]]),
    "Beta": (lambda d, t: d.Beta(t([0.5, 3.0]), t([1.5, 2.5])), [[0.3, 0.9], [0.5, 0.1]]),
    "Dirichlet": (lambda d, t: d.Dirichlet(t([[0.5, 3.0, 2.0], [0.5, 0.25, 0.5]])), [[[0.25, 0.5, 0.25], [0.125, 0.375, 0.5]]]),
    "StudentT": (lambda d, t: d.StudentT(t([0.5, 3.0]), t([1.0, 0.0]), t([2.0, 0.5])), [[0.3, 4.0], [-2.0, 1.0]]),
    "Geometric": (lambda d, t: d.Geometric(t([0.25, 0.75])), [[0.0, 3.0], [2.0, 11.0]]),
    "Geometric of logits": (lambda d, t: d.Geometric(logits=t([0.25, -2.0])), [[0.0, 3.0], [2.0, 11.0]]),
    "Independent": (lambda d, t: d.Independent(d.Normal(t([[0.5, -1.0]]), t([[1.0, 2.5]])), 1), [[[0.3, -4.0]], [[2.0, 1.0]]]),
    "HalfCauchy": (lambda d, t: d.HalfCauchy(t([0.5, 2.0])), [[0.3, 4.0], [0.0, 1.0]]),
    "Pareto": (lambda d, t: d.Pareto(t([0.5, 2.0, 1.0]), t([3.5, 1.5, 9.0])), [[0.5, 2.5, 3.0]]),
    "Weibull": (lambda d, t: d.Weibull(t([0.5, 2.0]), t([1.5, 3.0])), [[0.3, 4.0], [2.0, 1.0]]),
    "Kumaraswamy": (lambda d, t: d.Kumaraswamy(t([0.5, 3.0]), t([1.5, 2.5])), [[0.3, 0.9], [0.5, 0.1]]),
    "InverseGamma": (lambda d, t: d.InverseGamma(t([1.5, 6.0]), t([1.0, 2.5])), [[0.3, 4.0], [2.0, 1.0]]),
    "FisherSnedecor": (lambda d, t: d.FisherSnedecor(t([5.0, 3.0]), t([2.0, 20.0])), [[0.3, 4.0], [2.0, 1.0]]),
    "Binomial": (lambda d, t: d.Binomial(5, t([0.25, 0.75, 0.5])), [[0.0, 3.0, 1.0], [2.0, 5.0, 5.0]]),
    "Binomial of logits": (lambda d, t: d.Binomial(t([4.0, 4.0, 4.0]), logits=t([0.25, -2.0, 0.0])), [[0.0, 3.0, 2.0]]),
    "NegativeBinomial": (lambda d, t: d.NegativeBinomial(t([2.5, 4.0]), t([0.25, 0.75])), [[0.0, 3.0], [2.0, 11.0]]),
    "NegativeBinomial of logits": (lambda d, t: d.NegativeBinomial(3, logits=t([0.25, -2.0])), [[0.0, 3.0], [2.0, 11.0]]),
    "Multinomial": (lambda d, t: d.Multinomial(4, t(PROBS)), [[[1.0, 2.0, 1.0], [0.0, 0.0, 4.0]]]),
    "Multinomial of logits": (lambda d, t: d.Multinomial(3, logits=t(LOGITS)), [[[1.0, 2.0, 0.0], [0.0, 0.0, 3.0]]]),
    "MultivariateNormal": (lambda d, t: d.MultivariateNormal(t([[0.5, -1.0, 2.0], [0.0, 1.0, 0.0]]), t(COVARIANCE)),
                           [[0.3, -4.0, 1.0], [2.0, 0.0, 0.5]]),
    "MultivariateNormal of precision": (lambda d, t: d.MultivariateNormal(t([0.5, -1.0, 2.0]), precision_matrix=t([COVARIANCE])),
                                        [[[0.3, -4.0, 1.0]], [[2.0, 0.0, 0.5]]]),
    "MultivariateNormal of a factor": (lambda d, t: d.MultivariateNormal(t([0.5, -1.0]), scale_tril=t(
        [[[2.0, 0.0], [-1.0, 0.5]], [[1.0, 0.0], [3.0, 1.0]], [[0.25, 0.0], [0.0, 4.0]]])), [[0.3, -4.0]]),
}
NO_ENTROPY = {"Poisson", "FisherSnedecor", "NegativeBinomial", "NegativeBinomial of logits"}
NO_MODE = {"Multinomial", "Multinomial of logits"}
NO_MOMENTS = {"Cauchy", "StudentT", "HalfCauchy", "Pareto", "InverseGamma", "FisherSnedecor"}
OTHERS = {
    "Normal": lambda d, t: d.Normal(t([0.0, 2.0]), t([0.5, 1.5])),
    "LogNormal": lambda d, t: d.LogNormal(t([0.0, 2.0]), t([0.5, 1.5])),
    "Uniform": lambda d, t: d.Uniform(t([-1.0, 0.0]), t([2.0, 4.0])),
    "Exponential": lambda d, t: d.Exponential(t([1.5, 1.0])),
    "Laplace": lambda d, t: d.Laplace(t([0.0, 2.0]), t([0.5, 1.5])),
    "Bernoulli": lambda d, t: d.Bernoulli(t([0.5, 1.0, 0.0])),
    "Bernoulli of logits": lambda d, t: d.Bernoulli(logits=t([1.0, 2.0])),
    "Categorical": lambda d, t: d.Categorical(t(PROBS[::-1])),
    "Categorical of logits": lambda d, t: d.Categorical(logits=t(LOGITS[::-1])),
    "OneHotCategorical": lambda d, t: d.OneHotCategorical(logits=t(LOGITS[::-1])),
    "Poisson": lambda d, t: d.Poisson(t([1.5, 1.0])),
    "Cauchy": lambda d, t: d.Cauchy(t([0.0, 2.0]), t([0.5, 1.5])),
    "HalfNormal": lambda d, t: d.HalfNormal(t([2.0, 1.5])),
    "Gamma": lambda d, t: d.Gamma(t([2.0, 1.5]), t([0.5, 1.5])),
    "Beta": lambda d, t: d.Beta(t([2.0, 1.5]), t([0.5, 1.5])),
    "Dirichlet": lambda d, t: d.Dirichlet(t([[2.0, 1.5, 1.0], [0.5, 1.5, 4.0]])),
    "Geometric": lambda d, t: d.Geometric(t([0.5, 0.125])),
    "Independent": lambda d, t: d.Independent(d.Normal(t([[0.0, 2.0]]), t([[0.5, 1.5]])), 1),
    "MultivariateNormal": lambda d, t: d.MultivariateNormal(t([0.0, 2.0, 1.0]), scale_tril=t([[1.0, 0, 0], [0.5, 2.0, 0], [-1.0, 0, 0.5]])),
    "Pareto": lambda d, t: d.Pareto(t([0.25, 3.0, 1.0]), t([1.5, 1.5, 2.0])),
    "Binomial": lambda d, t: d.Binomial(5, t([0.5, 0.125, 0.875])),
}


def made(kind, library, grad=False):
    parameters = []

    def tensor(values):
        parameters.append(library.tensor(values, requires_grad=grad))
        return parameters[-1]

    return KINDS[kind][0](library.distributions, tensor), parameters


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_numbers(kind):
    ours, theirs = made(kind, limpid)[0], made(kind, torch)[0]
    assert tuple(ours.batch_shape) == tuple(theirs.batch_shape) and tuple(ours.event_shape) == tuple(theirs.event_shape)
    assert kind in ("LogNormal", "HalfNormal", "HalfCauchy", "InverseGamma") or repr(ours) == repr(theirs).replace("torch.", "limpid.")
    assert ours.has_rsample == theirs.has_rsample
    values = KINDS[kind][1]
    close(ours.log_prob(limpid.tensor(values)), theirs.log_prob(torch.tensor(values)), "log_prob")
    for name in ("mean", "variance", "stddev") + (() if kind in NO_MODE else ("mode",)):
        close(getattr(ours, name), getattr(theirs, name), name)
    if kind not in NO_ENTROPY:
        close(ours.entropy(), theirs.entropy(), "entropy")
        close(ours.perplexity(), theirs.perplexity(), "perplexity")
    if hasattr(theirs, "probs"):
        close(ours.probs, theirs.probs), close(ours.logits, theirs.logits)
    if theirs.has_enumerate_support:
        close(ours.enumerate_support(), theirs.enumerate_support())
        close(ours.enumerate_support(False), theirs.enumerate_support(False))


@pytest.mark.parametrize("kind", ["Normal", "LogNormal", "Uniform", "Exponential", "Laplace", "Gumbel", "Cauchy", "HalfNormal",
                                  "HalfCauchy", "Weibull", "Kumaraswamy"])
def test_cumulated(kind):
    ours, theirs = made(kind, limpid)[0], made(kind, torch)[0]
    values, parts = KINDS[kind][1], [[0.1, 0.5], [0.9, 0.3]]
    close(ours.cdf(limpid.tensor(values)), theirs.cdf(torch.tensor(values)))
    close(ours.icdf(limpid.tensor(parts)), theirs.icdf(torch.tensor(parts)))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_gradients(kind):
    def gradients(library):
        distribution, parameters = made(kind, library, grad=True)
        total = distribution.log_prob(library.tensor(KINDS[kind][1])).sum()
        total = total if kind in NO_ENTROPY else total + distribution.entropy().sum()
        if parameters:
            total.backward()
        return [p.grad for p in parameters]

    for ours, theirs in zip(gradients(limpid), gradients(torch)):
        close(ours, theirs)


@pytest.mark.parametrize("kind", OTHERS, ids=str)
def test_divergences(kind):
    def divergence(library, a, b):
        return library.distributions.kl_divergence(*(make(library.distributions, library.tensor) for make in (a, b)))

    for a, b in ((KINDS[kind][0], OTHERS[kind]), (OTHERS[kind], KINDS[kind][0])):
        close(divergence(limpid, a, b), divergence(torch, a, b))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_samples(kind):
    limpid.manual_seed(0)
    distribution, parameters = made(kind, limpid, grad=True)
    assert distribution.sample().shape == (*distribution.batch_shape, *distribution.event_shape)
    assert distribution.sample((2, 3)).shape == (2, 3, *distribution.batch_shape, *distribution.event_shape)
    drawn = distribution.sample((20000,))
    assert not drawn.requires_grad and drawn.numpy().dtype == made(kind, torch)[0].sample().numpy().dtype
    assert distribution.log_prob(drawn).isfinite().all()
    if "Categorical" in kind and "OneHot" not in kind:
        drawn = limpid.nn.functional.one_hot(drawn, 3).float()
        mean, variance = distribution.probs, distribution.probs * (1 - distribution.probs)
    else:
        mean, variance = distribution.mean, distribution.variance
    if kind not in NO_MOMENTS:
        deviation = (variance / 20000).sqrt() + 1e-9
        assert ((drawn.mean(0) - mean).abs() < 5 * deviation).all()
        assert limpid.allclose(drawn.var(0), variance, rtol=0.3, atol=1e-6)
    if distribution.has_rsample and parameters:
        distribution.rsample((4,)).sum().backward()
        assert parameters[0].grad.tolist() and parameters[0].grad.isfinite().all()
    elif not distribution.has_rsample:
        with pytest.raises(NotImplementedError, match="samples have no gradient; use sample"):
            distribution.rsample()


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_expanded_copied_and_pickled(kind):
    distribution = made(kind, limpid)[0]
    values = limpid.tensor(KINDS[kind][1])
    wide = distribution.expand((3, *values.shape[:1], *distribution.batch_shape))
    theirs = made(kind, torch)[0].expand((3, *values.shape[:1], *distribution.batch_shape))
    assert tuple(wide.sample().shape) == tuple(theirs.sample().shape)
    close(wide.log_prob(values), theirs.log_prob(torch.tensor(KINDS[kind][1])))
    for twin in (copy.deepcopy(distribution), pickle.loads(pickle.dumps(distribution))):
        assert limpid.equal(twin.log_prob(values), distribution.log_prob(values))


@pytest.mark.parametrize("call, text", [
    (lambda d, t: d.Normal(t([0.0, 1.0]), t([1.0, -1.0])), "Normal: scale must be above 0, but 1 of 2 are not: -1"),
    (lambda d, t: d.Normal(t([0.0, math.nan]), 1.0), "Normal: loc must be numbers, but 1 of 2 are not: nan"),
    (lambda d, t: d.Normal("a", 1.0), "parameters must be numbers or tensors, not str"),
    (lambda d, t: d.Uniform(1.0, 0.0), "Uniform: low must be below high"),
    (lambda d, t: d.Bernoulli(1.5), "Bernoulli: probs must be from 0 to 1"),
    (lambda d, t: d.Bernoulli(), "Bernoulli: either probs or logits must be given, but not both"),
    (lambda d, t: d.Bernoulli(0.5, 0.5), "Bernoulli: either probs or logits"),
    (lambda d, t: d.Categorical(), "Categorical: either probs or logits"),
    (lambda d, t: d.Categorical(t(0.5)), "Categorical: the parameter must have an axis of classes"),
    (lambda d, t: d.Categorical(t([0.5, -0.5, 1.0])), "Categorical: probs must be 0 or above and add up to 1"),
    (lambda d, t: d.Categorical(logits=t([math.nan, 0.0])), "Categorical: logits must be numbers"),
    (lambda d, t: d.Categorical(t([0.5, 0.5])).log_prob(t(2)), "Categorical: the value must be classes from 0 to 1, but .* 2"),
    (lambda d, t: d.Bernoulli(0.5).log_prob(t(0.5)), "Bernoulli: the value must be 0 or 1, but"),
    (lambda d, t: d.Normal(0.0, 1.0).log_prob(3.0), "Normal: the value must be a Tensor, not float"),
    (lambda d, t: d.Normal(t([0.0, 1.0]), 1.0).log_prob(t([1.0, 2.0, 3.0])), r"a value of shape \(3,\) does not fit batch_shape"),
    (lambda d, t: d.Uniform(0.0, 1.0).log_prob(t(2.0)), "Uniform: the value must be from low to high"),
    (lambda d, t: d.OneHotCategorical(t([0.5, 0.5])).log_prob(t([1.0, 1.0])), "the value must be one 1 and else 0"),
    (lambda d, t: d.Independent(d.Normal(0.0, 1.0), 1), "reinterpreted_batch_ndims is 1, but the distribution has 0 axes"),
])
def test_what_is_refused(call, text):
    with pytest.raises(ValueError, match=text):
        call(D, limpid.tensor)
    with pytest.raises(ValueError):
        call(torch.distributions, torch.tensor)


def test_checks_can_be_left_out():
    assert D.Normal(0.0, -1.0, validate_args=False).scale == -1
    D.Distribution.set_default_validate_args(False)
    try:
        assert D.Bernoulli(2.0).probs == 2
    finally:
        D.Distribution.set_default_validate_args(True)


# Two of each kind, inside and outside what the others can give.
MIXED = {
    "Bernoulli": lambda d, t: d.Bernoulli(t([0.3, 0.8])), "Beta": lambda d, t: d.Beta(t([2.0, 1.5]), t([0.5, 1.5])),
    "Exponential": lambda d, t: d.Exponential(t([1.5, 0.4])), "Gamma": lambda d, t: d.Gamma(t([2.0, 1.5]), t([0.5, 1.5])),
    "Chi2": lambda d, t: d.Chi2(t([2.0, 3.5])), "Gumbel": lambda d, t: d.Gumbel(t([0.2, -1.5]), t([0.5, 1.5])),
    "Laplace": lambda d, t: d.Laplace(t([0.0, 2.0]), t([0.5, 1.5])), "Normal": lambda d, t: d.Normal(t([0.3, 2.0]), t([0.5, 1.5])),
    "Poisson": lambda d, t: d.Poisson(t([1.5, 1.0])), "Uniform": lambda d, t: d.Uniform(t([0.25, -1.0]), t([0.75, 4.0])),
    "Wide": lambda d, t: d.Uniform(t([-1.0, 0.0]), t([2.0, 1.0]))}


@pytest.mark.parametrize("other", MIXED)
@pytest.mark.parametrize("kind", MIXED)
def test_divergences_of_two_kinds(kind, other):
    def divergence(library):
        try:
            return library.distributions.kl_divergence(*(MIXED[k](library.distributions, library.tensor) for k in (kind, other)))
        except NotImplementedError:
            return None

    ours, theirs = divergence(limpid), divergence(torch)
    assert (ours is None) == (theirs is None)
    if ours is not None:
        close(ours, theirs)


def test_divergences_of_transformed_ones():
    def divergence(d, t, scales=(2.0, 2.0), second=lambda d: d.TanhTransform()):
        def one(loc, scale, last):
            affine = d.AffineTransform(t([1.0, 0.0]), scale)
            return d.TransformedDistribution(d.Normal(t([loc, 0.5]), t([1.0, 2.0])), [affine, d.ComposeTransform([last])])

        return d.kl_divergence(one(0.0, scales[0], d.TanhTransform()), one(1.0, scales[1], second(d)))

    close(divergence(limpid.distributions, limpid.tensor), divergence(torch.distributions, torch.tensor))
    for library in (limpid, torch):
        for unlike in ({"scales": (2.0, 3.0)}, {"second": lambda d: d.SigmoidTransform()}):
            with pytest.raises(NotImplementedError):
                divergence(library.distributions, library.tensor, **unlike)


def test_the_variance_of_student_t_has_a_gradient_where_it_is_infinite():
    def gradient(library):
        df = library.tensor([0.5, 2.0, 3.0], requires_grad=True)
        variance = library.distributions.StudentT(df, 0.0, library.tensor(2.0)).variance
        return variance, library.autograd.grad(variance[2], df)[0]

    for ours, theirs in zip(gradient(limpid), gradient(torch)):
        close(ours, theirs)


def test_divergences_of_ones_own():
    class Mine(D.Normal):
        pass

    with pytest.raises(NotImplementedError, match="no formula is known for Normal and Poisson; register_kl takes one"):
        D.kl_divergence(D.Normal(0.0, 1.0), D.Poisson(1.0))
    assert D.kl_divergence(Mine(0.0, 1.0), D.Normal(1.0, 1.0)) == 0.5  # by the class that it is derived from

    @D.register_kl(Mine, Mine)
    def formula(p, q):
        return p.loc - q.loc

    assert D.kl_divergence(Mine(3.0, 1.0), Mine(1.0, 1.0)) == 2


def test_a_policy_gradient():
    def losses(library):
        policy = library.nn.Linear(2, 3)
        with library.no_grad():
            policy.weight.copy_(library.tensor(np.linspace(-1, 1, 6).reshape(3, 2).astype("float32")))
            policy.bias.zero_()
        optimizer = library.optim.Adam(policy.parameters(), lr=0.1)
        states = library.tensor(np.random.default_rng(0).standard_normal((6, 2)).astype("float32"))
        actions, returns = library.tensor([0, 1, 2, 2, 1, 0]), library.tensor([1.0, -1, 0.5, 2, 0, 1])
        seen = []
        for _ in range(4):
            pi = library.distributions.Categorical(logits=policy(states))
            loss = -(pi.log_prob(actions) * returns).mean() - 0.01 * pi.entropy().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            seen.append(loss.item())
        return seen

    np.testing.assert_allclose(losses(limpid), losses(torch), rtol=1e-4)


def test_quartiles_where_there_are_no_moments():
    limpid.manual_seed(0)
    for ours in (D.Cauchy(1.0, 2.0), D.StudentT(1.0, 1.0, 2.0)):  # the same distribution
        quartiles = limpid.quantile(ours.sample((20000,)), limpid.tensor([0.25, 0.5, 0.75]))
        np.testing.assert_allclose(quartiles.numpy(), [-1.0, 1.0, 3.0], atol=0.15)


def test_trials_that_always_succeed():
    for library in (limpid, torch):
        probs = library.tensor([1.0, 1.0, 0.5], requires_grad=True)
        density = library.distributions.Geometric(probs).log_prob(library.tensor([0.0, 2.0, 0.0]))
        density[::2].sum().backward()
        assert density.tolist() == pytest.approx([0.0, -math.inf, math.log(0.5)])
        assert probs.grad.tolist()[::2] == [1.0, 2.0]
        with pytest.raises(NotImplementedError):  # one counts, the other is 0 or 1
            library.distributions.kl_divergence(library.distributions.Geometric(0.5), library.distributions.Bernoulli(0.5))


def test_gamma_variables_that_cannot_be_drawn():
    odd = limpid.tensor([math.inf, math.nan, -1.0, 2.0])
    drawn = D.Gamma(odd, 1.0, validate_args=False).sample().tolist()
    assert drawn[0] == math.inf and math.isnan(drawn[1]) and math.isnan(drawn[2]) and 0 < drawn[3] < math.inf


MIXTURES = {
    "of numbers": (lambda d, t: d.MixtureSameFamily(d.Categorical(logits=t([[0.5, -1.0, 2.0], [0.0, 0.0, 1.0]])),
                                                    d.Normal(t([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]), 0.5)), [[0.3, 4.0], [2.0, 1.0]]),
    "one for all": (lambda d, t: d.MixtureSameFamily(d.Categorical(t([0.5, 0.25, 0.25])),
                                                     d.Gamma(t([1.0, 1.0, 2.0]), t([1.0, 2.0, 3.0]))), [[0.3], [2.0]]),
    "of intervals": (lambda d, t: d.MixtureSameFamily(d.Categorical(t([0.25, 0.75])), d.Uniform(t([0.0, -1.0]), t([1.0, 2.0]))),
                     [0.1, 0.5, 0.75]),
    "of shares": (lambda d, t: d.MixtureSameFamily(d.Categorical(t([0.25, 0.75])), d.Dirichlet(t([[1.0, 2.0], [2.0, 1.0]]))),
                  [[0.25, 0.75], [0.5, 0.5], [0.125, 0.875]]),
    "of vectors": (lambda d, t: d.MixtureSameFamily(d.Categorical(t([0.5, 0.25, 0.25])), d.Independent(
        d.Normal(t([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]), t([[1.0, 1.0], [2.0, 3.0], [1.0, 5.0]])), 1)), [[0.3, 4.0], [2.0, 1.0]]),
}


@pytest.mark.parametrize("kind", MIXTURES, ids=str)
def test_mixtures(kind):
    make, values = MIXTURES[kind]

    def numbers(library):
        parameters = []

        def tensor(x):
            parameters.append(library.tensor(x, requires_grad=True))
            return parameters[-1]

        mixture = make(library.distributions, tensor)
        density = mixture.log_prob(library.tensor(values))
        density.sum().backward()
        wide = mixture.expand((2, *mixture.batch_shape))
        assert wide.sample((3,)).shape == (3, 2, *mixture.batch_shape, *mixture.event_shape)
        return mixture, [density, mixture.mean, mixture.variance, wide.mean, *(p.grad for p in parameters)]

    ours, theirs = numbers(limpid), numbers(torch)
    for a, b in zip(ours[1], theirs[1]):
        close(a, b)
    if kind == "of numbers":
        close(ours[0].cdf(limpid.tensor(values)), theirs[0].cdf(torch.tensor(values)))
    limpid.manual_seed(0)
    drawn, (mixture, _) = ours[0].sample((20000,)), ours
    assert ((drawn.mean(0) - mixture.mean).abs() < 5 * (mixture.variance / 20000).sqrt()).all()
    assert limpid.allclose(drawn.var(0), mixture.variance, rtol=0.1)


@pytest.mark.parametrize("make", [
    lambda d, t: d.MixtureSameFamily(d.Normal(0.0, 1.0), d.Normal(t([0.0, 1.0]), 1.0)),
    lambda d, t: d.MixtureSameFamily(d.Categorical(t([0.5, 0.5])), 3),
    lambda d, t: d.MixtureSameFamily(d.Categorical(t([0.5, 0.5])), d.Normal(t([0.0, 1.0, 2.0]), 1.0)),
    lambda d, t: d.MixtureSameFamily(d.Categorical(t([[0.5, 0.5]] * 3)), d.Normal(t([[0.0, 1.0]] * 2), 1.0)),
    lambda d, t: d.Geometric(t([0.0])), lambda d, t: d.Gamma(t([0.0]), 1.0), lambda d, t: d.Dirichlet(t(1.0)),
    lambda d, t: d.Binomial(5, t([0.5])).log_prob(t([6.0])), lambda d, t: d.Binomial(2.5, t([0.5])), lambda d, t: d.Binomial(5),
    lambda d, t: d.Multinomial(3, t([0.5, 0.5])).log_prob(t([2.0, 2.0])), lambda d, t: d.NegativeBinomial(-1, t([0.5])),
    lambda d, t: d.NegativeBinomial(2, t([1.0])), lambda d, t: d.Pareto(1.0, 2.0).log_prob(t(0.5)), lambda d, t: d.Pareto(0.0, 2.0),
    lambda d, t: d.Kumaraswamy(1.0, 1.0).log_prob(t(2.0)), lambda d, t: d.HalfCauchy(1.0).log_prob(t(-2.0)),
    lambda d, t: d.MultivariateNormal(t([0.0, 0.0])), lambda d, t: d.MultivariateNormal(t(0.0), t([[1.0]])),
    lambda d, t: d.MultivariateNormal(t([0.0, 0.0]), t([[1.0, 0.5], [0.0, 1.0]])), lambda d, t: d.MultivariateNormal(t([0.0]), t([1.0])),
    lambda d, t: d.MultivariateNormal(t([0.0, 0.0]), t([[1.0, 2.0], [2.0, 1.0]])),
    lambda d, t: d.MultivariateNormal(t([0.0, 0.0]), scale_tril=t([[1.0, 2.0], [0.0, 1.0]])),
    lambda d, t: d.MultivariateNormal(t([0.0, 0.0]), scale_tril=t([[1.0, 0.0], [0.0, -1.0]])),
    lambda d, t: d.Chi2(-3.0), lambda d, t: d.Chi2(t([1.0, 0.0])),
    lambda d, t: d.Beta(1.0, 1.0).log_prob(t(2.0)), lambda d, t: d.HalfNormal(1.0).log_prob(t(-2.0)),
])
def test_what_newer_ones_refuse(make):
    for library in (limpid, torch):
        with pytest.raises(ValueError):
            make(library.distributions, library.tensor)


def test_trials_of_several_counts():
    for library in (limpid, torch):
        several = library.distributions.Binomial(library.tensor([2.0, 3.0]), library.tensor([0.5]))
        assert several.mean.tolist() == [1.0, 1.5] and several.sample((4,)).shape == (4, 2)
        with pytest.raises(NotImplementedError):
            several.entropy()
        wide = library.distributions.Multinomial(3, library.tensor([0.5, 0.5])).expand((2, 3))
        assert wide.mean.shape == (2, 3, 2) and (wide.sample((4,)).sum(-1) == 3).all()
        assert library.distributions.NegativeBinomial(0, library.tensor([0.5])).log_prob(library.tensor([0.0])).tolist() == [0.0]
        shorter, longer = (library.distributions.Binomial(n, library.tensor([0.5])) for n in (2, 3))
        assert library.distributions.kl_divergence(longer, shorter).tolist() == [math.inf]
        with pytest.raises(NotImplementedError):
            library.distributions.kl_divergence(shorter, longer)


def test_matrices_of_normal_vectors():
    for given in ("covariance_matrix", "precision_matrix", "scale_tril"):
        def found(library):
            matrix = library.tensor([[1.0, 0, 0], [0.5, 2.0, 0], [-1.0, 0, 0.5]]) if given == "scale_tril" else library.tensor(COVARIANCE)
            made = library.distributions.MultivariateNormal(library.zeros(2, 3), **{given: matrix})
            return made.covariance_matrix, made.precision_matrix, made.scale_tril, made.expand((4, 2)).covariance_matrix

        for ours, theirs in zip(found(limpid), found(torch)):
            close(ours, theirs)
    with pytest.raises(RuntimeError, match="not positive definite .the leading minor of order 2"):
        D.MultivariateNormal(limpid.zeros(2), limpid.tensor([[1.0, 2.0], [2.0, 1.0]]), validate_args=False)
    limpid.manual_seed(0)
    drawn = D.MultivariateNormal(limpid.zeros(3), limpid.tensor(COVARIANCE)).sample((20000,))
    np.testing.assert_allclose(limpid.cov(drawn.T).numpy(), COVARIANCE, atol=0.15)


def test_gamma_variables_move_with_their_concentration():
    from limpid.distributions.gammas import slope

    a = np.repeat([1e-3, 0.05, 0.3, 1.0, 2.5, 9.0, 60.0, 1000.0, 1e5], 6)
    torch.manual_seed(0)
    x = torch._standard_gamma(torch.tensor(a)).clamp(min=1e-300).numpy()
    ours = slope(limpid.tensor(a), limpid.tensor(x)).numpy()
    np.testing.assert_allclose(ours, torch._standard_gamma_grad(torch.tensor(a), torch.tensor(x)).numpy(), rtol=2e-3)
    # dP / da by a difference, where it is exact enough
    middle = (a > 0.1) & (a < 100)
    a, x, ours = torch.tensor(a[middle]), torch.tensor(x[middle]), ours[middle]
    step = 1e-4 * a
    share = (torch.special.gammainc(a + step, x) - torch.special.gammainc(a - step, x)) / (2 * step)
    density = torch.distributions.Gamma(a, 1.0, validate_args=False).log_prob(x).exp()
    np.testing.assert_allclose(ours, (-share / density).numpy(), rtol=1e-5)


@pytest.mark.parametrize("make, moment", [
    (lambda d, p: d.Gamma(p[0], p[1]), lambda p: p[0] * (p[0] + 1) / p[1] ** 2),
    (lambda d, p: d.Beta(p[0], p[1]), lambda p: p[0] * (p[0] + 1) / ((p[0] + p[1]) * (p[0] + p[1] + 1))),
    (lambda d, p: d.Chi2(p[0]), lambda p: p[0] * (p[0] + 2)),
    (lambda d, p: d.InverseGamma(p[0] + 6, p[1]), lambda p: p[1] ** 2 / ((p[0] + 5) * (p[0] + 4))),
    (lambda d, p: d.StudentT(p[0] + 8, p[1]), lambda p: p[1] ** 2 + (p[0] + 8) / (p[0] + 6)),
], ids=["Gamma", "Beta", "Chi2", "InverseGamma", "StudentT"])
def test_gradients_of_draws_are_those_of_their_moments(make, moment):
    limpid.manual_seed(0)
    drawn_by, exact = limpid.tensor([1.5, 2.0], requires_grad=True), limpid.tensor([1.5, 2.0], requires_grad=True)
    make(D, drawn_by).rsample((20000,)).pow(2).mean().backward()
    moment(exact).backward()
    np.testing.assert_allclose(drawn_by.grad.numpy(), exact.grad.numpy(), rtol=0.1, atol=0.01)


def test_multivariate_normals_say_which_matrix_is_wrong():
    with pytest.raises(ValueError, match="MultivariateNormal: covariance_matrix must be 3 x 3, as loc has 3 elements"):
        D.MultivariateNormal(limpid.zeros(3), limpid.eye(2))
    indefinite = limpid.tensor([[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(limpid.ValueError, match="covariance_matrix is not positive definite .the leading minor of order 2"):
        D.MultivariateNormal(limpid.zeros(2), indefinite)
    with pytest.raises(limpid.ValueError, match="precision_matrix is not positive definite"):
        D.MultivariateNormal(limpid.zeros(2), precision_matrix=indefinite)


def test_a_gamma_of_concentration_0_is_as_small_as_numbers_are():
    sample = D.Gamma(0.0, 1.0, validate_args=False).sample()
    assert sample.item() == torch.finfo(torch.float32).tiny
