"""Tensors from what other libraries made, without copies where possible."""

from __future__ import annotations

import warnings
from typing import Any, Optional

from limpid import _C
from limpid._C import Tensor


def as_tensor(data: Any, dtype: Optional[Any] = None, device: Optional[Any] = None) -> Tensor:
    """`data` itself if it is a tensor that needs no conversion; else over the memory of a NumPy array; else a copy.

    Parameters
    ----------
    data : Tensor, array, number or nested sequence
    dtype : dtype, optional
        Default: that of the data.
    device : device, optional
    """
    if isinstance(data, Tensor):
        return data if dtype is None and device is None else data.to(
            device=data.device if device is None else device, dtype=data.dtype if dtype is None else dtype)
    if _is_writable_array(data):
        tensor = _C._over_buffer(data, True)
        return tensor if dtype is None and device is None else as_tensor(tensor, dtype, device)
    return _C.tensor(data, dtype=dtype) if device is None else _C.tensor(data, dtype=dtype, device=device)


def _is_writable_array(data: Any) -> bool:
    flags = getattr(data, "flags", None)
    return flags is not None and _C._has_buffer(data) and getattr(flags, "writeable", False)


def from_numpy(ndarray: Any) -> Tensor:
    """A tensor that shares the memory of a NumPy array. Of a read-only array, a copy, with a warning.

    Raises
    ------
    TypeError
        For other objects, and for element types without a counterpart.
    """
    flags = getattr(ndarray, "flags", None)
    if flags is not None and not getattr(flags, "writeable", True):
        warnings.warn("from_numpy: the array is read-only, so the tensor has a copy of its elements", stacklevel=2)
        return _C._over_buffer(ndarray, False).clone()
    return _C.from_numpy(ndarray)


def asarray(obj: Any, *, dtype: Optional[Any] = None, device: Optional[Any] = None, copy: Optional[bool] = None,
            requires_grad: bool = False) -> Tensor:
    """A tensor of `obj`: shared where possible, or always (copy=False, an error otherwise), or never (copy=True).

    Raises
    ------
    ValueError
        copy=False, and a copy is needed.
    """
    tensor = _shared(obj)
    if tensor is None:
        if copy is False:
            raise ValueError(f"asarray: {type(obj).__name__} shares no memory; copy=False asks for that")
        tensor = _C.tensor(obj, dtype=dtype)
    elif copy:
        tensor = tensor.clone() if isinstance(obj, Tensor) else _C.tensor(obj)
    result = as_tensor(tensor, dtype, device)
    if copy is False and result is not tensor and result.data_ptr() != tensor.data_ptr():
        raise ValueError("asarray: another dtype or device needs a copy, which copy=False forbids")
    if requires_grad and not result.requires_grad:
        result = result.detach().requires_grad_()
    return result.detach() if not requires_grad and result.requires_grad else result


def _shared(obj: Any) -> Optional[Tensor]:
    if isinstance(obj, Tensor):
        return obj
    if _is_writable_array(obj):
        return _C._over_buffer(obj, True)
    if hasattr(obj, "__dlpack__"):
        return from_dlpack(obj)
    return None


def frombuffer(buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0, requires_grad: bool = False) -> Tensor:
    """A 1-d tensor over the bytes of an object with the buffer protocol.

    Parameters
    ----------
    buffer : bytes, bytearray, memoryview, array
        Kept alive.
    dtype : dtype
        What its bytes are taken for.
    count : int
        Elements; -1: all that are there.
    offset : int
        Bytes to leave out at the start.
    """
    tensor = _C._frombuffer(buffer, dtype, count, offset)
    return tensor.requires_grad_() if requires_grad else tensor


def from_dlpack(ext_tensor: Any, *, device: Optional[Any] = None, copy: Optional[bool] = None) -> Tensor:
    """A tensor over the memory of an array of another library (NumPy, PyTorch, JAX, ...).

    Parameters
    ----------
    ext_tensor : object with __dlpack__, or a capsule
    copy : bool, optional
        True: a copy. Read-only memory is copied in any case.

    Raises
    ------
    DeviceError
        The array is not on the cpu.
    """
    if not hasattr(ext_tensor, "__dlpack__"):
        tensor = _C._from_dlpack(ext_tensor)
    else:
        kind = getattr(ext_tensor, "__dlpack_device__", lambda: (1, 0))()[0]
        if int(kind) not in (1, 3):
            raise _C.DeviceError("from_dlpack: the array does not live on the cpu; copy it there first")
        try:
            capsule = ext_tensor.__dlpack__(max_version=(1, 0))
        except TypeError:  # from before DLPack 1.0
            capsule = ext_tensor.__dlpack__()
        tensor = _C._from_dlpack(capsule)
    if copy:
        tensor = tensor.clone()
    return tensor if device is None else tensor.to(device)
