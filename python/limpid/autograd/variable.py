"""Variable: what tensors with gradients were called before PyTorch 0.4."""

from __future__ import annotations

from typing import Any

from limpid._C import Tensor


class _TensorsAreVariables(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor)


class Variable(metaclass=_TensorsAreVariables):
    """Variable(data, requires_grad=False): a tensor over the same memory."""

    def __new__(cls, data: Tensor, requires_grad: bool = False) -> Tensor:  # type: ignore[misc]
        return data.detach().requires_grad_(requires_grad)
