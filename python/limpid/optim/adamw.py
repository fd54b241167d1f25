"""Adam whose weight decay is not scaled like the gradient."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid.optim.adam import Adam


class AdamW(Adam):
    """Adam whose weight decay is not scaled like the gradient: p shrinks by lr weight_decay before each step.

    Parameters as of Adam. Source: Loshchilov and Hutter, Decoupled weight decay regularization, ICLR 2019.
    """

    _cpp_class = _C._optim.AdamW

    def __init__(self, params: Any, lr: Any = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False, *,
                 maximize: bool = False, foreach: bool | None = None, capturable: bool = False,
                 differentiable: bool = False, fused: bool | None = None) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, foreach=foreach, maximize=maximize,
                         capturable=capturable, differentiable=differentiable, fused=fused,
                         decoupled_weight_decay=True)
