"""limpid: a deep-learning framework that can be read from the public call down to the loop that computes
it. Write `import limpid` where a script says `import torch`."""

from limpid._C import *  # noqa: F403
from limpid._types import (Size, bfloat16, double, dtype, float16, float32, float64, half, int8, int16, int32,
                           int64, long, short, uint8)
from limpid import _types

float = float32  # noqa: A001  as torch.float
int = int32  # noqa: A001
bool = _types._all["bool"]  # noqa: A001
from limpid import linalg  # noqa: E402
from limpid._C._nn import (adaptive_avg_pool1d, adaptive_max_pool1d, avg_pool1d, conv1d, conv2d,  # noqa: E402
                           conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d, group_norm,
                           hinge_embedding_loss, layer_norm, margin_ranking_loss, max_pool1d, max_pool2d,
                           max_pool3d, rms_norm)
