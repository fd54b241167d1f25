"""What all distributions have in common."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import copy
from typing import Any, Callable, Iterable, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid._types import Size
from limpid.autograd.grad_mode import no_grad

Number = Union[float, Tensor]


class Constraint:
    """Which numbers are allowed, in words and as a test of each of them."""

    def __init__(self, words: str, check: Callable[[Tensor], Tensor], event_dim: int = 0) -> None:
        self.words, self.check, self.event_dim = words, check, event_dim

    def __repr__(self) -> str:
        return self.words


real = Constraint("must be numbers", lambda x: x == x)
positive = Constraint("must be above 0", lambda x: x > 0)
nonnegative = Constraint("must be 0 or above", lambda x: x >= 0)
unit_interval = Constraint("must be from 0 to 1", lambda x: (x >= 0) & (x <= 1))
boolean = Constraint("must be 0 or 1", lambda x: (x == 0) | (x == 1))
count = Constraint("must be whole numbers, 0 or above", lambda x: (x >= 0) & (x % 1 == 0))
real_vector = Constraint("must be numbers", lambda x: (x == x).all(-1), 1)
positive_vector = Constraint("must be above 0", lambda x: (x > 0).all(-1), 1)
simplex = Constraint("must be 0 or above and add up to 1", lambda x: (x >= 0).all(-1) & ((x.sum(-1) - 1).abs() < 1e-6), 1)
one_hot = Constraint("must be one 1 and else 0", lambda x: boolean.check(x).all(-1) & (x.sum(-1) == 1), 1)


def between(low: Number, high: Number, words: str) -> Constraint:
    return Constraint(words, lambda x: (x >= low) & (x <= high))


def together(*values: Number) -> list[Tensor]:
    """Numbers and tensors as tensors of one shape, of the dtype of the tensors among them."""
    tensors = [value for value in values if isinstance(value, Tensor)]
    for value in values:
        if not isinstance(value, Tensor) and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise ValueError(f"parameters must be numbers or tensors, not {type(value).__name__}")
    like = tensors[0] if tensors else _C.ones(())
    return list(_C.broadcast_tensors(*(value if isinstance(value, Tensor) else like.new_tensor(value) for value in values)))


class Distribution:
    """Base of all distributions.

    Parameters
    ----------
    batch_shape : Size
        The shape of parameters: so many distributions side by side.
    event_shape : Size
        The shape of one sample of one of them.
    validate_args : bool, optional
        Whether parameters and values are checked; True unless set_default_validate_args changed it.
    """

    has_rsample = False
    has_enumerate_support = False
    arg_constraints: dict[str, Constraint] = {}
    _validate_args = True

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        Distribution._validate_args = bool(value)

    def __init__(self, batch_shape: Sequence[int] = (), event_shape: Sequence[int] = (),
                 validate_args: Optional[bool] = None) -> None:
        self._batch_shape, self._event_shape = Size(batch_shape), Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            for name, constraint in self._given():
                value = getattr(self, name)
                good = constraint.check(value.detach())
                if not good.all():
                    raise ValueError(f"{type(self).__name__}: {name} {constraint.words}{_found(value, good)}")

    def _given(self) -> Iterable[tuple[str, Constraint]]:
        """The parameters that it was made of; others are computed when they are asked for."""
        return ((name, constraint) for name, constraint in self.arg_constraints.items() if name in self.__dict__)

    @property
    def batch_shape(self) -> Size:
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        return self._event_shape

    @property
    def support(self) -> Constraint:
        """The values that it can give."""
        return real

    @property
    def mean(self) -> Tensor:
        raise NotImplementedError

    @property
    def variance(self) -> Tensor:
        raise NotImplementedError

    @property
    def mode(self) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} has no mode here")

    @property
    def stddev(self) -> Tensor:
        return self.variance.sqrt()

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Any:
        """The same distribution with its parameters expanded to this batch shape."""
        new = copy.copy(self)
        for name in list(self.__dict__):
            value = self.__dict__[name]
            if isinstance(value, Tensor):
                new.__dict__[name] = value.expand((*batch_shape, *value.shape[len(self._batch_shape):]))
        new._batch_shape = Size(batch_shape)
        return new

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Samples of shape sample_shape + batch_shape + event_shape, without a gradient."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """The same with gradients to the parameters, where the distribution has them (`has_rsample`)."""
        raise NotImplementedError(f"{type(self).__name__}: samples have no gradient; use sample()")

    def sample_n(self, n: int) -> Tensor:
        return self.sample((n,))

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density, or of the probability, at the value."""
        raise NotImplementedError

    def cdf(self, value: Tensor) -> Tensor:
        raise NotImplementedError

    def icdf(self, value: Tensor) -> Tensor:
        raise NotImplementedError

    def entropy(self) -> Tensor:
        raise NotImplementedError

    def enumerate_support(self, expand: bool = True) -> Tensor:
        raise NotImplementedError

    def perplexity(self) -> Tensor:
        return self.entropy().exp()

    def _extended_shape(self, sample_shape: Sequence[int] = ()) -> Size:
        return Size((*sample_shape, *self._batch_shape, *self._event_shape))

    def _validate_sample(self, value: Tensor) -> None:
        if not self._validate_args:
            return
        name = type(self).__name__
        if not isinstance(value, Tensor):
            raise ValueError(f"{name}: the value must be a Tensor, not {type(value).__name__}")
        shape, own = tuple(value.shape), (*self._batch_shape, *self._event_shape)
        events = len(self._event_shape)
        fits = all(a == b or a == 1 or b == 1 for a, b in zip(shape[::-1], own[::-1]))
        if not fits or events and shape[-events:] != tuple(self._event_shape):
            raise ValueError(f"{name}: a value of shape {shape} does not fit batch_shape + event_shape {own}")
        good = self.support.check(value.detach())
        if not good.all():
            raise ValueError(f"{name}: the value {self.support.words}{_found(value, good)}")

    def __repr__(self) -> str:
        shown = (f"{name}: {value.item() if value.numel() == 1 else value.shape}"
                 for name, value in ((name, getattr(self, name)) for name, _ in self._given()))
        return f"{type(self).__name__}({', '.join(shown)})"


def _found(value: Tensor, good: Tensor) -> str:
    """Some of the numbers that are not allowed."""
    if good.shape != value.shape:
        return f", in a tensor of shape {tuple(value.shape)}"
    wrong = value.detach()[good.logical_not()]
    some = [f"{x:g}" for x in wrong[:3].tolist()] + ["..."] * (wrong.numel() > 3)
    return f", but {wrong.numel()} of {value.numel()} are not: {', '.join(some)}"
