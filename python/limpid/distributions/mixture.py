"""Mixtures of distributions of one kind."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import Any, Optional, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid.autograd.grad_mode import no_grad
from limpid.distributions.discrete import Categorical
from limpid.distributions.distribution import Constraint, Distribution


class MixtureSameFamily(Distribution):
    """One of the distributions along the last axis of a batch, drawn by a Categorical.

    Parameters
    ----------
    mixture_distribution : Categorical
        Of as many classes as there are components.
    component_distribution : Distribution
        The last axis of its batch is that of the components.
    """

    def __init__(self, mixture_distribution: Categorical, component_distribution: Distribution,
                 validate_args: Optional[bool] = None) -> None:
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError("MixtureSameFamily: mixture_distribution must be a Categorical, not "
                             f"{type(mixture_distribution).__name__}")
        if not isinstance(component_distribution, Distribution):
            raise ValueError("MixtureSameFamily: component_distribution must be a Distribution, not "
                             f"{type(component_distribution).__name__}")
        shape, chances = tuple(component_distribution.batch_shape), tuple(mixture_distribution.probs.shape)
        if not shape or shape[-1] != chances[-1]:
            raise ValueError(f"MixtureSameFamily: {chances[-1]} classes for components of batch_shape {shape}")
        for a, b in zip(shape[:-1][::-1], chances[:-1][::-1]):
            if a != 1 and b != 1 and a != b:
                raise ValueError(f"MixtureSameFamily: a mixture of batch_shape {chances[:-1]} for components of {shape}")
        self._mixture_distribution, self._component_distribution = mixture_distribution, component_distribution
        super().__init__(shape[:-1], component_distribution.event_shape, validate_args)

    @property
    def mixture_distribution(self) -> Categorical:
        return self._mixture_distribution

    @property
    def component_distribution(self) -> Distribution:
        return self._component_distribution

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Any:
        classes = self._component_distribution.batch_shape[-1]
        return MixtureSameFamily(self._mixture_distribution.expand(batch_shape),
                                 self._component_distribution.expand((*batch_shape, classes)))

    @property
    def support(self) -> Constraint:
        """What each of the components can give, as in PyTorch."""
        of_each, axis = self._component_distribution.support, self._axis
        components = axis + of_each.event_dim  # the axis of theirs where axes of an event are gone
        return Constraint(of_each.words, lambda x: of_each.check(x.unsqueeze(axis)).all(components), of_each.event_dim)

    @property
    def _axis(self) -> int:
        """That of the components, beside those of an event."""
        return -1 - len(self._event_shape)

    @property
    def _chances(self) -> Tensor:
        probs = self._mixture_distribution.probs
        return probs.reshape((*probs.shape, *[1] * len(self._event_shape)))

    @property
    def mean(self) -> Tensor:
        return (self._chances * self._component_distribution.mean).sum(self._axis)

    @property
    def variance(self) -> Tensor:
        component = self._component_distribution
        apart = component.mean - self.mean.unsqueeze(self._axis)
        return (self._chances * (component.variance + apart.pow(2))).sum(self._axis)

    def cdf(self, value: Tensor) -> Tensor:
        below = self._component_distribution.cdf(value.unsqueeze(self._axis))
        return (below * self._mixture_distribution.probs).sum(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        of_each = self._component_distribution.log_prob(value.unsqueeze(self._axis))
        return (of_each + self._mixture_distribution.logits.log_softmax(-1)).logsumexp(-1)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            samples = self._component_distribution.sample(sample_shape)
            chosen = self._mixture_distribution.sample(sample_shape)
            shape = list(samples.shape)
            shape[self._axis] = 1
            chosen = chosen.reshape((*chosen.shape, *[1] * (1 + len(self._event_shape)))).expand(shape)
            return _C.gather(samples, self._axis % samples.dim(), chosen).squeeze(self._axis)

    def __repr__(self) -> str:
        return f"MixtureSameFamily(\n  {self._mixture_distribution},\n  {self._component_distribution})"
