"""Gradients kept small, between backward() and step(). Parameters without a gradient are skipped."""

from __future__ import annotations

from typing import Iterable

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all


def _listed(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [parameters] if isinstance(parameters, Tensor) else list(parameters)


def clip_grad_norm_(parameters: Tensor | Iterable[Tensor], max_norm: float, norm_type: float = 2.0,
                    error_if_nonfinite: bool = False, foreach: bool | None = None) -> Tensor:
    """Scales all gradients by min(1, max_norm / (norm + 1e-6)), where norm is that of all of them as one
    vector.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensors
    max_norm : float
    norm_type : float
        p of the p-norm; inf: the largest absolute value.
    error_if_nonfinite : bool
        ValueError, which names the first gradient at fault, for a norm that is NaN or infinite.

    Returns
    -------
    The norm before, a 0-d tensor.
    """
    return _C._modules.clip_grad_norm_(_listed(parameters), float(max_norm), float(norm_type),
                                       error_if_nonfinite)


def get_total_norm(tensors: Tensor | Iterable[Tensor], norm_type: float = 2.0,
                   error_if_nonfinite: bool = False, foreach: bool | None = None) -> Tensor:
    """The norm of all tensors as one vector; 0 for none."""
    return _C._modules.get_total_norm(_listed(tensors), float(norm_type), error_if_nonfinite)


def clip_grads_with_norm_(parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor,
                          foreach: bool | None = None) -> None:
    """Scales all gradients by min(1, max_norm / (total_norm + 1e-6))."""
    factor = min(1.0, float(max_norm) / (float(total_norm) + 1e-6))
    for parameter in _listed(parameters):
        if parameter.grad is not None:
            parameter.grad.detach().mul_(factor)


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float,
                     foreach: bool | None = None) -> None:
    """Clamps every element of every gradient to [-clip_value, clip_value]."""
    _C._modules.clip_grad_value_(_listed(parameters), float(clip_value))


check_all(globals(), __name__)
clip_grad_norm = clip_grad_norm_
