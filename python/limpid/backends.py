"""Switches of PyTorch's backends that scripts set. They are kept, and change nothing."""

from __future__ import annotations


class _Backend:
    def __init__(self, name: str, available: bool, **switches: object):
        self._name, self._available = name, available
        self.__dict__.update(switches)

    def is_available(self) -> bool:
        return self._available

    is_built = is_available

    def __repr__(self) -> str:
        return f"limpid.backends.{self._name}"


cudnn = _Backend("cudnn", False, benchmark=False, deterministic=False, enabled=False, allow_tf32=False)
cuda = _Backend("cuda", False, matmul=_Backend("cuda.matmul", False, allow_tf32=False))
mps = _Backend("mps", False)
mkl = _Backend("mkl", False)
mkldnn = _Backend("mkldnn", True, enabled=True)
openmp = _Backend("openmp", True)
