"""limpid: a deep-learning framework that can be read from the public call down to the loop that computes
it. Write `import limpid` where a script says `import torch`."""

import importlib as _importlib
import typing as _typing
from math import e as e, inf as inf, nan as nan, pi as pi

from limpid._C import *  # noqa: F403
from limpid._C import __version__ as __version__
from limpid._types import (Size as Size, bfloat16 as bfloat16, double as double, dtype as dtype, float16 as float16,
                           float32 as float32, float64 as float64, half as half, int8 as int8, int16 as int16,
                           int32 as int32, int64 as int64, long as long, short as short, uint8 as uint8)
from limpid import _types as _types
from limpid._type_info import (channels_last as channels_last, channels_last_3d as channels_last_3d,
                               contiguous_format as contiguous_format, finfo as finfo,
                               get_default_device as get_default_device, get_default_dtype as get_default_dtype,
                               iinfo as iinfo, layout as layout, memory_format as memory_format,
                               preserve_format as preserve_format, set_default_device as set_default_device,
                               set_default_dtype as set_default_dtype, strided as strided)
from limpid._settings import (are_deterministic_algorithms_enabled as are_deterministic_algorithms_enabled,
                              get_deterministic_debug_mode as get_deterministic_debug_mode,
                              get_float32_matmul_precision as get_float32_matmul_precision,
                              get_num_interop_threads as get_num_interop_threads,
                              is_deterministic_algorithms_warn_only_enabled as is_deterministic_algorithms_warn_only_enabled,
                              is_inference_mode_enabled as is_inference_mode_enabled,
                              set_deterministic_debug_mode as set_deterministic_debug_mode,
                              set_float32_matmul_precision as set_float32_matmul_precision,
                              set_num_interop_threads as set_num_interop_threads,
                              use_deterministic_algorithms as use_deterministic_algorithms)
from limpid._interchange import (as_tensor as as_tensor, asarray as asarray, from_dlpack as from_dlpack,
                                 from_numpy as from_numpy, frombuffer as frombuffer)
from limpid import _tensor as _tensor
from limpid._storage import (TypedStorage as TypedStorage, UntypedStorage as UntypedStorage,
                             as_strided_ as as_strided_)
from limpid._composites import *  # noqa: F403
from limpid._names import *  # noqa: F403
from limpid._layer_names import *  # noqa: F403
from limpid._numbers import *  # noqa: F403
from limpid._quantiles import *  # type: ignore[no-redef]  # noqa: F403
from limpid._windows import *  # noqa: F403
from limpid._other_forms import *  # noqa: F403
from limpid._legacy import *  # noqa: F403
from limpid.autograd.grad_mode import (enable_grad as enable_grad, inference_mode as inference_mode,
                                       no_grad as no_grad, set_grad_enabled as set_grad_enabled)
from limpid import autograd as autograd
from limpid._missing import missing as _missing
from limpid.serialization import load as load, save as save

if _typing.TYPE_CHECKING:  # a wrong name is an error then
    from limpid import accelerator as accelerator, amp as amp, backends as backends, cuda as cuda
    from limpid import datasets as datasets, distributions as distributions, fft as fft
    from limpid import func as func, jit as jit, mps as mps, nn as nn, optim as optim, plot as plot
    from limpid import profiler as profiler, random as random, safetensors as safetensors, special as special
    from limpid import testing as testing, text as text, utils as utils, version as version
    from limpid.amp import GradScaler as GradScaler, autocast as autocast
    from limpid.cuda import OutOfMemoryError as OutOfMemoryError
    from limpid.func import vmap as vmap
else:
    # Modules that are loaded when they are first asked for.
    _later = {"accelerator", "amp", "backends", "cuda", "datasets", "distributions", "fft", "func", "jit", "mps", "nn",
              "optim", "plot", "profiler", "random", "safetensors", "special", "testing", "text", "version"}
    _inside_later = {"autocast": "amp", "GradScaler": "amp", "vmap": "func", "OutOfMemoryError": "cuda"}

    def __getattr__(name: str) -> object:
        if name in _inside_later:
            return getattr(_importlib.import_module(f"limpid.{_inside_later[name]}"), name)
        if name in _later:
            return _importlib.import_module(f"limpid.{name}")
        raise _missing(__name__, name)


newaxis = None
float = float32  # noqa: A001  as torch.float
int = int32  # noqa: A001
bool = _types._all["bool"]  # noqa: A001
from limpid import linalg as linalg  # noqa: E402
from limpid._C._nn import (adaptive_avg_pool1d as adaptive_avg_pool1d,  # noqa: E402
                           adaptive_max_pool1d as adaptive_max_pool1d, avg_pool1d as avg_pool1d, conv1d as conv1d,
                           conv2d as conv2d, conv3d as conv3d, conv_transpose1d as conv_transpose1d,
                           conv_transpose2d as conv_transpose2d, conv_transpose3d as conv_transpose3d,
                           group_norm as group_norm, hinge_embedding_loss as hinge_embedding_loss,
                           layer_norm as layer_norm, margin_ranking_loss as margin_ranking_loss,
                           max_pool1d as max_pool1d, max_pool2d as max_pool2d, max_pool3d as max_pool3d,
                           rms_norm as rms_norm)
