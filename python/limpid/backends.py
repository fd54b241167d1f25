"""Switches of PyTorch's backends that scripts set. They are kept, and change nothing."""

from __future__ import annotations

import sys
from types import ModuleType


class _Backend(ModuleType):
    """A module, so that `import torch.backends.cudnn as cudnn` finds it."""

    def __init__(self, name: str, available: bool, **switches: object):
        super().__init__(f"limpid.backends.{name}")
        self._name, self._available = name, available
        self.__dict__.update(switches)
        sys.modules[self.__name__] = self

    def is_available(self) -> bool:
        return self._available

    is_built = is_available

    def __repr__(self) -> str:
        return f"limpid.backends.{self._name}"


cudnn = _Backend("cudnn", False, benchmark=False, deterministic=False, enabled=False, allow_tf32=False)
def _taken(enabled: bool) -> None:
    """Taken, without effect: there is one way to compute attention here."""


cuda = _Backend("cuda", False, matmul=_Backend("cuda.matmul", False, allow_tf32=False), enable_flash_sdp=_taken,
                enable_mem_efficient_sdp=_taken, enable_math_sdp=_taken, enable_cudnn_sdp=_taken)
mps = _Backend("mps", False)
mkl = _Backend("mkl", False)
mkldnn = _Backend("mkldnn", True, enabled=True)
openmp = _Backend("openmp", True)
