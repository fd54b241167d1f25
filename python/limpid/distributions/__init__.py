"""Distributions: samples of them, logarithms of their densities, entropies, divergences. As torch.distributions.

>>> import limpid
>>> policy = limpid.distributions.Categorical(logits=limpid.tensor([0.0, 1.0]))
>>> policy.log_prob(limpid.tensor(1))
tensor(-0.3133)
"""

from limpid._checked import check_classes
from limpid.distributions.continuous import (Cauchy, Exponential, Gumbel, HalfNormal, Laplace, LogNormal, Normal,
                                             Uniform)
from limpid.distributions.discrete import Bernoulli, Categorical, Geometric, OneHotCategorical, Poisson
from limpid.distributions.distribution import Distribution
from limpid.distributions.gammas import Beta, Chi2, Dirichlet, Gamma, StudentT
from limpid.distributions.independent import Independent
from limpid.distributions.kl import kl_divergence, register_kl
from limpid.distributions import kl_mixed as _kl_mixed
from limpid.distributions.mixture import MixtureSameFamily
from limpid.distributions.relaxed import OneHotCategoricalStraightThrough, RelaxedBernoulli, RelaxedOneHotCategorical
from limpid.distributions.transformed import TransformedDistribution
from limpid.distributions.transforms import (AffineTransform, ComposeTransform, ExpTransform, SigmoidTransform,
                                             TanhTransform, Transform)

__all__ = ["AffineTransform", "Bernoulli", "Beta", "Categorical", "Cauchy", "Chi2", "ComposeTransform", "Dirichlet",
           "Distribution", "ExpTransform", "Exponential", "Gamma", "Geometric", "Gumbel", "HalfNormal", "Independent",
           "Laplace", "LogNormal", "MixtureSameFamily", "Normal", "OneHotCategorical",
           "OneHotCategoricalStraightThrough", "Poisson", "RelaxedBernoulli", "RelaxedOneHotCategorical",
           "SigmoidTransform", "StudentT", "TanhTransform", "Transform", "TransformedDistribution", "Uniform",
           "kl_divergence", "register_kl"]

check_classes(globals(), __name__)
