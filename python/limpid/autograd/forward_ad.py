"""Forward mode is not there; functional.jvp computes Jacobian-vector products by two backward passes."""


def dual_level():
    raise NotImplementedError("forward-mode differentiation is not supported; use limpid.autograd.functional.jvp")
