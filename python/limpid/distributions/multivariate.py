"""Normal vectors. Their matrices are small: what is solved here takes a few ops a row."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import Optional, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid._composites import broadcast_shapes
from limpid.distributions.distribution import Constraint, Distribution, real_vector


def cholesky(a: Tensor, what: str = "cholesky: the matrix") -> Tensor:
    """The lower triangular L of L L^T = a, column by column. ValueError where a is not positive definite."""
    a = (a + a.mT) / 2  # so that the gradient is symmetric
    columns: list[Tensor] = []
    for j in range(a.shape[-1]):
        column = a[..., j:, j]
        if columns:
            before = _C.stack(columns, -1)
            column = column - (before[..., j:, :] @ before[..., j, :].unsqueeze(-1)).squeeze(-1)
        pivot = column[..., :1]
        if not (pivot > 0).all():
            raise _C.ValueError(f"{what} is not positive definite (the leading minor of order {j + 1})")
        columns.append(_C._nn.pad(column / pivot.sqrt(), (j, 0)))
    return _C.stack(columns, -1)


def solve_lower(lower: Tensor, b: Tensor) -> Tensor:
    """x of lower x = b, row by row."""
    rows: list[Tensor] = []
    for i in range(b.shape[-2]):
        row = b[..., i, :]
        if rows:
            row = row - (lower[..., i:i + 1, :i] @ _C.stack(rows, -2)).squeeze(-2)
        rows.append(row / lower[..., i, i].unsqueeze(-1))
    return _C.stack(_C.broadcast_tensors(*rows), -2)


def _identity(like: Tensor) -> Tensor:
    return _C.eye(like.shape[-1], dtype=like.dtype)


def _of_precision(precision: Tensor) -> Tensor:
    """The factor of the inverse: with the axes in reverse an upper factor is a lower one."""
    upper = cholesky(precision.flip((-2, -1)), "MultivariateNormal: precision_matrix").flip((-2, -1))
    return solve_lower(upper.mT, _identity(precision))


definite = Constraint("must be symmetric and positive definite",
                      lambda a: (_C.isclose(a, a.mT, atol=1e-6)).all(-2).all(-1) & (a.diagonal(0, -2, -1) > 0).all(-1), 2)
lower_cholesky = Constraint("must be lower triangular with a diagonal above 0",
                            lambda a: (a.tril() == a).all(-2).all(-1) & (a.diagonal(0, -2, -1) > 0).all(-1), 2)


class MultivariateNormal(Distribution):
    """Vectors of normal variables that depend on each other.

    Parameters
    ----------
    loc : Tensor (..., n)
        The mean.
    covariance_matrix, precision_matrix, scale_tril : Tensor (..., n, n)
        One of the three: the covariance, its inverse, or its lower Cholesky factor, which is the fastest.
    """

    arg_constraints = {"loc": real_vector, "covariance_matrix": definite, "precision_matrix": definite,
                       "scale_tril": lower_cholesky}
    has_rsample = True

    def __init__(self, loc: Tensor, covariance_matrix: Optional[Tensor] = None,
                 precision_matrix: Optional[Tensor] = None, scale_tril: Optional[Tensor] = None,
                 validate_args: Optional[bool] = None) -> None:
        given = {"covariance_matrix": covariance_matrix, "precision_matrix": precision_matrix, "scale_tril": scale_tril}
        chosen = [(name, matrix) for name, matrix in given.items() if matrix is not None]
        if len(chosen) != 1:
            raise ValueError("MultivariateNormal: exactly one of covariance_matrix, precision_matrix and scale_tril must be given")
        (name, matrix), = chosen
        if loc.dim() < 1 or matrix.dim() < 2:
            raise ValueError("MultivariateNormal: loc must have at least one axis, and the matrix two")
        if matrix.shape[-2:] != (loc.shape[-1],) * 2:
            raise ValueError(f"MultivariateNormal: {name} must be {loc.shape[-1]} x {loc.shape[-1]}, as loc has {loc.shape[-1]} "
                             f"elements, got shape {tuple(matrix.shape)}")
        batch = broadcast_shapes(matrix.shape[:-2], loc.shape[:-1])
        self.loc = loc.expand((*batch, -1))
        self.__dict__[name] = matrix.expand((*batch, -1, -1))
        super().__init__(batch, self.loc.shape[-1:], validate_args)
        if name == "covariance_matrix":
            matrix = cholesky(matrix, "MultivariateNormal: covariance_matrix")
        elif name == "precision_matrix":
            matrix = _of_precision(matrix)
        self._lower = matrix.expand((*batch, -1, -1))

    def __getattr__(self, name: str) -> Tensor:
        lower = self.__dict__.get("_lower")
        if lower is not None and name == "scale_tril":
            return lower
        if lower is not None and name == "covariance_matrix":
            return lower @ lower.mT
        if lower is not None and name == "precision_matrix":
            inverse = solve_lower(lower, _identity(lower))
            return inverse.mT @ inverse
        raise AttributeError(f"'MultivariateNormal' object has no attribute '{name}'")

    @property
    def support(self) -> Constraint:
        return real_vector

    @property
    def mean(self) -> Tensor:
        return self.loc

    mode = mean

    @property
    def variance(self) -> Tensor:
        return self._lower.pow(2).sum(-1)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        noise = _C.randn(self._extended_shape(sample_shape), dtype=self.loc.dtype)
        return self.loc + (self._lower @ noise.unsqueeze(-1)).squeeze(-1)

    def _half_log_det(self) -> Tensor:
        return self._lower.diagonal(0, -2, -1).log().sum(-1)

    def _squared_distance(self, vector: Tensor) -> Tensor:
        """vector^T covariance^-1 vector"""
        return solve_lower(self._lower, vector.unsqueeze(-1)).pow(2).sum((-2, -1))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        distance = self._squared_distance(value - self.loc)
        return -0.5 * (self.event_shape[0] * math.log(2 * math.pi) + distance) - self._half_log_det()

    def entropy(self) -> Tensor:
        return 0.5 * self.event_shape[0] * (1 + math.log(2 * math.pi)) + self._half_log_det()
