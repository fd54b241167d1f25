"""Modules as functions of their parameters."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid.nn.modules.module import Module

Tensors = dict[str, Tensor]


def functional_call(module: Module, parameter_and_buffer_dicts: Union[Tensors, Sequence[Tensors]], args: Any = None,
                    kwargs: Any = None, *, tie_weights: bool = True, strict: bool = False) -> Any:
    """module(*args, **kwargs) with these tensors in place of its own, which come back afterwards.

    Parameters
    ----------
    parameter_and_buffer_dicts : dict, or a sequence of dicts
        Tensors by their names in named_parameters() and named_buffers(). What is left out stays.
    args : tuple, or the only argument
    tie_weights : bool
        A tensor that the module has under several names is replaced under all of them.
    strict : bool
        The names must be all that the module has, and no others.

    >>> layer = limpid.nn.Linear(2, 1)
    >>> limpid.func.functional_call(layer, {"weight": limpid.ones(1, 2), "bias": limpid.zeros(1)}, limpid.ones(3, 2))
    tensor([[2.],
            [2.],
            [2.]])
    """
    given = _merged(parameter_and_buffer_dicts)
    some = () if args is None else args if isinstance(args, tuple) else (args,)
    with _replaced(module, given, tie_weights, strict):
        return module(*some, **(kwargs or {}))


def _merged(dicts: Any) -> Tensors:
    if isinstance(dicts, dict):
        return dicts
    if not isinstance(dicts, (tuple, list)) or not all(isinstance(d, dict) for d in dicts):
        raise ValueError("functional_call: parameter_and_buffer_dicts must be a dict or a sequence of dicts")
    twice = [name for i, d in enumerate(dicts) for name in d if any(name in other for other in dicts[:i])]
    if twice:
        raise ValueError(f"functional_call: {', '.join(twice)} stands in more than one dict; give it once")
    return {name: tensor for d in dicts for name, tensor in d.items()}


Slots = dict[str, tuple[Any, str]]


def _slots(module: Module) -> Slots:
    """Where each parameter and buffer is kept: a module's dict, and the name in it."""
    return {f"{path}.{name}" if path else name: (kept, name)
            for path, owner in module.named_modules(remove_duplicate=False)
            for kept in (owner._parameters, owner._buffers) for name, tensor in kept.items() if tensor is not None}


@contextlib.contextmanager
def _replaced(module: Module, given: Tensors, tie_weights: bool, strict: bool) -> Iterator[None]:
    slots = _slots(module)
    new = _tied(slots, given) if tie_weights else dict(given)
    unknown = [name for name in new if name not in slots]
    missing = [name for name in slots if name not in new] if strict else []
    if unknown and strict or missing:
        raise RuntimeError(f"functional_call: missing {missing}, unexpected {unknown} [{type(module).__name__}]")
    if unknown:
        raise AttributeError(f"functional_call: {type(module).__name__} has no parameter or buffer {', '.join(unknown)}")
    old = [(kept, name, kept[name]) for kept, name in (slots[key] for key in new)]
    try:
        for key, tensor in new.items():
            kept, name = slots[key]
            kept[name] = tensor
        yield
    finally:
        for kept, name, tensor in old:
            kept[name] = tensor


def _tied(slots: Slots, given: Tensors) -> Tensors:
    """What is given, also under the other names of the same tensors."""
    names: dict[int, list[str]] = {}
    for key, (kept, name) in slots.items():
        names.setdefault(id(kept[name]), []).append(key)
    result = dict(given)
    for key, tensor in given.items():
        kept, name = slots.get(key, (None, ""))
        for other in names[id(kept[name])] if kept is not None else ():
            if other in given and given[other] is not tensor:
                raise ValueError(f"functional_call: {key} and {other} are one tensor in the module, but two are given; "
                                 "give one of them, or tie_weights=False")
            result[other] = tensor
    return result


def stack_module_state(models: Sequence[Module]) -> tuple[Tensors, Tensors]:
    """The parameters and the buffers of models of one kind, each stacked along a new first axis: for vmap over models."""
    if not models:
        raise RuntimeError("stack_module_state: expected at least one model, got 0")
    if not (all(m.training for m in models) or all(not m.training for m in models)):
        raise RuntimeError("stack_module_state: the models must all be in the same training/eval mode")
    if any(type(m) is not type(models[0]) for m in models):
        raise RuntimeError("stack_module_state: the models must be of one class")
    parameters = [dict(m.named_parameters()) for m in models]
    buffers = [dict(m.named_buffers()) for m in models]
    return ({name: _stack(parameters, name) for name in parameters[0]}, {name: _stack(buffers, name) for name in buffers[0]})


def _stack(states: list[Any], name: str) -> Tensor:
    tensors = [state[name] for state in states]
    wanted = {t.requires_grad for t in tensors}
    if len(wanted) > 1:
        raise RuntimeError(f"stack_module_state: {name} must require grad in all models or in none")
    return _C.stack([t.detach() for t in tensors]).requires_grad_(wanted.pop())
