"""Function: ops whose forward and backward are written in Python."""

from __future__ import annotations

import functools
from _thread import get_ident
from typing import Any, Callable

from limpid import _C
from limpid._C import Tensor

__all__ = ["Function", "FunctionCtx", "once_differentiable"]


class FunctionCtx:
    """What forward tells backward: the argument `ctx` of both. Other attributes may be set at will.

    Attributes
    ----------
    needs_input_grad : tuple of bool
        For each argument of forward, whether backward must give a gradient for it.
    """

    needs_input_grad: tuple[Any, ...] = ()

    def __init__(self) -> None:
        self._to_save: tuple[Any, ...] = ()
        self._constants: tuple[Any, ...] = ()
        self._dirty: tuple[Any, ...] = ()
        self._materialize = True
        self._contexts: dict[Any, Any] = {}  # of the passes that run, by thread

    def save_for_backward(self, *tensors: Any) -> None:
        """Keeps tensors (or None) for backward, checked against changes in place."""
        for tensor in tensors:
            if tensor is not None and not isinstance(tensor, Tensor):
                raise TypeError(f"save_for_backward takes tensors, not {type(tensor).__name__}; set other things "
                                "as attributes of ctx")
        self._to_save = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What forward saved, in its order. RuntimeError when it was freed, or changed since."""
        context = self._contexts.get(get_ident())
        return self._to_save if context is None else context.saved()

    def mark_non_differentiable(self, *outputs: Any) -> None:
        """These outputs of forward get no history."""
        self._constants = outputs

    def set_materialize_grads(self, value: bool) -> None:
        """False: backward gets None, and not zeros, for outputs whose gradient never came."""
        self._materialize = value

    def mark_dirty(self, *inputs: Tensor) -> None:
        """These inputs were changed in place by forward, which returns them too."""
        self._dirty = inputs


class _Call:
    """One call of a Function, as C++ keeps it with the record."""

    def __init__(self, function: Any, args: tuple[Any, ...]):
        self.function: Any = function
        self.args: Any = args
        self.ctx = FunctionCtx()
        self.places = [i for i, a in enumerate(args) if isinstance(a, Tensor)]
        self.tensors: Any = [args[i] for i in self.places]
        self.arguments = len(args)
        self.outputs: Any = None

    def forward(self, context: Any) -> list[Any]:
        """Runs the class's forward; gives those of its outputs that are tensors."""
        ctx, args = self.ctx, self.args
        needs = [False] * len(args)
        for k, i in enumerate(self.places):
            needs[i] = context.needs_input_grad(k)
        ctx.needs_input_grad = tuple(needs)
        if self.function.setup_context is not Function.setup_context:
            self.outputs = self.function.forward(*args)
            self.function.setup_context(ctx, args, self.outputs)
        else:
            self.outputs = self.function.forward(ctx, *args)
        dirty = {id(tensor): tensor.detach().clone() for tensor in ctx._dirty}
        context.save_for_backward([dirty.get(id(tensor), tensor) for tensor in ctx._to_save])
        for output in ctx._constants:
            context.mark_non_differentiable(output)
        context.set_materialize_grads(ctx._materialize)
        listed = self.outputs if isinstance(self.outputs, tuple) else (self.outputs,)
        missing = set(dirty) - {id(o) for o in listed}
        if missing:
            raise RuntimeError(f"function {self.function.__name__}: forward must return the inputs that it marked dirty")
        # In place of a changed input the record has a copy; `returned` gives its history to the input.
        return [dirty.get(id(o), o) for o in listed if isinstance(o, Tensor)]

    def returned(self, tensors: list[Any]) -> Any:
        """What apply gives: the outputs with their history. Lets go of what backward does not need."""
        dirty = {id(tensor) for tensor in self.ctx._dirty}
        outputs, fresh = self.outputs, iter(tensors)
        self.ctx._dirty = ()
        self.args = self.tensors = self.outputs = None
        self.ctx._to_save = self.ctx._constants = ()
        if not isinstance(outputs, tuple):
            self.of_output = [isinstance(outputs, Tensor)]
            return self._output(outputs, fresh, dirty)
        self.of_output = [isinstance(o, Tensor) for o in outputs]
        return tuple(self._output(o, fresh, dirty) for o in outputs)

    @staticmethod
    def _output(output: Any, fresh: Any, dirty: set[Any]) -> Any:
        """What stands for an output of forward: a changed input itself, with the history of its copy."""
        if not isinstance(output, Tensor):
            return output
        recorded = next(fresh)
        return output.copy_(recorded) if id(output) in dirty else recorded

    def backward(self, context: Any, gradients: list[Any]) -> list[Any]:
        """The gradients of the arguments that are tensors."""
        arrived = iter(gradients)
        given = [next(arrived) if is_tensor else None for is_tensor in self.of_output]
        self.ctx._contexts[get_ident()] = context
        try:
            result = self.function._backward()(self.ctx, *given)
        finally:
            del self.ctx._contexts[get_ident()]
        return self._checked(result if isinstance(result, tuple) else (result,))

    def _checked(self, result: tuple[Any, ...]) -> list[Any]:
        name, n = self.function.__name__, self.arguments
        while len(result) > n and result[-1] is None:
            result = result[:-1]
        if len(result) != n:
            raise RuntimeError(f"function {name}Backward returned an incorrect number of gradients "
                               f"(expected {n}, got {len(result)})")
        for i, gradient in enumerate(result):
            if gradient is None:
                continue
            if i not in self.places:
                raise RuntimeError(f"function {name}Backward returned a gradient different than None at position "
                                   f"{i + 1}, but the corresponding forward input was not a Variable")
            if not isinstance(gradient, Tensor):
                raise TypeError(f"function {name}Backward returned {type(gradient).__name__} at position {i + 1}; "
                                "a gradient is a tensor or None")
        return [result[i] for i in self.places]


