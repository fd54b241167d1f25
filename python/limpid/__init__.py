"""limpid: a deep-learning framework that can be read from the public call down to the loop that computes
it. Write `import limpid` where a script says `import torch`."""

import importlib as _importlib

from limpid._C import *  # noqa: F403
from limpid._C import __version__
from limpid._types import (Size, bfloat16, double, dtype, float16, float32, float64, half, int8, int16, int32,
                           int64, long, short, uint8)
from limpid import _types
from limpid._type_info import (channels_last, channels_last_3d, contiguous_format, finfo, get_default_device,
                               get_default_dtype, iinfo, layout, memory_format, preserve_format, set_default_device,
                               set_default_dtype, strided)
from limpid._settings import (are_deterministic_algorithms_enabled, get_float32_matmul_precision,
                              get_num_interop_threads, is_deterministic_algorithms_warn_only_enabled,
                              is_inference_mode_enabled, set_float32_matmul_precision, set_num_interop_threads,
                              use_deterministic_algorithms)
from limpid._interchange import as_tensor, asarray, from_dlpack, from_numpy, frombuffer
from limpid import _tensor
from limpid._composites import *  # noqa: F403
from limpid.autograd.grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from limpid import autograd
from limpid.serialization import load, save

# Modules that are loaded when they are first asked for.
_later = {"amp", "backends", "cuda", "mps", "nn", "optim", "profiler", "random", "safetensors", "special", "testing", "version"}


def __getattr__(name: str):
    if name == "autocast":
        return _importlib.import_module("limpid.amp").autocast
    if name in _later:
        return _importlib.import_module(f"limpid.{name}")
    raise AttributeError(f"module 'limpid' has no attribute '{name}'")


float = float32  # noqa: A001  as torch.float
int = int32  # noqa: A001
bool = _types._all["bool"]  # noqa: A001
from limpid import linalg  # noqa: E402
from limpid._C._nn import (adaptive_avg_pool1d, adaptive_max_pool1d, avg_pool1d, conv1d, conv2d,  # noqa: E402
                           conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d, group_norm,
                           hinge_embedding_loss, layer_norm, margin_ranking_loss, max_pool1d, max_pool2d,
                           max_pool3d, rms_norm)
