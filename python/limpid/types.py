"""Names for annotations, as torch.types."""

from __future__ import annotations

import os
from typing import Any, Optional, Sequence, Union

from limpid._C import Tensor, device
from limpid._types import Size, dtype

Number = Union[int, float, bool]
Device = Optional[Union[device, str, int]]
FileLike = Union[str, os.PathLike[str], Any]

_int, _float, _bool = int, float, bool
_dtype, _device, _size = dtype, device, Union[Size, list[int], tuple[int, ...]]
_TensorOrTensors = Union[Tensor, Sequence[Tensor]]

__all__ = ["Device", "FileLike", "Number"]
