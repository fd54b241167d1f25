"""The record: `Node` is what `tensor.grad_fn` gives; hooks on the tensors that it keeps for backward, and on the
gradients of several tensors."""

from __future__ import annotations

import contextlib
import weakref
from typing import Any, Callable, Iterator, Optional, Sequence

from limpid import _C
from limpid._C import Tensor, _Node as Node
from limpid.utils.hooks import RemovableHandle

__all__ = ["Node", "disable_saved_tensors_hooks", "register_multi_grad_hook", "save_on_cpu", "saved_tensors_hooks"]

_why_disabled: list[str] = []  # the last one counts


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
        if _why_disabled:
            raise _C.Error(_why_disabled[-1])
        _C._push_saved_hooks(self.pack_hook, self.unpack_hook)

    def __exit__(self, *exception: Any) -> None:
        _C._pop_saved_hooks()


class save_on_cpu(saved_tensors_hooks):  # noqa: N801
    """In this context tensors are kept for backward in the memory of the processor."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda tensor: (tensor.device, tensor.cpu()), lambda packed: packed[1].to(packed[0]))


@contextlib.contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """In this context saved_tensors_hooks are refused, with this message.

    >>> with limpid.autograd.graph.disable_saved_tensors_hooks("not here"):
    ...     with limpid.autograd.graph.save_on_cpu():
    ...         pass
    Traceback (most recent call last):
    limpid.Error: not here
    """
    _why_disabled.append(error_message)
    try:
        yield
    finally:
        _why_disabled.pop()


class _MultiHandle(RemovableHandle):
    """Of one hook on several tensors."""

    def __init__(self, handles: Sequence[RemovableHandle]) -> None:
        self.handles = list(handles)

    def remove(self) -> None:
        for handle in self.handles:
            handle.remove()


def register_multi_grad_hook(tensors: Sequence[Tensor], fn: Callable[..., Any], *, mode: str = "all") -> RemovableHandle:
    """Calls fn in every backward pass: with the list of the gradients of these tensors when all that the pass computes
    are there (None for others), or in the mode "any" with the first.

    >>> x, y = limpid.ones(2, requires_grad=True), limpid.ones(2, requires_grad=True)
    >>> handle = limpid.autograd.graph.register_multi_grad_hook([x, y], print)
    >>> (x * 3).sum().backward()
    [tensor([3., 3.]), None]
    """
    if mode not in ("all", "any"):
        raise _C.ValueError(f"register_multi_grad_hook: mode must be 'all' or 'any', not {mode!r}")
    tensors = list(tensors)
    if mode == "any":
        first = _FirstOnly(fn)
        return _MultiHandle([tensor.register_hook(first) for tensor in tensors if tensor.requires_grad])
    passes: weakref.WeakValueDictionary[int, _Gathered] = weakref.WeakValueDictionary()  # a pass keeps its own

    def hook_of(index: int) -> Callable[[Tensor], None]:
        def hook(gradient: Tensor) -> None:
            number = _C._pass_number()
            here = passes.get(number)
            if here is None:
                here = passes[number] = _Gathered(tensors, fn)
                _C._at_end_of_pass(here.finish)  # where a node of the pass gave one of them nothing
            here.put(index, gradient)

        return hook

    return _MultiHandle([tensor.register_hook(hook_of(i)) for i, tensor in enumerate(tensors)])


class _Gathered:
    """The gradients that have come in a pass, and how many are still to come."""

    def __init__(self, tensors: list[Tensor], fn: Callable[[list[Optional[Tensor]]], Any]) -> None:
        self.gradients: list[Optional[Tensor]] = [None] * len(tensors)
        self.missing = sum(_C._pass_computes(tensors))
        self.fn, self.finished = fn, False

    def put(self, index: int, gradient: Tensor) -> None:
        self.gradients[index] = gradient
        self.missing -= 1
        if self.missing == 0:
            self.finish()

    def finish(self) -> None:
        if not self.finished:
            self.finished = True
            self.fn(self.gradients)


class _FirstOnly:
    """Calls a function once a pass."""

    def __init__(self, function: Callable[[Tensor], Any]) -> None:
        self.function = function
        self.seen: set[int] = set()

    def __call__(self, gradient: Tensor) -> None:
        number = _C._pass_number()
        if number not in self.seen:
            self.seen.add(number)
            _C._at_end_of_pass(lambda: self.seen.discard(number))
            self.function(gradient)