class Function:
    """Derive from it and write forward and backward as static methods; call it by `apply`.

    >>> class Cube(limpid.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x * x
    ...     @staticmethod
    ...     def backward(ctx, dy):
    ...         x, = ctx.saved_tensors
    ...         return dy * 3 * x * x
    ...
    >>> x = limpid.tensor(2.0, requires_grad=True)
    >>> Cube.apply(x).backward()
    >>> x.grad
    tensor(12.)
    """

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """forward(ctx, *args), or forward(*args) beside a setup_context. Runs without recording."""
        raise NotImplementedError("a Function needs a static method forward")

    @staticmethod
    def setup_context(ctx: FunctionCtx, inputs: tuple[Any, ...], output: Any) -> None:
        """Where it is there, forward takes no ctx, and this saves what backward needs."""
        raise NotImplementedError("setup_context is not there")

    @staticmethod
    def backward(ctx: FunctionCtx, *grad_outputs: Any) -> Any:
        """One gradient an argument of forward; None for those without. Recorded under create_graph."""
        raise NotImplementedError("a Function needs a static method backward (or vjp) to be differentiated")

    vjp = backward

    @classmethod
    def _backward(cls) -> Callable[..., Any]:
        return cls.vjp if cls.vjp is not Function.vjp else cls.backward

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Runs forward, and records the call if a tensor among the arguments requires grad."""
        call = _Call(cls, args)
        return call.returned(_C._apply_function(call, cls.__name__, call.tensors))


class _DifferentiatedOnce(Function):
    """Hands gradients on, and refuses to be differentiated."""

    @staticmethod
    def forward(ctx: Any, count: Any, *tensors: Any) -> Any:
        return tensors[-count:]

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> None:
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Above a backward that cannot be differentiated itself: then doing so is an error, and not wrong."""

    @functools.wraps(backward)
    def wrapped(ctx: Any, *gradients: Any) -> Any:
        with _not_recorded():
            result = backward(ctx, *gradients)
        if not _C.is_grad_enabled():
            return result
        listed = list(result) if isinstance(result, tuple) else [result]
        places = [i for i, r in enumerate(listed) if isinstance(r, Tensor)]
        sources = [g for g in gradients if isinstance(g, Tensor) and g.requires_grad]
        if places and sources:
            marked = _DifferentiatedOnce.apply(len(places), *sources, *(listed[i] for i in places))
            for i, tensor in zip(places, marked):
                listed[i] = tensor
        return tuple(listed)

    return wrapped


def _not_recorded() -> Any:
    from limpid.autograd.grad_mode import no_grad

    return no_grad()
