"""Weights as length and direction, with a largest singular value of 1, with orthogonal rows: parametrizations."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import Any, TypeVar

from limpid import _C, _names
from limpid._C import Tensor
from limpid._type_info import finfo
from limpid.autograd.grad_mode import no_grad
from limpid.nn.functional import normalize
from limpid.nn.modules.conv import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from limpid.nn.modules.module import Module
from limpid.nn.utils.parametrize import register_parametrization

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]

M = TypeVar("M", bound=Module)


def _tensor_of(module: Module, name: str) -> Tensor:
    tensor = getattr(module, name, None)
    if not isinstance(tensor, Tensor):
        raise _C.ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    return tensor


# -- length times direction


class _WeightNorm(Module):
    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        return weight_v * (weight_g / _names.norm_except_dim(weight_v, 2, self.dim))

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        return _names.norm_except_dim(weight, 2, self.dim), weight


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Learns the weight of a module as g v / |v|: its length (`parametrizations.<name>.original0`) apart from its
    direction (`original1`). State dicts of nn.utils.weight_norm load too.

    Parameters
    ----------
    name : str
        The parameter.
    dim : int or None
        The axis of which each slice has a length of its own; None: one length for all.

    References
    ----------
    Salimans, Kingma, Weight normalization, NeurIPS 2016
    """
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def rename(state: dict[str, Any], prefix: str, *others: Any) -> None:
        old, new = f"{prefix}{name}_", f"{prefix}parametrizations.{name}.original"
        if old + "g" in state and old + "v" in state:
            state[new + "0"], state[new + "1"] = state.pop(old + "g"), state.pop(old + "v")

    module._register_load_state_dict_pre_hook(rename)
    return module


# -- a largest singular value of 1


class _SpectralNorm(Module):
    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        if not -weight.dim() <= dim < weight.dim():
            raise _C.IndexError(f"spectral_norm: dim is {dim}; it must be in [{-weight.dim()}, {weight.dim() - 1}]")
        if n_power_iterations <= 0:
            raise _C.ValueError(f"spectral_norm: n_power_iterations must be at least 1, got {n_power_iterations}")
        self.dim = dim % weight.dim()
        self.eps = eps
        if weight.dim() > 1:
            self.n_power_iterations = n_power_iterations
            matrix = self._matrix(weight.detach())
            for buffer, size in (("_u", matrix.shape[0]), ("_v", matrix.shape[1])):
                self.register_buffer(buffer, normalize(_C.randn(size, dtype=weight.dtype), dim=0, eps=eps))
            self._improve(matrix, 15)

    def _matrix(self, weight: Tensor) -> Tensor:
        """The axis `dim` in front, the others as one."""
        return weight.movedim(self.dim, 0).flatten(1)

    def _improve(self, matrix: Tensor, steps: int) -> None:
        """Power iterations towards the first singular vectors."""
        with no_grad():
            for _ in range(steps):
                self._u.copy_(normalize(matrix @ self._v, dim=0, eps=self.eps))
                self._v.copy_(normalize(matrix.t() @ self._u, dim=0, eps=self.eps))

    def forward(self, weight: Tensor) -> Tensor:
        if weight.dim() == 1:
            return normalize(weight, dim=0, eps=self.eps)
        matrix = self._matrix(weight)
        if self.training:
            self._improve(matrix, self.n_power_iterations)
        u, v = self._u.clone(), self._v.clone()  # the next call changes the buffers
        return weight / (u * (matrix @ v)).sum()

    def right_inverse(self, value: Tensor) -> Tensor:
        return value


def spectral_norm(module: M, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12,
                  dim: int | None = None) -> M:
    """Divides the weight of a module by its largest singular value, estimated by power iterations whenever the weight
    is read in training.

    Parameters
    ----------
    name : str
        The parameter; the singular vectors are the buffers `_u` and `_v` of `parametrizations.<name>.0`.
    n_power_iterations : int
    eps : float
        The least length by which a vector is divided.
    dim : int, optional
        The axis of outputs: 1 for transposed convolutions, 0 otherwise.

    References
    ----------
    Miyato et al., Spectral normalization for generative adversarial networks, ICLR 2018
    """
    weight = _tensor_of(module, name)
    if dim is None:
        dim = 1 if isinstance(module, (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)) else 0
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))


