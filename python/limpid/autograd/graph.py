"""The record: `Node` is what `tensor.grad_fn` gives; hooks on the tensors that it keeps for backward."""

from __future__ import annotations

from typing import Any, Callable

from limpid import _C
from limpid._C import Tensor, _Node as Node

__all__ = ["Node", "save_on_cpu", "saved_tensors_hooks"]


class saved_tensors_hooks:  # noqa: N801  as PyTorch's
    """In this context ops keep pack_hook(tensor) in place of each tensor that their gradient needs; then
    unpack_hook of that must give the tensor again.

    >>> x = limpid.tensor([1.0, 2.0], requires_grad=True)
    >>> with limpid.autograd.graph.saved_tensors_hooks(lambda t: t.half(), lambda t: t.float()):
    ...     y = x * x
    ...
    >>> y.sum().backward()
    >>> x.grad
    tensor([2., 4.])

    Parameters
    ----------
    pack_hook : callable
        From a Tensor to anything.
    unpack_hook : callable
        From that to a Tensor of the same shape and dtype.
    """

    def __init__(self, pack_hook: Callable[[Tensor], Any], unpack_hook: Callable[[Any], Tensor]) -> None:
        self.pack_hook, self.unpack_hook = pack_hook, unpack_hook

    def __enter__(self) -> None:
        _C._push_saved_hooks(self.pack_hook, self.unpack_hook)

    def __exit__(self, *exception: Any) -> None:
        _C._pop_saved_hooks()


class save_on_cpu(saved_tensors_hooks):  # noqa: N801
    """In this context tensors are kept for backward in the memory of the processor."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda tensor: (tensor.device, tensor.cpu()), lambda packed: packed[1].to(packed[0]))
