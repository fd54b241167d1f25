"""Forward mode is not there; functional.jvp computes Jacobian-vector products by two backward passes."""

from typing import Any


def dual_level() -> None:
    raise NotImplementedError("forward-mode differentiation is not supported; use limpid.autograd.functional.jvp")
