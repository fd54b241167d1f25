"""Distributions of functions of what another distribution gives."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import copy
from typing import Any, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid._types import Size
from limpid.autograd.grad_mode import no_grad
from limpid.distributions.distribution import Constraint, Distribution
from limpid.distributions.transforms import Transform, summed_last


class TransformedDistribution(Distribution):
    """Of y = t(x) for x of another distribution.

    Parameters
    ----------
    base_distribution : Distribution
    transforms : Transform or list of Transform
        One after the other.
    """

    def __init__(self, base_distribution: Distribution, transforms: Union[Transform, Sequence[Transform]],
                 validate_args: Optional[bool] = None) -> None:
        self.transforms = [transforms] if isinstance(transforms, Transform) else list(transforms)
        for transform in self.transforms:
            if not isinstance(transform, Transform):
                raise ValueError(f"TransformedDistribution: transforms must be Transforms, not {type(transform).__name__}")
        self.base_dist = base_distribution
        shape = (*base_distribution.batch_shape, *base_distribution.event_shape)
        events = max([len(base_distribution.event_shape), *(transform.event_dim for transform in self.transforms)])
        if events > len(shape):
            raise ValueError(f"TransformedDistribution: base_distribution needs to have shape with size at least {events}, but "
                             f"got {shape}")
        kept = len(shape) - events
        super().__init__(shape[:kept], shape[kept:], validate_args)

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        return self.base_dist.has_rsample

    @property
    def support(self) -> Constraint:
        return self.transforms[-1].codomain if self.transforms else self.base_dist.support

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Any:
        added = len(self.event_shape) - len(self.base_dist.event_shape)
        new = copy.copy(self)
        new.base_dist = self.base_dist.expand((*batch_shape, *self.event_shape[:added]))
        new._batch_shape = Size(batch_shape)
        return new

    def _transformed(self, x: Tensor) -> Tensor:
        for transform in self.transforms:
            x = transform(x)
        return x

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            return self._transformed(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self._transformed(self.base_dist.rsample(sample_shape))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        events, y = len(self.event_shape), value
        total: Any = 0.0
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            total = total - summed_last(transform.log_abs_det_jacobian(x, y), events - transform.event_dim)
            y = x
        return total + summed_last(self.base_dist.log_prob(y), events - len(self.base_dist.event_shape))

    def _turned(self, share: Tensor) -> Tensor:
        """share, or 1 - share where the transforms fall."""
        sign: Any = 1
        for transform in self.transforms:
            sign = sign * transform.sign
        if not isinstance(sign, Tensor):
            return share if sign == 1 else 1 - share
        return _C.where(sign < 0, 1 - share, share)

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        for transform in reversed(self.transforms):
            value = transform.inv(value)
        return self._turned(self.base_dist.cdf(value))

    def icdf(self, value: Tensor) -> Tensor:
        return self._transformed(self.base_dist.icdf(self._turned(value)))
