"""Hooks on modules: how they are registered, and those on gradients."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Callable

from limpid import _C
from limpid.utils.hooks import RemovableHandle

HOOKS = ("_forward_pre_hooks", "_forward_pre_hooks_with_kwargs", "_forward_hooks", "_forward_hooks_with_kwargs",
         "_forward_hooks_always_called", "_backward_pre_hooks", "_backward_hooks", "_state_dict_pre_hooks",
         "_state_dict_hooks", "_load_state_dict_pre_hooks", "_load_state_dict_post_hooks")


class Hooked:
    """The part of Module that takes hooks."""

    _hooked = False  # whether a call must look for hooks
    _forward_pre_hooks: dict[int, Callable[..., Any]]
    _forward_pre_hooks_with_kwargs: dict[int, bool]
    _forward_hooks: dict[int, Callable[..., Any]]
    _forward_hooks_with_kwargs: dict[int, bool]
    _forward_hooks_always_called: dict[int, bool]
    _backward_pre_hooks: dict[int, Callable[..., Any]]
    _backward_hooks: dict[int, Callable[..., Any]]
    _state_dict_pre_hooks: dict[int, Callable[..., Any]]
    _state_dict_hooks: dict[int, Callable[..., Any]]
    _load_state_dict_pre_hooks: dict[int, Callable[..., Any]]
    _load_state_dict_post_hooks: dict[int, Callable[..., Any]]

    def register_forward_pre_hook(self, hook: Callable[..., Any], *, prepend: bool = False,
                                  with_kwargs: bool = False) -> RemovableHandle:
        """hook(module, args) runs before forward; what it returns replaces args. With kwargs,
        hook(module, args, kwargs) returns None or both."""
        handle = self._add_hook(self._forward_pre_hooks, hook, prepend, self._forward_pre_hooks_with_kwargs)
        if with_kwargs:
            self._forward_pre_hooks_with_kwargs[handle.id] = True
        return handle

    def register_forward_hook(self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False,
                              always_call: bool = False) -> RemovableHandle:
        """hook(module, args, output) runs after forward; what it returns, unless None, replaces the
        output. With kwargs it is hook(module, args, kwargs, output)."""
        handle = self._add_hook(self._forward_hooks, hook, prepend, self._forward_hooks_with_kwargs,
                                self._forward_hooks_always_called)
        if with_kwargs:
            self._forward_hooks_with_kwargs[handle.id] = True
        if always_call:
            self._forward_hooks_always_called[handle.id] = True
        return handle

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """hook(module, grad_output) runs when the gradients of the outputs are known, and may replace
        them."""
        return self._add_hook(self._backward_pre_hooks, hook, prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """hook(module, grad_input, grad_output) runs when the gradients of the inputs are known, and may
        replace these."""
        return self._add_hook(self._backward_hooks, hook, prepend)

    register_backward_hook = register_full_backward_hook

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """hook(module, prefix, keep_vars) runs before state_dict()."""
        return self._add_hook(self._state_dict_pre_hooks, hook)

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """hook(module, state_dict, prefix, local_metadata) runs after state_dict() and may change it."""
        return self._add_hook(self._state_dict_hooks, hook)

    _register_state_dict_hook = register_state_dict_post_hook

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """hook(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys,
        error_msgs) runs before load_state_dict() and may change the dict."""
        return self._add_hook(self._load_state_dict_pre_hooks, lambda *args: hook(self, *args))

    def _register_load_state_dict_pre_hook(self, hook: Callable[..., Any],
                                           with_module: bool = False) -> RemovableHandle:
        if with_module:
            return self.register_load_state_dict_pre_hook(hook)
        return self._add_hook(self._load_state_dict_pre_hooks, hook)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """hook(module, incompatible_keys) runs after load_state_dict()."""
        return self._add_hook(self._load_state_dict_post_hooks, hook)

    def _add_hook(self, hooks: dict[int, Callable[..., Any]], hook: Callable[..., Any], first: bool = False,
                  *extra: dict[int, bool]) -> RemovableHandle:
        self._hooked = True
        handle = RemovableHandle(hooks, extra_dict=list(extra))
        others = dict(hooks)
        if first:
            hooks.clear()
        hooks[handle.id] = hook
        if first:
            hooks.update(others)
        return handle


class _AllModules(Hooked):
    """Hooks on the calls of every module; they run before a module's own."""

    def __init__(self) -> None:
        for name in HOOKS:
            setattr(self, name, OrderedDict())

    def _add_hook(self, hooks: dict[int, Callable[..., Any]], hook: Callable[..., Any], first: bool = False,
                  *extra: dict[int, bool]) -> RemovableHandle:
        Hooked._hooked = True
        return super()._add_hook(hooks, hook, first, *extra)


all_modules = _AllModules()


def register_module_forward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """hook(module, args) runs before the forward of every module."""
    return all_modules.register_forward_pre_hook(hook)


def register_module_forward_hook(hook: Callable[..., Any], *, with_kwargs: bool = False,
                                 always_call: bool = False) -> RemovableHandle:
    """hook(module, args, output) runs after the forward of every module."""
    return all_modules.register_forward_hook(hook, with_kwargs=with_kwargs, always_call=always_call)


def register_module_full_backward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """hook(module, grad_output) runs when the gradients of the outputs of any module are known."""
    return all_modules.register_full_backward_pre_hook(hook)


def register_module_full_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """hook(module, grad_input, grad_output) runs when the gradients of the inputs of any module are known."""
    return all_modules.register_full_backward_hook(hook)


register_module_backward_hook = register_module_full_backward_hook


class BackwardWatch:
    """One call of a module whose gradients are watched.

    Inputs and outputs pass through identities of the record. On the way back the outputs' identity is
    reached first (backward pre-hooks), the inputs' last (backward hooks).
    """

    def __init__(self, module: Any) -> None:
        self.module = module
        self.inputs_count = 0
        self.input_places: list[int] = []  # of the inputs that get a gradient
        self.grad_output: tuple[Any, ...] = ()

    def watch_inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
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
        for hook in [*all_modules._backward_pre_hooks.values(), *self.module._backward_pre_hooks.values()]:
            replaced = hook(self.module, self.grad_output)
            if replaced is not None:
                self.grad_output = replaced if isinstance(replaced, tuple) else (replaced,)
        if not self.input_places:
            self._run_hooks((None,) * self.inputs_count)
        return tuple(self.grad_output[i] for i in self.output_places)

    def _on_grad_input(self, *gradients: Any) -> Any:
        grad_input = self._run_hooks(_placed(gradients, self.input_places, self.inputs_count))
        return tuple(grad_input[i] for i in self.input_places)

    def _run_hooks(self, grad_input: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in [*all_modules._backward_hooks.values(), *self.module._backward_hooks.values()]:
            replaced = hook(self.module, grad_input, self.grad_output)
            if replaced is not None:
                grad_input = replaced if isinstance(replaced, tuple) else (replaced,)
        return grad_input


def _watch(values: list[Any], callback: Callable[..., Any]) -> tuple[list[Any], list[int]]:
    """Values whose tensors that require grad have gone through an identity, and their places."""
    places = [i for i, v in enumerate(values) if isinstance(v, _C.Tensor) and v.requires_grad]
    if places and _C.is_grad_enabled():
        for i, watched in zip(places, _C._modules.watch_gradients([values[i] for i in places], callback)):
            values[i] = watched
        return values, places
    return values, []


def _placed(gradients: Any, places: list[int], count: int) -> tuple[Any, ...]:
    out = [None] * count
    for place, gradient in zip(places, gradients):
        out[place] = gradient
    return tuple(out)