# -- orthogonal columns (or, where there are fewer, rows)


def _identity(like: Tensor, n: int) -> Tensor:
    return _C.eye(n, dtype=like.dtype)


def _reflectors(a: Tensor) -> tuple[Tensor, Tensor]:
    """A = QR as LAPACK's geqrf says it: R on and above the diagonal, below it the vectors v (with v_i = 1) of the
    reflections I - tau v v^T whose product is Q; and tau."""
    r = a.clone()
    n, k = r.shape[-2:]
    taus = []
    for i in range(k):
        x = r[..., i:, i].clone()
        alpha, rest = x[..., :1], x[..., 1:].square().sum(-1, keepdim=True)
        beta = _C.where(alpha < 0, 1.0, -1.0) * (alpha.square() + rest).sqrt()
        trivial = rest == 0  # nothing below the diagonal: no reflection
        tau = _C.where(trivial, 0.0, (beta - alpha) / beta)
        v = x / _C.where(trivial, 1.0, alpha - beta)
        v[..., 0] = 1.0
        v = _C.where(trivial & (_C.arange(n - i) > 0), 0.0, v)
        part = r[..., i:, i:]
        part -= (tau * v).unsqueeze(-1) * (v.unsqueeze(-2) @ part)
        r[..., i + 1:, i] = v[..., 1:]
        taus.append(tau)
    return r, _C.cat(taus, -1)


def _product_of_reflections(a: Tensor, tau: Tensor) -> Tensor:
    """The first columns of the product of I - tau_i v_i v_i^T, where v_i is column i of `a` below the diagonal, behind
    a 1 on it."""
    n, k = a.shape[-2:]
    vectors = a.tril(-1) + _C.eye(n, k, dtype=a.dtype)
    q = _C.eye(n, k, dtype=a.dtype).expand(a.shape)
    for i in reversed(range(k)):
        v = vectors[..., i:i + 1]
        q = q - tau[..., i, None, None] * v * (v.mT @ q)
    return q


def _orthogonalised(a: Tensor) -> Tensor:
    """Q of A = QR with a positive diagonal of R."""
    r, tau = _reflectors(a)
    return _product_of_reflections(r, tau) * r.diagonal(dim1=-2, dim2=-1).sign().unsqueeze(-2)


def _exponential(a: Tensor) -> Tensor:
    """e^A = (e^(A / 2^s))^(2^s), the inner one by its series, with s so that |A / 2^s| <= 1/2."""
    size = a.detach().abs().sum(-1).max().item() if a.numel() else 0.0
    halvings = max(0, math.ceil(math.log2(size)) + 1) if 0 < size < math.inf else 0
    step = a / 2 ** halvings
    y = term = _identity(a, a.shape[-1]).expand(a.shape)
    for k in range(1, 16 if finfo(a.dtype).bits == 64 else 10):  # until terms no longer count
        term = term @ step / k
        y = y + term
    for _ in range(halvings):
        y = y @ y
    return y


def _cayley(a: Tensor) -> Tensor:
    """(I - A/2)^-1 (I + A/2) of a skew-symmetric A: by elimination, which needs no pivots, since the symmetric part of
    I - A/2 is positive definite."""
    n = a.shape[-1]
    both = _C.cat([_identity(a, n) - a / 2, _identity(a, n) + a / 2], -1)
    rows = _C.arange(n).unsqueeze(-1)
    for i in range(n):
        pivot = both[..., i:i + 1, :] / both[..., i:i + 1, i:i + 1]
        both = _C.where(rows == i, pivot, both - both[..., i:i + 1] * pivot)
    return both[..., n:]


