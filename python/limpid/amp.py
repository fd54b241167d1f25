"""Mixed precision, as torch.amp: products and convolutions in a 16-bit float, the rest as it needs.

>>> import limpid
>>> layer = limpid.nn.Linear(4, 3)
>>> with limpid.autocast("cpu", dtype=limpid.bfloat16):
...     y = layer(limpid.ones(2, 4))
>>> y.dtype, layer.weight.dtype
(limpid.bfloat16, limpid.float32)
"""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import contextlib
import functools
import math
import threading
from typing import Any, Dict, List, Optional, Union

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_classes
from limpid._types import bfloat16, dtype as _dtype, float64
from limpid.autograd.grad_mode import no_grad

__all__ = ["autocast", "GradScaler", "is_autocast_available", "custom_fwd", "custom_bwd"]


def is_autocast_available(device_type: str) -> bool:
    """Whether tensors of that device can be computed in mixed precision."""
    return device_type == "cpu"


class autocast(contextlib.ContextDecorator):
    """Ops inside compute in a 16-bit float where that pays, in float32 where they need it. Parameters stay as they
    are; their gradients have their dtype.

    Parameters
    ----------
    device_type : str
        "cpu"; "cuda" where it is not enabled.
    dtype : limpid.dtype, optional
        bfloat16 (the default) or float16.
    enabled : bool
        False switches it off inside another one.
    cache_enabled : bool, optional
        Accepted: parameters are always cast once while the outermost autocast lasts.

    Raises
    ------
    RuntimeError
        For another device or dtype.
    """

    def __init__(self, device_type: str = "cpu", dtype: Optional[_dtype] = None, enabled: bool = True,
                 cache_enabled: Optional[bool] = None):
        if device_type == "cuda" and not enabled:  # what scripts ask for where there is no CUDA
            device_type, dtype = "cpu", None
        if not isinstance(device_type, str) or not is_autocast_available(device_type):
            raise RuntimeError(f"autocast: the device is {device_type!r}; here it must be 'cpu'")
        self.device, self.fast_dtype, self.enabled = device_type, dtype or bfloat16, enabled
        self._entered = threading.local()  # a decorator is entered by several threads
        _C._Autocast(self.fast_dtype, enabled)  # names a dtype that it cannot be

    def __enter__(self) -> autocast:
        guard = _C._Autocast(self.fast_dtype, self.enabled)
        guard.enter()
        self._guards().append(guard)
        return self

    def __exit__(self, *_: Any) -> None:
        self._guards().pop().exit()

    def _guards(self) -> List[Any]:
        if not hasattr(self._entered, "guards"):
            self._entered.guards = []
        return self._entered.guards


