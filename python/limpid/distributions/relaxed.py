"""Numbers and vectors near classes, whose samples have gradients.

Source: Maddison, Mnih and Teh, The Concrete distribution, arXiv:1611.00712; Jang, Gu and Poole, Categorical
reparameterization with Gumbel-softmax, arXiv:1611.01144.
"""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import Any, Optional, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid.distributions.continuous import Gumbel
from limpid.distributions.discrete import Bernoulli, Categorical, OneHotCategorical, _clamped
from limpid.distributions.distribution import Constraint, Distribution, Number, real_vector, simplex, together
from limpid.distributions.transformed import TransformedDistribution
from limpid.distributions.transforms import ExpTransform, SigmoidTransform


class _Logits(Distribution):
    """The logit of a RelaxedBernoulli."""

    has_rsample = True

    def __init__(self, temperature: Number, probs: Any, logits: Any, validate_args: Optional[bool]) -> None:
        classes = Bernoulli(probs, logits, validate_args)
        self.temperature, self.logits = together(temperature, classes.logits)
        super().__init__(self.logits.shape, validate_args=validate_args)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        u = _clamped(_C.rand(self._extended_shape(sample_shape), dtype=self.logits.dtype))
        return (u.log() - (-u).log1p() + self.logits) / self.temperature

    def log_prob(self, value: Tensor) -> Tensor:
        apart = self.logits - value * self.temperature
        return self.temperature.log() + apart - 2 * apart.exp().log1p()


class RelaxedBernoulli(TransformedDistribution):
    """Numbers from 0 to 1, the nearer to 0 and 1 the lower the temperature."""

    def __init__(self, temperature: Number, probs: Optional[Number] = None, logits: Optional[Number] = None,
                 validate_args: Optional[bool] = None) -> None:
        super().__init__(_Logits(temperature, probs, logits, validate_args), SigmoidTransform(), validate_args)

    @property
    def temperature(self) -> Tensor:
        return self.base_dist.temperature  # type: ignore[attr-defined]

    @property
    def logits(self) -> Tensor:
        return self.base_dist.logits  # type: ignore[attr-defined]

    @property
    def probs(self) -> Tensor:
        return self.logits.sigmoid()


class _Logarithms(Distribution):
    """The logarithm of a RelaxedOneHotCategorical."""

    has_rsample = True

    def __init__(self, temperature: Number, probs: Any, logits: Any, validate_args: Optional[bool]) -> None:
        classes = Categorical(probs, logits, validate_args)
        (self.temperature,), self.logits = together(temperature), classes.logits
        super().__init__(self.logits.shape[:-1], self.logits.shape[-1:], validate_args)

    @property
    def support(self) -> Constraint:
        return real_vector

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Any:
        wide = self.logits.expand((*batch_shape, *self.event_shape))
        return _Logarithms(self.temperature, None, wide, validate_args=False)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        noise = Gumbel(self.logits.new_zeros(()), 1.0, validate_args=False).rsample(shape)
        return ((self.logits + noise) / self.temperature).log_softmax(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        n = self.event_shape[0]
        score = self.logits - value * self.temperature
        return score.log_softmax(-1).sum(-1) + math.lgamma(n) + (n - 1) * self.temperature.log()


class RelaxedOneHotCategorical(TransformedDistribution):
    """Vectors that add up to 1, the nearer to a 1 among 0 the lower the temperature."""

    def __init__(self, temperature: Number, probs: Optional[Tensor] = None, logits: Optional[Tensor] = None,
                 validate_args: Optional[bool] = None) -> None:
        super().__init__(_Logarithms(temperature, probs, logits, validate_args), ExpTransform(), validate_args)

    @property
    def support(self) -> Constraint:
        return simplex

    @property
    def temperature(self) -> Tensor:
        return self.base_dist.temperature  # type: ignore[attr-defined]

    @property
    def logits(self) -> Tensor:
        return self.base_dist.logits  # type: ignore[attr-defined]

    @property
    def probs(self) -> Tensor:
        return self.logits.softmax(-1)


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """A OneHotCategorical whose samples have the gradient of the probabilities.

    Source: Bengio, Léonard and Courville, Estimating or propagating gradients through stochastic neurons,
    arXiv:1308.3432.
    """

    has_rsample = True

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self.sample(sample_shape) + (self.probs - self.probs.detach())
