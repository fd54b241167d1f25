"""Muon: momentum whose matrices are made orthogonal."""

from __future__ import annotations

import math
from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.optim.plain import PlainOptimizer, check_number


class Muon(PlainOptimizer):
    """Steps along the nearest orthogonal matrix to the momentum of each matrix. For the weights of hidden layers;
    vectors and embeddings are for another optimiser.

    Parameters
    ----------
    params : iterable of matrices, of (name, matrix), or of dicts, see Optimizer
    lr, weight_decay, momentum : float
        Decay is decoupled: p -= lr weight_decay p.
    nesterov : bool
    ns_coefficients : (float, float, float)
        a, b and c of the iteration X <- a X + (b A + c A A) X with A = X X^T, in bfloat16.
    eps : float
        The least norm that a matrix is divided by.
    ns_steps : int
        Iterations, fewer than 100.
    adjust_lr_fn : "original" or "match_rms_adamw", optional
        lr times sqrt(max(1, rows / columns)), or times 0.2 sqrt(max(rows, columns)).

    References
    ----------
    Jordan et al., Muon: an optimizer for hidden layers in neural networks, 2024
    Liu et al., Muon is scalable for LLM training, arXiv 2502.16982
    """

    def __init__(self, params: Any, lr: Any = 1e-3, weight_decay: float = 0.1, momentum: float = 0.95,
                 nesterov: bool = True, ns_coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
                 eps: float = 1e-7, ns_steps: int = 5, adjust_lr_fn: str | None = None) -> None:
        for option, value in (("lr", lr), ("weight_decay", weight_decay), ("momentum", momentum)):
            check_number("Muon", option, value)
        if adjust_lr_fn not in (None, "original", "match_rms_adamw"):
            raise _C.ValueError(f"Muon: adjust_lr_fn must be 'original' or 'match_rms_adamw', not {adjust_lr_fn!r}")
        if len(ns_coefficients) != 3 or ns_steps >= 100:
            raise _C.ValueError("Muon: ns_coefficients are three numbers, and ns_steps below 100")
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov,
                                  "ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps,
                                  "adjust_lr_fn": adjust_lr_fn})

    def _group_added(self, group: dict[str, Any]) -> None:
        super()._group_added(group)
        for p in group["params"]:
            if p.dim() != 2:
                raise _C.ValueError(f"Muon: takes matrices only, got a parameter of shape {tuple(p.shape)}")

    def _update(self, group: dict[str, Any], param: Tensor, gradient: Tensor, state: dict[str, Any]) -> None:
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = _C.zeros_like(gradient)
        buffer, momentum, lr = state["momentum_buffer"], group["momentum"], float(group["lr"])
        buffer.lerp_(gradient, 1 - momentum)
        update = gradient.lerp(buffer, momentum) if group["nesterov"] else buffer
        update = _orthogonal(update, group["ns_coefficients"], group["ns_steps"], group["eps"])
        rows, columns = param.shape
        factor = (0.2 * math.sqrt(max(rows, columns)) if group["adjust_lr_fn"] == "match_rms_adamw"
                  else math.sqrt(max(1, rows / columns)))
        param.mul_(1 - lr * group["weight_decay"])
        param.sub_(update.to(param.dtype), alpha=lr * factor)


def _orthogonal(matrix: Tensor, coefficients: tuple[float, float, float], steps: int, eps: float) -> Tensor:
    """Newton and Schulz's iteration, whose singular values end near 1."""
    a, b, c = coefficients
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.T if tall else matrix).bfloat16()
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.T
        x = _C.addmm(x, _C.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if tall else x
