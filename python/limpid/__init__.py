"""limpid: a deep-learning framework that can be read from the public call down to the loop that computes
it. Write `import limpid` where a script says `import torch`."""

from limpid._C import *  # noqa: F403
from limpid._types import (Size, bfloat16, double, dtype, float16, float32, float64, half, int8, int16, int32,
                           int64, long, short, uint8)
from limpid import _types

float = float32  # noqa: A001  as torch.float
int = int32  # noqa: A001
bool = _types._all["bool"]  # noqa: A001
