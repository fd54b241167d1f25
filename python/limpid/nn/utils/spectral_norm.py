"""A weight divided by its largest singular value, so that the layer stretches nothing by more than 1."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from limpid import _C
from limpid._C import Parameter, Tensor
from limpid._checked import check_all
from limpid.autograd.grad_mode import no_grad
from limpid.nn.functional import normalize

if TYPE_CHECKING:
    from limpid.nn.modules.module import Module

M = TypeVar("M", bound="Module")


class SpectralNorm:
    """The hook that computes the weight before each call; in training it also improves the singular vectors."""

    def __init__(self, name: str, n_power_iterations: int, eps: float, dim: int) -> None:
        if n_power_iterations < 1:
            raise _C.ValueError(f"spectral_norm: n_power_iterations must be at least 1, got {n_power_iterations}")
        self.name, self.n_power_iterations, self.eps, self.dim = name, n_power_iterations, eps, dim

    def matrix(self, weight: Tensor) -> Tensor:
        """The axis `dim` in front, the others as one."""
        return weight.movedim(self.dim, 0).reshape(weight.shape[self.dim], -1)

    def compute_weight(self, module: Any, improve: bool) -> Tensor:
        weight = getattr(module, self.name + "_orig")
        u, v = getattr(module, self.name + "_u"), getattr(module, self.name + "_v")
        matrix = self.matrix(weight)
        if improve:
            with no_grad():
                for _ in range(self.n_power_iterations):
                    v.copy_(normalize(matrix.t() @ u, dim=0, eps=self.eps))
                    u.copy_(normalize(matrix @ v, dim=0, eps=self.eps))
            u, v = u.clone(), v.clone()  # the next call changes the buffers
        return weight / (u * (matrix @ v)).sum()

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module, module.training))


def spectral_norm(module: M, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12,
                  dim: int | None = None) -> M:
    """Divides the weight of a module by its largest singular value, estimated by power iterations.

    Parameters
    ----------
    name : str
        The parameter; it goes on as `<name>_orig`, the singular vectors as buffers `<name>_u` and `<name>_v`.
    n_power_iterations : int
        Before each call in training.
    dim : int, optional
        The axis of outputs: 1 for transposed convolutions, 0 otherwise.

    References
    ----------
    Miyato et al., Spectral normalization for generative adversarial networks, ICLR 2018
    """
    for known in module._forward_pre_hooks.values():
        if isinstance(known, SpectralNorm) and known.name == name:
            raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
    if dim is None:
        dim = 1 if type(module).__name__.startswith("ConvTranspose") else 0
    hook = SpectralNorm(name, n_power_iterations, eps, dim)
    weight = getattr(module, name)
    height, width = hook.matrix(weight.detach()).shape
    delattr(module, name)
    module.register_parameter(name + "_orig", Parameter(weight.detach()))
    setattr(module, name, weight.detach().clone())
    module.register_buffer(name + "_u", normalize(_C.randn(height, dtype=weight.dtype), dim=0, eps=eps))
    module.register_buffer(name + "_v", normalize(_C.randn(width, dtype=weight.dtype), dim=0, eps=eps))
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """The normalised weight as a parameter."""
    for key, hook in list(module._forward_pre_hooks.items()):
        if isinstance(hook, SpectralNorm) and hook.name == name:
            weight = hook.compute_weight(module, False).detach()
            del module._forward_pre_hooks[key]
            for part in ("", "_u", "_v", "_orig"):
                delattr(module, name + part)
            module.register_parameter(name, Parameter(weight))
            return module
    raise _C.ValueError(f"spectral_norm of '{name}' not found in {module}")


check_all(globals(), __name__)
