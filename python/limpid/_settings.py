"""Switches of PyTorch that scripts set and that have nothing to switch here: a program that runs again, with as many
threads, gives the same numbers, and float32 products are never rounded to less."""

from __future__ import annotations

from typing import Union

_warn_only = False
_deterministic = False
_precision = "highest"


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Taken, without effect: all algorithms here are deterministic."""
    global _deterministic, _warn_only
    if not isinstance(mode, (bool, int)):
        raise TypeError(f"use_deterministic_algorithms: mode must be a bool, not {type(mode).__name__}")
    _deterministic, _warn_only = bool(mode), bool(warn_only)


def are_deterministic_algorithms_enabled() -> bool:
    return _deterministic


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    return _warn_only


_DEBUG_MODES = {"default": 0, "warn": 1, "error": 2}


def set_deterministic_debug_mode(debug_mode: Union[int, str]) -> None:
    """use_deterministic_algorithms by a number or a word: "default" (0), "warn" (1) or "error" (2)."""
    if not isinstance(debug_mode, (int, str)):
        raise TypeError(f"set_deterministic_debug_mode: debug_mode must be an int or a str, not {type(debug_mode).__name__}")
    mode = _DEBUG_MODES.get(debug_mode) if isinstance(debug_mode, str) else debug_mode
    if mode not in (0, 1, 2):
        raise RuntimeError(f"set_deterministic_debug_mode: debug_mode must be 0, 1, 2 or one of {', '.join(_DEBUG_MODES)}, not "
                           f"{debug_mode!r}")
    use_deterministic_algorithms(mode > 0, warn_only=mode == 1)


def get_deterministic_debug_mode() -> int:
    return (1 if _warn_only else 2) if _deterministic else 0


def set_float32_matmul_precision(precision: str) -> None:
    """Taken, without effect: products of float32 are computed in float32."""
    global _precision
    if precision not in ("highest", "high", "medium"):
        raise ValueError(f"precision must be 'highest', 'high' or 'medium', not {precision!r}")
    _precision = precision


def get_float32_matmul_precision() -> str:
    return _precision


def get_num_interop_threads() -> int:
    """1: ops run one after the other."""
    return 1


def set_num_interop_threads(num: int) -> None:
    """Taken, without effect."""


def is_inference_mode_enabled() -> bool:
    """Whether nothing is recorded: here the same as inside no_grad."""
    from limpid._C import is_grad_enabled

    return not is_grad_enabled()
