"""Functions of functions, as torch.func: derivatives that nest, one call a sample, modules with other parameters."""

from limpid.func._derivatives import (grad as grad, grad_and_value as grad_and_value, hessian as hessian, jacfwd as jacfwd,
                                      jacrev as jacrev, jvp as jvp, vjp as vjp)
from limpid.func._modules import functional_call as functional_call, stack_module_state as stack_module_state
from limpid.func._vmap import vmap as vmap

__all__ = ["functional_call", "grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "stack_module_state", "vjp", "vmap"]
