"""All parameters as one vector, and back."""

from __future__ import annotations

from typing import Iterable

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The elements of all parameters one behind the other, (n,), recorded for gradients."""
    return _C._modules.parameters_to_vector(list(parameters))


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Copies the parts of a vector into the parameters, in the same order. ShapeError unless the vector has
    as many elements as all parameters together; then nothing has changed."""
    _C._modules.vector_to_parameters(vec, list(parameters))


check_all(globals(), __name__)
