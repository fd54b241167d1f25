"""Why a name of PyTorch is not there, and what to do without it."""

from __future__ import annotations

import re
import sys

_NEEDS_COMPLEX = "needs complex numbers, which limpid has not"
# What a path matches, and what there is to say.
_REASONS = [
    (r"limpid\.(fft\.[a-z]*fft[2n]?|i?stft)",
     f"a Fourier transform {_NEEDS_COMPLEX}. numpy.fft transforms x.numpy(); for a gradient, multiply by matrices of "
     "cosines and sines"),
    (r"limpid\.(cfloat|cdouble|chalf|complex\d*|polar|imag|view_as_(complex|real))",
     f"it {_NEEDS_COMPLEX}; keep real and imaginary parts as two tensors"),
    (r"limpid\.(linalg\.)?(cholesky\w*|det|eig\w*|geqrf|householder_product|inv(erse|_ex)?|ldl_\w+|lobpcg|logdet|lstsq|"
     r"lu(_\w+)?|matrix_(exp|rank)|or[gm]qr|pinv(erse)?|qr|slogdet|solve\w*|svd\w*|tensor(inv|solve)|triangular_solve)",
     "decompositions of matrices are not there yet; numpy.linalg has them for x.numpy(), without a gradient"),
    (r"limpid\.distributed", "limpid computes in one process; a script that can do without asks for the number of processes"),
    (r"limpid\.multiprocessing", "Python's own multiprocessing passes tensors as well"),
    (r"limpid\.(onnx|export|fx|hub)", "models are exchanged by their weights: save(model.state_dict()), limpid.safetensors"),
    (r"limpid\.(sparse|quantize|fake_quantize).*", "limpid's tensors are dense and not quantised"),
]


def missing(module: str, name: str) -> AttributeError:
    """What a module raises that has no such name."""
    reason = next((why for path, why in _REASONS if re.fullmatch(path, f"{module}.{name}")), "")
    text = f"module '{module}' has no attribute '{name}'" + (f": {reason}" if reason else "")
    return AttributeError(text, name=name, obj=sys.modules[module])
