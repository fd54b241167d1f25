"""A weight as length times direction, each learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from limpid import _C, _names
from limpid._C import Parameter, Tensor
from limpid._checked import check_all

if TYPE_CHECKING:
    from limpid.nn.modules.module import Module

M = TypeVar("M", bound="Module")


def _weight(g: Tensor, v: Tensor, dim: int) -> Tensor:
    return v * (g / _names.norm_except_dim(v, 2, dim))


class WeightNorm:
    """The hook that computes the weight before each call."""

    def __init__(self, name: str, dim: int) -> None:
        self.name, self.dim = name, dim

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module))

    def compute_weight(self, module: Any) -> Tensor:
        return _weight(getattr(module, self.name + "_g"), getattr(module, self.name + "_v"), self.dim)


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Learns the weight of a module as g v / |v|: its length (`<name>_g`) apart from its direction (`<name>_v`).

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
    axis = -1 if dim is None else dim
    for hook in module._forward_pre_hooks.values():
        if isinstance(hook, WeightNorm) and hook.name == name:
            raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
    weight = getattr(module, name)
    length = _names.norm_except_dim(weight.detach(), 2, axis)
    direction = weight.detach().clone()
    delattr(module, name)
    module.register_parameter(name + "_g", Parameter(length))
    module.register_parameter(name + "_v", Parameter(direction))
    hook = WeightNorm(name, axis)
    setattr(module, name, hook.compute_weight(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """The weight as one parameter again."""
    for key, hook in list(module._forward_pre_hooks.items()):
        if isinstance(hook, WeightNorm) and hook.name == name:
            weight = hook.compute_weight(module).detach()
            del module._forward_pre_hooks[key]
            delattr(module, name)
            delattr(module, name + "_g")
            delattr(module, name + "_v")
            module.register_parameter(name, Parameter(weight))
            return module
    raise _C.ValueError(f"weight_norm of '{name}' not found in {module}")


check_all(globals(), __name__)
