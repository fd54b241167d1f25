"""checkpoint: memory for time. What backward needs is computed again and not kept."""

from __future__ import annotations

from typing import Any, Callable

from limpid import _C
from limpid._C import Tensor
from limpid.autograd.function import Function
from limpid.autograd.grad_mode import enable_grad

__all__ = ["checkpoint", "checkpoint_sequential"]


class _Checkpoint(Function):
    @staticmethod
    def forward(ctx: Any, run: Callable[..., Any], preserve_rng_state: bool, *args: Any) -> Any:
        ctx.run = run
        ctx.state = _C.get_rng_state() if preserve_rng_state else None
        ctx.places = [i for i, a in enumerate(args) if isinstance(a, Tensor)]
        ctx.rest = [None if isinstance(a, Tensor) else a for a in args]
        ctx.save_for_backward(*(args[i] for i in ctx.places))
        ctx.set_materialize_grads(False)
        return run(*args)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        args = list(ctx.rest)
        for i, tensor in zip(ctx.places, ctx.saved_tensors):
            args[i] = tensor.detach().requires_grad_(tensor.is_floating_point() and ctx.needs_input_grad[i + 2])
        outputs = _again(ctx.run, args, ctx.state)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        pairs = [(y, g) for y, g in zip(outputs, gradients)
                 if isinstance(y, Tensor) and y.requires_grad and g is not None]
        if not pairs:
            raise RuntimeError("checkpoint: none of the outputs requires grad")
        ys, gs = zip(*pairs)
        _C._backward(list(ys), list(gs), False, False, None)
        return (None, None, *(a.grad if isinstance(a, Tensor) else None for a in args))


def _again(run: Callable[..., Any], args: list[Any], state: Any) -> Any:
    """The same computation with the same random numbers, recorded this time."""
    now = _C.get_rng_state()
    try:
        if state is not None:
            _C.set_rng_state(state)
        with enable_grad():
            return run(*args)
    finally:
        if state is not None:
            _C.set_rng_state(now)


def checkpoint(function: Callable[..., Any], *args: Any, use_reentrant: Any = None, preserve_rng_state: bool = True,
               **kwargs: Any) -> Any:
    """function(*args, **kwargs), of which nothing but the arguments is kept for backward, which runs it again.

    Parameters
    ----------
    function : callable
        Gives a tensor or a tuple. Parameters that it uses get their gradients too.
    preserve_rng_state : bool
        Draw the same random numbers (dropout) the second time.

    Notes
    -----
    Backward needs `loss.backward()`; autograd.grad and second derivatives cannot go through it.
    """
    tensors = [a for a in args if isinstance(a, Tensor)]
    if not _C.is_grad_enabled():
        return function(*args, **kwargs)
    if not any(t.requires_grad for t in tensors):  # parameters alone may want gradients: then this tensor does
        anchor = _C.zeros(0, requires_grad=True)
        return _Checkpoint.apply(lambda _, *a: function(*a, **kwargs), preserve_rng_state, anchor, *args)
    return _Checkpoint.apply(lambda *a: function(*a, **kwargs), preserve_rng_state, *args)


def checkpoint_sequential(functions: Any, segments: int, input: Tensor, use_reentrant: Any = None,
                          preserve_rng_state: bool = True) -> Any:
    """Layers one after the other, in `segments` parts that are checkpointed, but for the last."""
    layers = list(functions.children()) if hasattr(functions, "children") else list(functions)
    size = max(len(layers) // segments, 1)
    starts = [i * size for i in range(segments) if i * size < len(layers)]
    ends = starts[1:] + [len(layers)]

    def run(start: int, end: int) -> Callable[..., Any]:
        def part(x: Any) -> Any:
            for layer in layers[start:end]:
                x = layer(x)
            return x

        return part

    for start, end in zip(starts[:-1], ends[:-1]):
        input = checkpoint(run(start, end), input, preserve_rng_state=preserve_rng_state)
    return run(starts[-1], ends[-1])(input)
