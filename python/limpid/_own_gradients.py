"""Functions with a gradient of their own: at the edges of their domain that of the ops they are made of is NaN."""

from __future__ import annotations

import math
from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.autograd.function import Function


class Entr(Function):
    """y = -x ln x;  dx = -dy (1 + ln x): infinite at 0."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return _C.where(x < 0, -math.inf, 0 - _C.xlogy(x, x))

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> Tensor:
        x: Tensor = ctx.saved_tensors[0]
        return dy * -(1 + x.log())


class Logit(Function):
    """y = ln(x / (1 - x));  dx = dy / (x (1 - x)): infinite at 0 and 1, NaN beyond."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return (x / (1 - x)).log()

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> Tensor:
        x: Tensor = ctx.saved_tensors[0]
        return _C.where((x < 0) | (x > 1), math.nan, dy / (x * (1 - x)).abs())  # abs for -0


class Xlog1py(Function):
    """z = x ln(1 + y), of one shape;  dx = dz ln(1 + y), and 0 where x = 0 and y <= -1;  dy = dz x / (1 + y)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, y: Tensor) -> Tensor:
        ctx.save_for_backward(x, y)
        return (x * y.log1p()).masked_fill((x == 0) & ~y.isnan(), 0.0)

    @staticmethod
    def backward(ctx: Any, dz: Tensor) -> Any:
        x, y = ctx.saved_tensors
        dx = dy = None
        if ctx.needs_input_grad[0]:
            dx = _C.where((x == 0) & (y <= -1), 0.0, dz * y.log1p())
        if ctx.needs_input_grad[1]:
            dy = dz * x / (1 + y)
        return dx, dy
