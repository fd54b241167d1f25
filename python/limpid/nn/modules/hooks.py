"""The hooks on a module's gradients."""

from __future__ import annotations

from typing import Any, Callable

from limpid import _C


class BackwardWatch:
    """One call of a module whose gradients are watched.

    Inputs and outputs pass through identities of the record. On the way back the outputs' identity is
    reached first (backward pre-hooks), the inputs' last (backward hooks).
    """

    def __init__(self, module: Any) -> None:
        self.module = module
        self.inputs_count = 0
        self.input_places: list[int] = []  # of the inputs that get a gradient
        self.grad_output: tuple = ()

    def watch_inputs(self, args: tuple) -> tuple:
        self.inputs_count = len(args)
        watched, self.input_places = _watch(list(args), self._on_grad_input)
        return tuple(watched)

    def watch_outputs(self, result: Any) -> Any:
        if isinstance(result, (tuple, list)):
            self.outputs_count = len(result)
            watched, self.output_places = _watch(list(result), self._on_grad_output)
            return tuple(watched) if isinstance(result, tuple) else watched
        self.outputs_count = 1
        watched, self.output_places = _watch([result], self._on_grad_output)
        return watched[0]

    def _on_grad_output(self, *gradients: Any) -> Any:
        self.grad_output = _placed(gradients, self.output_places, self.outputs_count)
        for hook in list(self.module._backward_pre_hooks.values()):
            replaced = hook(self.module, self.grad_output)
            if replaced is not None:
                self.grad_output = replaced if isinstance(replaced, tuple) else (replaced,)
        if not self.input_places:
            self._run_hooks((None,) * self.inputs_count)
        return tuple(self.grad_output[i] for i in self.output_places)

    def _on_grad_input(self, *gradients: Any) -> Any:
        grad_input = self._run_hooks(_placed(gradients, self.input_places, self.inputs_count))
        return tuple(grad_input[i] for i in self.input_places)

    def _run_hooks(self, grad_input: tuple) -> tuple:
        for hook in list(self.module._backward_hooks.values()):
            replaced = hook(self.module, grad_input, self.grad_output)
            if replaced is not None:
                grad_input = replaced if isinstance(replaced, tuple) else (replaced,)
        return grad_input


def _watch(values: list, callback: Callable) -> tuple[list, list[int]]:
    """Values whose tensors that require grad have gone through an identity, and their places."""
    places = [i for i, v in enumerate(values) if isinstance(v, _C.Tensor) and v.requires_grad]
    if places and _C.is_grad_enabled():
        for i, watched in zip(places, _C._modules.watch_gradients([values[i] for i in places], callback)):
            values[i] = watched
        return values, places
    return values, []


def _placed(gradients: Any, places: list[int], count: int) -> tuple:
    out = [None] * count
    for place, gradient in zip(places, gradients):
        out[place] = gradient
    return tuple(out)
