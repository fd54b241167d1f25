"""Methods of Tensor that are said in Python: hooks, copies, pickles, formats, memory for other libraries."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import collections
import copyreg
import weakref
from typing import Any, Callable, Optional

from limpid import _C
from limpid._C import Parameter, Tensor, _Node
from limpid._interchange import frombuffer
from limpid._types import dtype as dtype_class
from limpid.utils.hooks import RemovableHandle


class _TensorHookHandle(RemovableHandle):
    """Of a hook on a tensor. The record may keep the hook longer than the tensor lives: so it is emptied too."""

    def __init__(self, tensor: Tensor, hook: Callable[..., Any]):
        hooks: collections.OrderedDict[Any, Any] = collections.OrderedDict()
        super().__init__(hooks)
        hooks[self.id] = hook

        def call(gradient: Tensor) -> Optional[Tensor]:
            return hooks[self_id](gradient) if self_id in hooks else None

        self_id = self.id
        self._tensor = weakref.ref(tensor)
        self._number: Optional[int] = tensor._register_hook(call)

    def remove(self) -> None:
        super().remove()
        tensor, number, self._number = self._tensor(), self._number, None
        if tensor is None or number is None:
            return
        try:
            tensor._remove_hook(number)
        except ValueError:  # the tensor was changed in place since, and has another history
            pass


def register_hook(self: Tensor, hook: Callable[..., Any]) -> RemovableHandle:
    """Calls hook(gradient) when the gradient of this tensor is complete.

    Parameters
    ----------
    hook : callable
        A tensor that it returns replaces the gradient; None leaves it.

    Returns
    -------
    RemovableHandle
    """
    return _TensorHookHandle(self, hook)


class _LeafHookHandle(RemovableHandle):
    """Of a hook that runs after the gradient of a leaf was added up."""

    def __init__(self, tensor: Tensor, hook: Callable[..., Any]):
        self._tensor = weakref.ref(tensor)

        def call(reference: weakref.ref[Any] = self._tensor) -> None:
            leaf = reference()
            if leaf is not None:
                hook(leaf)

        self._number = tensor._register_leaf_hook(call)

    def remove(self) -> None:
        tensor = self._tensor()
        if tensor is not None:
            tensor._remove_leaf_hook(self._number)


def register_post_accumulate_grad_hook(self: Tensor, hook: Callable[..., Any]) -> RemovableHandle:
    """Calls hook(tensor) each time backward has added to `.grad` of this leaf: to step an optimiser at once, say.

    >>> w = limpid.ones(2, requires_grad=True)
    >>> _ = w.register_post_accumulate_grad_hook(lambda p: print(p.grad))
    >>> (w * 3).sum().backward()
    tensor([3., 3.])
    """
    return _LeafHookHandle(self, hook)


class _NodeHookHandle(RemovableHandle):
    """Of a hook around the backward of a node, which may go before it."""

    def __init__(self, number: int):
        super().__init__(collections.OrderedDict())
        self._number = number

    def remove(self) -> None:
        _C._remove_node_hook(self._number)


def _spec(x: Tensor) -> str:
    return f"shape {tuple(x.shape)}, {x.dtype} on {x.device}"


def _replacement(hook: Callable[..., Any], result: Any, gradients: tuple[Any, ...]) -> Any:
    """What a hook returned, if it may stand in place of these gradients."""
    if result is None:
        return None
    if not isinstance(result, tuple):
        raise TypeError(f"a hook on a node must return a tuple or None, not {type(result).__name__}")
    name = getattr(hook, "__name__", type(hook).__name__)
    if len(result) != len(gradients):
        raise RuntimeError(f"hook '{name}' returned {len(result)} gradients where there are {len(gradients)}")
    for new, old in zip(result, gradients):
        if new is None:
            continue
        if not isinstance(new, Tensor):
            raise TypeError(f"hook '{name}' returned {type(new).__name__}; a gradient is a Tensor or None")
        if old is None:
            raise RuntimeError(f"hook '{name}' returned a gradient where there is none")
        if _spec(new) != _spec(old):
            raise RuntimeError(f"hook '{name}' returned a gradient of {_spec(new)} in place of one of {_spec(old)}")
    return result


def _callable(hook: Any) -> None:
    if not callable(hook):
        raise TypeError(f"a hook must be something to call, not {type(hook).__name__}")


def _register_node_hook(self: _Node, fn: Callable[..., Any]) -> RemovableHandle:
    """Calls fn(grad_inputs, grad_outputs) each time a pass has computed the gradients of this step.

    >>> x = limpid.tensor([1.0, 2.0], requires_grad=True)
    >>> y = x * 3
    >>> _ = y.grad_fn.register_hook(lambda inputs, outputs: (inputs[0] * 10, *inputs[1:]))
    >>> y.sum().backward()
    >>> x.grad
    tensor([30., 30.])

    Parameters
    ----------
    fn : callable
        It is given tuples of gradients, one an input of the step (`next_functions`) and one an output, and returns
        others of the inputs, or None.

    Returns
    -------
    RemovableHandle
    """
    _callable(fn)
    return _NodeHookHandle(self._add_hook_after(lambda inputs, outputs: _replacement(fn, fn(inputs, outputs), inputs)))


def _register_node_prehook(self: _Node, fn: Callable[..., Any]) -> RemovableHandle:
    """Calls fn(grad_outputs) each time before a pass computes the gradients of this step; a tuple that it returns
    replaces them."""
    _callable(fn)
    return _NodeHookHandle(self._add_hook_before(lambda outputs: _replacement(fn, fn(outputs), outputs)))


for _registers, _name in ((_register_node_hook, "register_hook"), (_register_node_prehook, "register_prehook")):
    _registers.__name__ = _name
    setattr(_Node, _name, _registers)


def __format__(self: Tensor, spec: str) -> str:
    if self.dim() == 0 and type(self) is Tensor:
        return format(self.item(), spec)
    return object.__format__(self, spec)


def __reversed__(self: Tensor) -> Tensor:
    """The entries along the first axis from behind."""
    return self if self.dim() == 0 else self.flip(0)


def _parameter_text(self: Parameter) -> str:
    return "Parameter containing:\n" + Tensor.__repr__(self)


setattr(Parameter, "__repr__", _parameter_text)


# -- copies and pickles


def _rebuild(kind: type, data: Any, dtype: dtype_class, shape: tuple[Any, ...], requires_grad: bool) -> Tensor:
    """The inverse of __reduce_ex__; also the name by which pickles know it."""
    flat = frombuffer(bytearray(data), dtype=dtype) if len(data) else _C.empty(0, dtype=dtype)
    tensor = flat.reshape(shape)
    if issubclass(kind, Parameter):
        return kind(tensor, requires_grad)
    if kind is not Tensor:
        tensor = Tensor.__new__(kind, tensor)  # type: ignore[arg-type]
    return tensor.requires_grad_() if requires_grad else tensor


def __reduce_ex__(self: Tensor, protocol: int) -> tuple[Any, ...]:
    data: Any = _C._tensor_bytes(self)
    arguments = (type(self), data, self.dtype, tuple(self.shape), self.requires_grad)
    attributes = dict(self.__dict__)
    return (_rebuild, arguments, attributes) if attributes else (_rebuild, arguments)


def __copy__(self: Tensor) -> Tensor:
    """Another tensor over the same memory."""
    copy = _of_kind(self, self.detach())
    copy.__dict__.update(self.__dict__)
    return copy


def _of_kind(model: Tensor, data: Tensor) -> Tensor:
    """`data` as a leaf of the class of `model`."""
    kind = type(model)
    if isinstance(model, Parameter):
        return kind.__new__(kind, data, model.requires_grad)
    tensor = Tensor.__new__(kind, data)
    return tensor.requires_grad_() if model.requires_grad else tensor


def __deepcopy__(self: Tensor, memo: dict[Any, Any]) -> Tensor:
    import copy

    if id(self) in memo:
        return memo[id(self)]
    if not self.is_leaf:
        made_by = self.grad_fn.name() if self.grad_fn is not None else "an op"
        raise RuntimeError(f"deepcopy: only leaves can be copied, and this tensor is the result of {made_by}; use "
                           "detach() first")
    result = _of_kind(self, self.detach().clone())
    memo[id(self)] = result
    if not isinstance(self, Parameter):
        if self.grad is not None:
            result.grad = copy.deepcopy(self.grad, memo)
        result.__dict__.update(copy.deepcopy(self.__dict__, memo))
    return result


# -- memory for other libraries


def __dlpack__(self: Tensor, *, stream: Any = None, max_version: Optional[tuple[Any, ...]] = None,
               dl_device: Optional[tuple[Any, ...]] = None, copy: Optional[bool] = None) -> Any:
    """A capsule over the memory of this tensor (https://dmlc.github.io/dlpack)."""
    if dl_device is not None and tuple(map(int, dl_device)) != (1, 0):
        raise BufferError("the memory of this tensor is on the cpu")
    return _C._to_dlpack(self.clone() if copy else self, max_version is not None and max_version[0] >= 1)


def __dlpack_device__(self: Tensor) -> tuple[Any, ...]:
    return 1, 0


def __array_wrap__(self: Tensor, array: Any, context: Any = None, return_scalar: bool = False) -> Tensor:
    """NumPy's functions of a tensor give tensors."""
    if array.dtype == bool:
        array = array.astype("uint8")
    return _C.from_numpy(array) if array.ndim else _C.tensor(array[()])


def share_memory_(self: Tensor) -> Tensor:
    """Nothing: workers of limpid are threads, which share memory anyway."""
    return self


def pin_memory(self: Tensor, device: Any = None) -> Tensor:
    """Nothing: there is no device to copy to."""
    return self


def is_pinned(self: Tensor, device: Any = None) -> bool:
    return False


def is_shared(self: Tensor) -> bool:
    return False


for _method in (register_hook, register_post_accumulate_grad_hook, __format__, __reversed__, __reduce_ex__, __copy__,
                __deepcopy__, __dlpack__, __dlpack_device__, __array_wrap__, share_memory_, pin_memory, is_pinned, is_shared):
    setattr(Tensor, _method.__name__, _method)

# Functions are copied and pickled by their name, as Python's own: models keep them as attributes.
copyreg.pickle(type(_C.exp), lambda function: function.__qualname__)


def _named_text(self: Any) -> str:
    """The fields of a named tuple a line each, as PyTorch shows them."""
    kind = type(self)
    fields = [name for name in vars(kind) if type(vars(kind)[name]) is _Field]
    return f"{kind.__module__}.{kind.__name__}(\n" + ",\n".join(f"{n}={getattr(self, n)!r}" for n in fields) + ")"


_Field = type(vars(_C.return_types.max)["values"])
for _kind in list(vars(_C.return_types).values()):
    if isinstance(_kind, type):
        setattr(_kind, "__repr__", _named_text)