class GradScaler:
    """Scales a loss up before backward, so that small float16 gradients do not vanish, and gradients down before the
    step; a step with infinities is left out and the scale lowered. bfloat16 does not need it.

    Parameters
    ----------
    device : str
        "cpu".
    init_scale : float
        The scale to begin with.
    growth_factor, backoff_factor : float
        What the scale is multiplied by after `growth_interval` good steps, and after one with infinities.
    growth_interval : int
        Good steps in a row before the scale grows.
    enabled : bool
        False: every method does what it would without scaling.
    """

    def __init__(self, device: str = "cpu", init_scale: float = 2.0**16, growth_factor: float = 2.0,
                 backoff_factor: float = 0.5, growth_interval: int = 2000, enabled: bool = True):
        if growth_factor <= 1:
            raise ValueError(f"GradScaler: growth_factor is {growth_factor}; it must be above 1")
        if not 0 < backoff_factor < 1:
            raise ValueError(f"GradScaler: backoff_factor is {backoff_factor}; it must be between 0 and 1")
        self._scale, self._growth_factor, self._backoff_factor = float(init_scale), growth_factor, backoff_factor
        self._growth_interval, self._good_steps, self._enabled = growth_interval, 0, enabled
        self._found: Dict[int, bool] = {}  # by optimiser: whether its gradients had infinities
        self._stepped: set[Any] = set()

    def is_enabled(self) -> bool:
        return self._enabled

    def get_scale(self) -> float:
        """The scale of now; 1 when not enabled."""
        return self._scale if self._enabled else 1.0

    def get_growth_factor(self) -> float:
        return self._growth_factor

    def set_growth_factor(self, new_factor: float) -> None:
        self._growth_factor = new_factor

    def get_backoff_factor(self) -> float:
        return self._backoff_factor

    def set_backoff_factor(self, new_factor: float) -> None:
        self._backoff_factor = new_factor

    def get_growth_interval(self) -> int:
        return self._growth_interval

    def set_growth_interval(self, new_interval: int) -> None:
        self._growth_interval = new_interval

    def scale(self, outputs: Union[Tensor, list[Any], tuple[Any, ...]]) -> Any:
        """A tensor, or a list or tuple of some, times the scale."""
        if not self._enabled:
            return outputs
        if isinstance(outputs, Tensor):
            return outputs * self._scale
        return type(outputs)(self.scale(t) for t in outputs)

    def unscale_(self, optimizer: Any) -> None:
        """Divides the gradients of an optimiser's parameters by the scale: before they are clipped. Once a step."""
        if not self._enabled:
            return
        if id(optimizer) in self._found:
            raise RuntimeError("unscale_() has already been called on this optimizer since the last update().")
        found = False
        with no_grad():
            for group in optimizer.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        p.grad.mul_(1.0 / self._scale)
                        found = found or not math.isfinite(p.grad.sum().item()) and not p.grad.isfinite().all().item()
        self._found[id(optimizer)] = found

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """The optimiser's step, unless a gradient is infinite or NaN."""
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if id(optimizer) in self._stepped:
            raise RuntimeError("step() has already been called since the last update().")
        if id(optimizer) not in self._found:
            self.unscale_(optimizer)
        self._stepped.add(id(optimizer))
        return None if self._found[id(optimizer)] else optimizer.step(*args, **kwargs)

    def update(self, new_scale: Optional[float] = None) -> None:
        """Sets the scale for the next iteration."""
        if not self._enabled:
            return
        if new_scale is not None:
            self._scale = float(new_scale)
        elif not self._found:
            raise RuntimeError("No inf checks were recorded prior to update.")
        elif any(self._found.values()):
            self._scale *= self._backoff_factor
            self._good_steps = 0
        else:
            self._good_steps += 1
            if self._good_steps == self._growth_interval:
                self._scale *= self._growth_factor
                self._good_steps = 0
        self._found, self._stepped = {}, set()

    def state_dict(self) -> dict[Any, Any]:
        """The scale and what it depends on; empty when not enabled."""
        if not self._enabled:
            return {}
        return {"scale": self._scale, "growth_factor": self._growth_factor, "backoff_factor": self._backoff_factor,
                "growth_interval": self._growth_interval, "_growth_tracker": self._good_steps}

    def load_state_dict(self, state_dict: dict[Any, Any]) -> None:
        if not self._enabled:
            return
        if not state_dict:
            raise RuntimeError("The source state dict is empty, possibly because it was saved from a disabled "
                               "instance of GradScaler.")
        self._scale, self._good_steps = float(state_dict["scale"]), int(state_dict["_growth_tracker"])
        self._growth_factor, self._backoff_factor = state_dict["growth_factor"], state_dict["backoff_factor"]
        self._growth_interval = state_dict["growth_interval"]


def custom_fwd(fwd: Any = None, *, device_type: str, cast_inputs: Optional[_dtype] = None) -> Any:
    """Decorates the forward of an autograd.Function, so that its backward (`custom_bwd`) runs in the same mode.

    Parameters
    ----------
    cast_inputs : dtype, optional
        Inside autocast, floating inputs are cast to it and autocast is off while forward runs.
    """
    if fwd is None:
        return functools.partial(custom_fwd, device_type=device_type, cast_inputs=cast_inputs)

    @functools.wraps(fwd)
    def forward(ctx: Any, *args: Any, **kwargs: Any) -> Any:
        on = is_autocast_available(device_type) and _C.is_autocast_enabled(device_type)
        ctx._autocast = (on and cast_inputs is None, _C.get_autocast_dtype(device_type) if on else None)
        if not on or cast_inputs is None:
            return fwd(ctx, *args, **kwargs)
        with autocast(device_type, enabled=False):
            return fwd(ctx, *_cast(args, cast_inputs), **_cast(kwargs, cast_inputs))

    return forward


def custom_bwd(bwd: Any = None, *, device_type: str) -> Any:
    """Decorates the backward that belongs to a `custom_fwd`."""
    if bwd is None:
        return functools.partial(custom_bwd, device_type=device_type)

    @functools.wraps(bwd)
    def backward(ctx: Any, *args: Any, **kwargs: Any) -> Any:
        enabled, dtype = ctx._autocast
        with autocast("cpu", dtype, enabled):
            return bwd(ctx, *args, **kwargs)

    return backward


def _cast(value: Any, dtype: _dtype) -> Any:
    """The tensors of floats in it in that dtype; float64 stays, as everywhere in autocast."""
    if isinstance(value, Tensor):
        return value.to(dtype) if value.is_floating_point() and value.dtype is not float64 else value
    if isinstance(value, dict):
        return {key: _cast(item, dtype) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_cast(item, dtype) for item in value)
    return value


check_classes(globals(), __name__)
