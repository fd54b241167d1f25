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
from limpid.distributions.multivariate import MultivariateNormal
from limpid.distributions.positives import FisherSnedecor, HalfCauchy, InverseGamma, Kumaraswamy, Pareto, Weibull
from limpid.distributions.relaxed import OneHotCategoricalStraightThrough, RelaxedBernoulli, RelaxedOneHotCategorical
from limpid.distributions.transformed import TransformedDistribution
from limpid.distributions.transforms import (AbsTransform, AffineTransform, ComposeTransform, ExpTransform,
                                             PowerTransform, SigmoidTransform, SoftmaxTransform, SoftplusTransform,
                                             TanhTransform, Transform, identity_transform)
from limpid.distributions.trials import Binomial, Multinomial, NegativeBinomial

__all__ = ["AbsTransform", "AffineTransform", "Bernoulli", "Beta", "Binomial", "Categorical", "Cauchy", "Chi2",
           "ComposeTransform", "Dirichlet", "Distribution", "ExpTransform", "Exponential", "FisherSnedecor", "Gamma",
           "Geometric", "Gumbel", "HalfCauchy", "HalfNormal", "Independent", "InverseGamma", "Kumaraswamy", "Laplace",
           "LogNormal", "MixtureSameFamily", "Multinomial", "MultivariateNormal", "NegativeBinomial", "Normal",
           "OneHotCategorical", "OneHotCategoricalStraightThrough", "Pareto", "Poisson", "PowerTransform",
           "RelaxedBernoulli", "RelaxedOneHotCategorical", "SigmoidTransform", "SoftmaxTransform",
           "SoftplusTransform", "StudentT", "TanhTransform", "Transform", "TransformedDistribution", "Uniform",
           "Weibull", "identity_transform", "kl_divergence", "register_kl"]

check_classes(globals(), __name__)
