#!/usr/bin/env python3
"""Writes docs/python-coverage.md: every public dense-tensor name of PyTorch, and whether limpid has it.

Usage: PYTHONPATH=build/release/python python tools/python_coverage.py [--check]
(needs torch==2.13.0; --check only says whether the page is up to date)
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "python-coverage.md"
MODULES = ["torch", "torch.Tensor", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.utils",
           "torch.nn.utils.parametrize", "torch.nn.utils.parametrizations", "torch.nn.utils.prune", "torch.optim",
           "torch.optim.lr_scheduler", "torch.optim.swa_utils", "torch.utils.data", "torch.autograd", "torch.func",
           "torch.distributions", "torch.amp", "torch.cuda.amp", "torch.linalg", "torch.fft", "torch.special"]

# Why a name is left out for good: what limpid is not about.
REASONS = [
    (r"sparse|_coo|_csr|_csc|_bsr|_bsc|coalesce|to_mkldnn|mkldnn|crow_indices|col_indices|row_indices|ccol", "sparse and blocked layouts"),
    (r"quant|fake_quant|fbgemm|qint|int_repr|q_scale|q_zero|q_per|dequant|choose_qparams", "quantised tensors"),
    (r"complex|cfloat|cdouble|chalf|polar|conj|view_as_real|real$|imag$|angle|sgn|adjoint|^H$|^mH$", "complex numbers"),
    (r"jit|script|compile|dynamo|export|fx|vmap|func|symint|Sym|sym_|guard|cond$|while_loop|_assert|SymInt|unravel_index|library", "tracing and compiling"),
    (r"cuda|xpu|mps|hpu|mtia|ipu|vulkan|cudnn|miopen|rocm|is_pinned|pin_memory|accelerator|Stream|Event", "other devices"),
    (r"rename|names|refine_names|align|NamedTuple|unflatten_names|has_names", "named tensors"),
    (r"Storage|storage|share_memory|from_file|is_shared|untyped|module_load|set_$|resize|UntypedStorage", "storages as objects"),
    (r"Distributed|DataParallel|distributed|SyncBatchNorm|parallel", "several devices: a later part"),
    (r"Lazy|lazy", "lazy modules"),
    (r"Type$|Tensor$|_type$|typename|layout|strided$|preserve_format|uint1|uint2|uint3|uint4|uint5|uint6|uint7|int1|int2|int3|int4|int5|int6|int7|float8|float4|bits|Tag|Generator$|autocast|Autocast|amp|GradScaler", "types and precision that limpid has not"),
    (r"deprecated|^lu$|^solve|symeig|eig$|lstsq|qr|svd|chol|lu_|geqrf|orgqr|ormqr|pca|lobpcg|triangular|matrix_|pinv|slogdet|logdet|det$|inverse|inv|cond|householder|ldl|tensorinv|tensorsolve|vander|cross|multi_dot", "decompositions: a later part"),
    (r"fft|stft|istft|window|hann|hamming|blackman|kaiser|bartlett|hfft", "Fourier transforms: a later part"),
    (r"bessel|zeta|airy|hermite|laguerre|legendre|chebyshev|igamma|gammainc|ndtr|i0|i1|mvlgamma|multigammaln|erfcx|entr|log_ndtr|sinc", "rare special functions"),
]


def public(module) -> list:
    names = getattr(module, "__all__", None) if not inspect.isclass(module) else None
    return sorted({n for n in (names or dir(module)) if not n.startswith("_")})


def counts(name: str, value) -> bool:
    """Functions, classes and numbers (inf, pi); no submodules, no other constants, no typing helpers."""
    if inspect.ismodule(value) or getattr(value, "__module__", "") in ("abc", "collections.abc", "typing"):
        return False
    return isinstance(value, float) or callable(value) or isinstance(value, property) or inspect.isdatadescriptor(value)


def find(path: str):
    parts = path.split(".")
    value = importlib.import_module(parts[0])
    for i, part in enumerate(parts[1:], 1):
        value = getattr(value, part, None)
        if value is None:
            try:
                value = importlib.import_module(".".join(parts[:i + 1]))
            except ImportError:
                return None
    return value


def reason(name: str) -> str:
    return next((why for pattern, why in REASONS if re.search(pattern, name)), "not yet")


def table(path: str):
    theirs, ours = find(path), find(path.replace("torch", "limpid", 1))
    has, lacks = [], {}
    for name in public(theirs):
        if not counts(name, getattr(theirs, name, None)):
            continue
        if ours is not None and hasattr(ours, name):
            has.append(name)
        else:
            lacks.setdefault(reason(name), []).append(name)
    return has, lacks


def page() -> str:
    text = ["# PyTorch's names, and which of them limpid has", "",
            "Written by `tools/python_coverage.py` from PyTorch 2.13.0. Functions, classes and numbers; what begins",
            "with `_` is left out.", "", "| module | has | has not | of these not yet |", "| --- | ---: | ---: | ---: |"]
    parts = []
    for path in MODULES:
        has, lacks = table(path)
        missing = sum(map(len, lacks.values()))
        text.append(f"| [{path}](#{path.replace('.', '').lower()}) | {len(has)} | {missing} | {len(lacks.get('not yet', []))} |")
        parts += ["", f"## {path}", "", f"Has: {', '.join(f'`{n}`' for n in has) or 'nothing'}."]
        for why in sorted(lacks, key=lambda w: (w != "not yet", w)):
            parts += ["", f"Has not ({why}): {', '.join(f'`{n}`' for n in lacks[why])}."]
    return "\n".join(text + parts) + "\n"


def main() -> int:
    new = page()
    if "--check" in sys.argv:
        old = PAGE.read_text() if PAGE.exists() else ""
        if old != new:
            print(f"{PAGE} is out of date: run tools/python_coverage.py", file=sys.stderr)
        return old != new
    PAGE.write_text(new)
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