class _Orthogonal(Module):
    base: Tensor

    def __init__(self, weight: Tensor, orthogonal_map: str, use_trivialization: bool = True) -> None:
        super().__init__()
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, x: Tensor) -> Tensor:
        transposed = x.shape[-2] < x.shape[-1]
        q = self._tall(x.mT if transposed else x)
        if "base" in self._buffers:
            q = self.base @ q
        return q.mT if transposed else q

    def _tall(self, x: Tensor) -> Tensor:
        """Orthogonal columns of the elements on and below the diagonal."""
        n, k = x.shape[-2:]
        if self.orthogonal_map == "householder":
            a = x.tril(-1)
            tau = 2.0 / (1.0 + (a * a).sum(-2))
            return _product_of_reflections(a, tau) * x.detach().diagonal(dim1=-2, dim2=-1).trunc().unsqueeze(-2)
        square = _C.cat([x.tril(), x.new_zeros(*x.shape[:-1], n - k)], -1)
        skew = square - square.mT
        q = _exponential(skew) if self.orthogonal_map == "matrix_exp" else _cayley(skew)
        return q[..., :k]

    def right_inverse(self, value: Tensor) -> Tensor:
        if value.shape != self.shape:
            raise _C.ValueError(f"Expected a matrix or batch of matrices of shape {self.shape}. Got a tensor of shape "
                                f"{value.shape}.")
        with no_grad():
            transposed = value.shape[-2] < value.shape[-1]
            q = value.detach().mT if transposed else value.detach()
            if "base" in self._buffers:
                self.base = self._completed(q)
                start = -_C.eye(*value.shape[-2:], dtype=value.dtype).expand(value.shape)
                return start.clone()
            if self.orthogonal_map != "householder":
                raise NotImplementedError("It is not possible to assign to the matrix exponential or the Cayley "
                                          "parametrizations when use_trivialization=False.")
            a, tau = _reflectors(q)
            diagonal = a.diagonal(dim1=-2, dim2=-1)
            signs = diagonal.sign() * _C.where(tau == 0, -1.0, 1.0)
            diagonal.copy_(signs)
            return a.mT if transposed else a

    def _completed(self, q: Tensor) -> Tensor:
        """A square orthogonal matrix whose first columns are those of q, made orthogonal."""
        n, k = q.shape[-2:]
        if n != k:
            q = _C.cat([q, _C.randn(*q.shape[:-2], n, n - k, dtype=q.dtype)], -1)
        elif _is_orthogonal(q):
            return q.clone()
        return _orthogonalised(q)


def _is_orthogonal(q: Tensor) -> bool:
    n, k = q.shape[-2:]
    return bool(((q.mT @ q - _identity(q, k)).abs() <= 10 * n * finfo(q.dtype).eps).all())


def orthogonal(module: M, name: str = "weight", orthogonal_map: str | None = None, *,
               use_trivialization: bool = True) -> M:
    """Keeps a matrix (or each of a batch) orthogonal: its columns, or its rows where there are fewer.

    Parameters
    ----------
    name : str
        The parameter.
    orthogonal_map : "matrix_exp", "cayley" or "householder", optional
        How an orthogonal matrix is computed from the elements that are learned: e^A or (I - A/2)^-1 (I + A/2) of a
        skew-symmetric A, or a product of reflections. matrix_exp where the matrix is square, else householder.
    use_trivialization : bool
        Whether the result is multiplied by a fixed orthogonal matrix, the buffer `base`, so that learning starts from
        the value that the weight has.

    References
    ----------
    Lezcano-Casado, Trivializations for gradient-based optimization on manifolds, NeurIPS 2019
    """
    weight = _tensor_of(module, name)
    if weight.dim() < 2:
        raise _C.ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.dim()} dimensions.")
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if weight.shape[-2] == weight.shape[-1] else "householder"
    if orthogonal_map not in ("matrix_exp", "cayley", "householder"):
        raise _C.ValueError('orthogonal_map has to be one of "matrix_exp", "cayley", "householder". '
                            f"Got: {orthogonal_map}")
    return register_parametrization(module, name, _Orthogonal(weight, orthogonal_map, use_trivialization), unsafe=True)
