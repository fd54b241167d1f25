"""torch.cuda.amp, the older name of limpid.amp, for scripts that switch it on where there is CUDA."""

from __future__ import annotations

import functools
from typing import Any, Optional

from limpid import amp as _amp
from limpid._types import dtype as _dtype, float16

__all__ = ["autocast", "GradScaler", "custom_fwd", "custom_bwd"]


class autocast(_amp.autocast):
    """limpid.autocast("cuda")"""

    def __init__(self, enabled: bool = True, dtype: Optional[_dtype] = float16, cache_enabled: bool = True):
        super().__init__("cuda", dtype, enabled, cache_enabled)


class GradScaler(_amp.GradScaler):
    """limpid.amp.GradScaler("cuda")"""

    def __init__(self, init_scale: float = 2.0**16, growth_factor: float = 2.0, backoff_factor: float = 0.5,
                 growth_interval: int = 2000, enabled: bool = True):
        super().__init__("cuda", init_scale, growth_factor, backoff_factor, growth_interval, enabled)


def custom_fwd(fwd: Any = None, *, cast_inputs: Optional[_dtype] = None) -> Any:
    """limpid.amp.custom_fwd for "cuda"."""
    return _amp.custom_fwd(fwd, device_type="cuda", cast_inputs=cast_inputs)


custom_bwd = functools.partial(_amp.custom_bwd, device_type="cuda")
