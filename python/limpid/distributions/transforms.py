"""Functions with an inverse and a derivative, for TransformedDistribution."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import Any, Optional, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid._type_info import finfo
from limpid.distributions.distribution import Constraint, Number, between, positive, real, simplex, together, unit_interval

__all__ = ["AbsTransform", "AffineTransform", "ComposeTransform", "ExpTransform", "PowerTransform", "SigmoidTransform",
           "SoftmaxTransform", "SoftplusTransform", "TanhTransform", "Transform", "identity_transform"]


def _alike(a: Any, b: Any) -> bool:
    return bool((a == b).all()) if isinstance(a, Tensor) or isinstance(b, Tensor) else bool(a == b)


class Transform:
    """Base: y = t(x), x = t.inv(y), and t.log_abs_det_jacobian(x, y).

    Parameters
    ----------
    cache_size : 0 or 1
        1: t.inv(t(x)) is x itself, for the last y. So nothing is lost where tanh is nearly 1.
    """

    codomain: Constraint = real
    bijective = True
    sign = 1
    event_dim = 0

    def __init__(self, cache_size: int = 0) -> None:
        if cache_size not in (0, 1):
            raise ValueError("cache_size must be 0 or 1")
        self._cache_size = cache_size
        self._last: tuple[Any, Any] = (None, None)

    def __call__(self, x: Tensor) -> Tensor:
        if self._cache_size and self._last[0] is x:
            return self._last[1]
        y = self._call(x)
        if self._cache_size:
            self._last = (x, y)
        return y

    def _inverse_of(self, y: Tensor) -> Tensor:
        if self._cache_size and self._last[1] is y:
            return self._last[0]
        x = self._inverse(y)
        if self._cache_size:
            self._last = (x, y)
        return x

    def _attributes(self) -> Optional[list[Any]]:
        """What makes it another than those of its class; None: it is like none but itself."""
        return None

    def __eq__(self, other: object) -> bool:
        mine = self._attributes()
        if mine is None or not isinstance(other, Transform) or type(self) is not type(other):
            return self is other
        theirs = other._attributes() or []
        return len(mine) == len(theirs) and all(map(_alike, mine, theirs))

    def __hash__(self) -> int:
        return hash(type(self))

    @property
    def inv(self) -> Transform:
        """The inverse, a Transform too."""
        return _Inverse(self)

    def _call(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def _inverse(self, y: Tensor) -> Tensor:
        raise NotImplementedError

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """log |dy / dx|"""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _Inverse(Transform):
    def __init__(self, transform: Transform) -> None:
        super().__init__()
        self._of = transform
        self.event_dim = transform.event_dim

    @property
    def sign(self) -> Any:  # type: ignore[override]
        return self._of.sign

    def _attributes(self) -> list[Any]:
        return [self._of]

    @property
    def inv(self) -> Transform:
        return self._of

    def _call(self, x: Tensor) -> Tensor:
        return self._of._inverse_of(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return self._of(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return -self._of.log_abs_det_jacobian(y, x)


class ComposeTransform(Transform):
    """One after the other."""

    def __init__(self, parts: Sequence[Transform], cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.parts = list(parts)
        self.event_dim = max((part.event_dim for part in self.parts), default=0)
        if self.parts:
            self.codomain = self.parts[-1].codomain

    @property
    def sign(self) -> Any:  # type: ignore[override]
        return math.prod(part.sign for part in self.parts)

    def _attributes(self) -> list[Any]:
        return self.parts

    def _call(self, x: Tensor) -> Tensor:
        for part in self.parts:
            x = part(x)
        return x

    def _inverse(self, y: Tensor) -> Tensor:
        for part in reversed(self.parts):
            y = part._inverse_of(y)
        return y

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        total = _C.zeros_like(summed_last(x, self.event_dim))
        for part in self.parts:
            z = part(x)
            total = total + summed_last(part.log_abs_det_jacobian(x, z), self.event_dim - part.event_dim)
            x = z
        return total


class AffineTransform(Transform):
    """y = loc + scale x; the last event_dim axes are one event."""

    def __init__(self, loc: Number, scale: Number, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc, self.scale, self.event_dim = loc, scale, event_dim

    def _attributes(self) -> list[Any]:
        return [self.loc, self.scale, self.event_dim]

    @property
    def sign(self) -> Any:  # type: ignore[override]
        return self.scale.sign() if isinstance(self.scale, Tensor) else (self.scale > 0) - (self.scale < 0)

    def _call(self, x: Tensor) -> Tensor:
        return self.loc + self.scale * x

    def _inverse(self, y: Tensor) -> Tensor:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        if isinstance(self.scale, Tensor):
            slope = self.scale.abs().log().expand(_C.broadcast_tensors(self.scale, x)[0].shape)
        else:
            slope = _C.full_like(x, math.log(abs(self.scale)))
        return summed_last(slope, self.event_dim)


class ExpTransform(Transform):
    """y = exp(x)"""

    codomain = positive

    def _attributes(self) -> list[Any]:
        return []

    def _call(self, x: Tensor) -> Tensor:
        return x.exp()

    def _inverse(self, y: Tensor) -> Tensor:
        return y.log()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return x


class SigmoidTransform(Transform):
    """y = 1 / (1 + exp(-x))"""

    codomain = unit_interval

    def _attributes(self) -> list[Any]:
        return []

    def _call(self, x: Tensor) -> Tensor:
        return _inside(x.sigmoid())

    def _inverse(self, y: Tensor) -> Tensor:
        y = _inside(y)
        return y.log() - (-y).log1p()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return -_C._nn.softplus(-x) - _C._nn.softplus(x)


class TanhTransform(Transform):
    """y = tanh(x)"""

    codomain = between(-1, 1, "must be from -1 to 1")

    def _attributes(self) -> list[Any]:
        return []

    def _call(self, x: Tensor) -> Tensor:
        return x.tanh()

    def _inverse(self, y: Tensor) -> Tensor:
        return y.atanh()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return 2 * (math.log(2) - x - _C._nn.softplus(-2 * x))  # 1 - tanh(x)^2, where that is nearly 0 too


class PowerTransform(Transform):
    """y = x^exponent, for x above 0"""

    codomain = positive

    def __init__(self, exponent: Number, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        (self.exponent,) = together(exponent)

    def _attributes(self) -> list[Any]:
        return [self.exponent]

    @property
    def sign(self) -> Any:  # type: ignore[override]
        return self.exponent.sign()

    def _call(self, x: Tensor) -> Tensor:
        return x.pow(self.exponent)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.pow(1 / self.exponent)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return (self.exponent * y / x).abs().log()


class SoftplusTransform(Transform):
    """y = log(1 + exp(x))"""

    codomain = positive

    def _attributes(self) -> list[Any]:
        return []

    def _call(self, x: Tensor) -> Tensor:
        return _C._nn.softplus(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return (-(-y).expm1()).log() + y

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return -_C._nn.softplus(-x)


class _OneOfMany(Transform):
    """Of several x there is one y."""

    bijective = False

    @property
    def sign(self) -> Any:  # type: ignore[override]
        raise NotImplementedError(f"{type(self).__name__} neither rises nor falls")


class AbsTransform(_OneOfMany):
    """y = |x|, of which the inverse takes the one above 0."""

    codomain = positive

    def _attributes(self) -> list[Any]:
        return []

    def _call(self, x: Tensor) -> Tensor:
        return x.abs()

    def _inverse(self, y: Tensor) -> Tensor:
        return y


class SoftmaxTransform(_OneOfMany):
    """The last axis as shares that add up to 1; the inverse takes their logarithms."""

    codomain = simplex
    event_dim = 1

    def _attributes(self) -> list[Any]:
        return []

    def _call(self, x: Tensor) -> Tensor:
        return x.softmax(-1)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.log()


identity_transform = ComposeTransform([])


def _inside(y: Tensor) -> Tensor:
    limits = finfo(y.dtype)
    return y.clamp(limits.tiny, 1 - limits.eps)


def summed_last(values: Tensor, axes: int) -> Tensor:
    """The sum over so many last axes."""
    return values.sum(tuple(range(-axes, 0))) if axes > 0 else values
