"""What all optimisers share: groups of parameters, each with options of its own, and state of each
parameter."""

from __future__ import annotations

import copy
from collections import OrderedDict, defaultdict
from itertools import chain
from typing import Any, Callable, Iterable

from limpid import _C
from limpid._C import Tensor
from limpid._types import float32, float64
from limpid.autograd.grad_mode import enable_grad
from limpid.utils.hooks import RemovableHandle


class _Required:
    def __repr__(self) -> str:
        return "<required parameter>"


Hooks = OrderedDict[int, Callable[..., Any]]

required = _Required()
"""The default of an option that every group must be given."""


class Optimizer:
    """Base of all optimisers; derive from it to write one.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor), or of dicts
        A dict is a group: its "params", and options that differ from the defaults.
    defaults : dict
        Options of groups that do not say otherwise.

    Attributes
    ----------
    param_groups : list of dict
        The groups. What a script writes there (group["lr"] *= 0.1) counts from the next step on.
    state : dict
        What is kept of each parameter.
    """

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        self.param_groups: list[dict[str, Any]] = []
        self._make_state()
        self._make_hooks()
        if isinstance(params, (Tensor, str, bytes)) or not hasattr(params, "__iter__"):
            raise TypeError(f"{type(self).__name__}: params argument given to the optimizer should be an iterable of "
                            f"Tensors, of (name, Tensor) or of dicts, but got {type(params).__name__}")
        groups = list(params)
        if not groups:
            raise _C.ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def _make_state(self) -> None:
        self.state: Any = defaultdict(dict)

    def _make_hooks(self) -> None:
        self._step_pre_hooks: Hooks = OrderedDict()
        self._step_post_hooks: Hooks = OrderedDict()
        self._state_dict_pre_hooks: Hooks = OrderedDict()
        self._state_dict_post_hooks: Hooks = OrderedDict()
        self._load_state_dict_pre_hooks: Hooks = OrderedDict()
        self._load_state_dict_post_hooks: Hooks = OrderedDict()

    # ---- groups

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Adds a group: {"params": ..., and options that differ from the defaults}."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        group = dict(param_group)
        if "params" not in group:
            raise KeyError(f"{type(self).__name__}: a parameter group needs an entry 'params', got {list(group)}")
        params = group["params"]
        if isinstance(params, Tensor):
            params = [params]
        elif isinstance(params, set):
            raise TypeError("optimizer parameters need to be organized in ordered collections, but the "
                            "ordering of "
                            "tensors in sets will change between runs. Please use a list instead.")
        params = list(params)
        if params and isinstance(params[0], tuple):
            group["param_names"] = [name for name, _ in params]
            params = [param for _, param in params]
        self._check_params(params)
        group["params"] = params
        for name, value in self.defaults.items():
            if value is required and name not in group:
                raise _C.ValueError(f"parameter group didn't specify a value of required optimization "
                                    f"parameter {name}")
            group.setdefault(name, value)
        self._group_added(group)
        self.param_groups.append(group)

    def _check_params(self, params: list[Tensor]) -> None:
        known = {id(p) for group in self.param_groups for p in group["params"]}
        own: set[int] = set()
        for number, param in enumerate(params):
            if not isinstance(param, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is "
                                f"{type(param).__name__}")
            if not param.is_leaf:
                raise _C.ValueError("can't optimize a non-leaf Tensor")
            if id(param) in known:
                raise _C.ValueError("some parameters appear in more than one parameter group")
            if id(param) in own:
                raise _C.ValueError(f"parameter {number}, of shape {tuple(param.shape)}, appears twice in one parameter group; "
                                    "list(dict.fromkeys(parameters)) has each once")
            own.add(id(param))

    def _group_added(self, group: dict[str, Any]) -> None:
        """Before a group is taken: a place for checks."""

    # ---- working

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Moves every parameter that has a gradient; returns what the closure gives."""
        raise NotImplementedError

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drops the gradients, or sets them to zero."""
        for param in chain.from_iterable(group["params"] for group in self.param_groups):
            if param.grad is not None:
                if set_to_none:
                    param.grad = None
                else:
                    param.grad.detach_().zero_()

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """hook(optimizer, args, kwargs) runs before each step."""
        return self._add_hook(self._step_pre_hooks, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """hook(optimizer, args, kwargs) runs after each step."""
        return self._add_hook(self._step_post_hooks, hook)

    def register_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """hook(optimizer) runs before state_dict."""
        return self._add_hook(self._state_dict_pre_hooks, hook, prepend)

    def register_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """hook(optimizer, state_dict) may change what state_dict gives, or return another."""
        return self._add_hook(self._state_dict_post_hooks, hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """hook(optimizer, state_dict) may change a copy of what load_state_dict is given, or return another."""
        return self._add_hook(self._load_state_dict_pre_hooks, hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """hook(optimizer) runs after load_state_dict."""
        return self._add_hook(self._load_state_dict_post_hooks, hook, prepend)

    @staticmethod
    def _add_hook(hooks: Hooks, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        handle = RemovableHandle(hooks)
        hooks[handle.id] = hook
        if prepend:
            hooks.move_to_end(handle.id, last=False)
        return handle

    # ---- keeping

    def state_dict(self) -> dict[str, Any]:
        """{"state": {0: {...}, ...}, "param_groups": [{"lr": ..., "params": [0, ...]}, ...]}, with parameters
        by their number."""
        for hook in list(self._state_dict_pre_hooks.values()):
            hook(self)
        return self._changed_by(self._state_dict_post_hooks, self._state_dict())

    def _changed_by(self, hooks: Hooks, state_dict: dict[str, Any]) -> dict[str, Any]:
        for hook in list(hooks.values()):
            changed = hook(self, state_dict)
            state_dict = state_dict if changed is None else changed
        return state_dict

    def _state_dict(self) -> dict[str, Any]:
        numbers = self._numbers()
        state = {numbers.get(id(key), key) if isinstance(key, Tensor) else key: value
                 for key, value in self.state.items()}
        groups = [{**{k: v for k, v in group.items() if k != "params"},
                   "params": [numbers[id(p)] for p in group["params"]]} for group in self.param_groups]
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes back what state_dict() gave. ValueError when the groups do not fit; then nothing has
        changed."""
        state_dict = self._changed_by(self._load_state_dict_pre_hooks, dict(state_dict))
        for name in ("param_groups", "state"):
            if name not in state_dict:
                raise KeyError(f"{type(self).__name__}: the state dict has no entry '{name}', only {list(state_dict)}")
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise _C.ValueError("loaded state dict has a different number of parameter groups")
        if any(len(s["params"]) != len(g["params"]) for s, g in zip(saved, self.param_groups)):
            raise _C.ValueError("loaded state dict contains a parameter group that doesn't match the size of "
                                "optimizer's group")
        params = dict(zip(chain.from_iterable(s["params"] for s in saved),
                          chain.from_iterable(g["params"] for g in self.param_groups)))
        state = {params.get(key, key): _converted(value, params.get(key), name=None)
                 for key, value in state_dict["state"].items()}
        groups = [{**self.defaults,
                   **{k: copy.deepcopy(v) for k, v in s.items() if k not in ("params", "param_names")},
                   **{k: g[k] for k in ("params", "param_names") if k in g}}
                  for s, g in zip(saved, self.param_groups)]
        self._set_state(state, groups)
        for hook in list(self._load_state_dict_post_hooks.values()):
            hook(self)

    def _set_state(self, state: dict[Any, Any], groups: list[dict[Any, Any]]) -> None:
        self.state = defaultdict(dict, state)
        self.param_groups = groups

    def _numbers(self) -> dict[int, int]:
        """The number of each parameter, through all groups."""
        params = chain.from_iterable(group["params"] for group in self.param_groups)
        return {id(param): i for i, param in enumerate(params)}

    def __getstate__(self) -> dict[str, Any]:
        return {"defaults": self.defaults, "state": dict(self.state), "param_groups": self.param_groups}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.defaults = state["defaults"]
        self._make_hooks()
        self._make_state()
        self._set_state(state["state"], state["param_groups"])

    def __repr__(self) -> str:
        lines = []
        for i, group in enumerate(self.param_groups):
            lines += ["", f"Parameter Group {i}"] if i else [f"Parameter Group {i}"]
            lines += [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
        return type(self).__name__ + " (\n" + "\n".join(lines) + "\n)"


def _converted(value: Any, param: Tensor | None, name: str | None) -> Any:
    """A copy of saved state, with float tensors in the dtype of their parameter (but not the count of
    steps)."""
    if isinstance(value, Tensor):
        if param is not None and name != "step" and param.is_floating_point():
            value = value.to(param.dtype) if value.is_floating_point() else value
        return value.detach().clone()
    if isinstance(value, dict):
        return {k: _converted(v, param, k) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_converted(v, param, name) for v in value)
    return copy.deepcopy(value)


def run_closure(closure: Callable[[], Any] | None) -> Any:
    """The closure's result, computed with a record of how."""
    if closure is None:
        return None
    with enable_grad():
        return closure()


class NativeOptimizer(Optimizer):
    """An optimiser of the C++ library behind PyTorch's interface.

    Before each step the groups' options are compared with those that the C++ optimiser knows, and what a
    script has changed is passed on; the step itself is one call. State lives in C++; `state` shows it.
    """

    _cpp_class: Any
    _names: dict[str, tuple[str, ...]]  # of options: their names in C++, several for a tuple
    _state_names: tuple[str, ...] = ()  # of the tensors kept of a parameter
    _counters: tuple[str, ...] = ()  # of its numbers

    def _make_state(self) -> None:
        self._forget_native()

    def _forget_native(self) -> None:
        self._cpp: Any = None
        self._known: list[tuple[Any, ...]] = []  # settings of each group in C++
        self._lists: list[tuple[list[Any], int]] = []  # parameters of each group in C++, and how many there were

    @property
    def state(self) -> Any:
        """{parameter: {"exp_avg": ..., ...}}, made when it is asked for; tensors share memory with C++."""
        params = list(chain.from_iterable(group["params"] for group in self.param_groups))
        return defaultdict(dict, {params[i]: values for i, values in self._native_state().items()})

    def _native_state(self) -> dict[int, dict[str, Any]]:
        out: dict[int, dict[str, Any]] = {}
        if self._cpp is None:
            return out
        self._sync()
        for name, value in self._cpp.state_dict():
            kind, number, entry = name.split(".", 2)
            if kind == "state":
                self._put_entry(out.setdefault(int(number), {}), entry, value)
        return {i: self._ordered(values) for i, values in out.items()}

    def _put_entry(self, values: dict[Any, Any], name: str, value: Tensor) -> None:
        values[name] = value.to(float32) if name in self._counters else value

    def _ordered(self, values: dict[Any, Any]) -> dict[Any, Any]:
        """Counters first, as PyTorch has them."""
        return {name: values[name] for name in (*self._counters, *self._state_names) if name in values}

    # ---- groups

    def _settings(self, group: dict[str, Any]) -> tuple[Any, ...]:
        values: list[Any] = []
        for option, names in self._names.items():
            value = group[option]
            if len(names) > 1 and len(value) != len(names):
                raise _C.ValueError(f"{type(self).__name__}: {option} must be {len(names)} numbers, got {value}")
            values += [value] if len(names) == 1 else value
        for option, value in zip(self._setting_names(), values):
            if not isinstance(value, (int, float, Tensor)):
                raise TypeError(f"{type(self).__name__}: {option} must be a number, not {type(value).__name__}")
        return tuple(float(v) if isinstance(v, Tensor) else v for v in values)

    def _setting_names(self) -> list[str]:
        return [name for names in self._names.values() for name in names]

    def _group_added(self, group: dict[str, Any]) -> None:
        if group.get("differentiable"):
            raise _C.ValueError(f"{type(self).__name__}: differentiable=True is not supported")
        self._add_native(group)

    def _add_native(self, group: dict[str, Any]) -> None:
        settings = self._settings(group)
        if not group["params"] and self._cpp is None:
            raise _C.ValueError(f"{type(self).__name__}: the first group has no parameters; put it behind one that has")
        trial = self._cpp_class(group["params"] or [_C.empty(0)])
        trial.set_settings(0, self._setting_names(), settings)  # fails before anything has changed
        if self._cpp is None:
            self._cpp = trial
        else:
            self._cpp.add_group(group["params"])
            self._cpp.set_settings(len(self._known), self._setting_names(), settings)
        self._known.append(settings)
        self._lists.append((group["params"], len(group["params"])))

    def _sync(self) -> None:
        """Passes on what a script has changed in param_groups."""
        if not self._has_these_groups():
            self._rebuild()
        for i, group in enumerate(self.param_groups):
            settings = self._settings(group)
            if settings != self._known[i]:
                self._cpp.set_settings(i, self._setting_names(), settings)
                self._known[i] = settings

    def _has_these_groups(self) -> bool:
        """Whether C++ has the groups of param_groups, which a script may replace."""
        groups = self.param_groups
        return len(groups) == len(self._lists) and all(
            group["params"] is known and len(known) == count
            for group, (known, count) in zip(groups, self._lists))

    def _rebuild(self) -> None:
        """A new C++ optimiser of the groups as they are now, with the state of the parameters that remain."""
        old = [p for params, _ in self._lists for p in params]
        state = _state_by_number(self._cpp.state_dict()) if self._cpp is not None else {}
        before = {id(old[i]): values for i, values in state.items() if i < len(old)}
        self._forget_native()
        for group in self.param_groups:
            self._add_native(group)
        params = [p for group in self.param_groups for p in group["params"]]
        self._load_native({i: before[id(p)] for i, p in enumerate(params) if id(p) in before})

    def _load_native(self, state: dict[int, dict[str, Tensor]]) -> None:
        """State of the parameters by number, by the names of C++."""
        given = [entry for entry in self._cpp.state_dict() if entry[0].startswith("param_groups.")]
        for i, values in state.items():
            given += [(f"state.{i}.{name}", value) for name, value in values.items()]
        self._cpp.load_state_dict(given)

    # ---- working

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Moves every parameter that has a gradient; the others keep value and state.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss and its gradients anew, before the step.

        Returns
        -------
        The loss that the closure gave, or None.
        """
        if self._step_pre_hooks or self._step_post_hooks:
            return self._step_with_hooks(closure)
        loss = run_closure(closure)
        self._sync()
        self._cpp.step()
        return loss

    def _step_with_hooks(self, closure: Callable[[], Any] | None) -> Any:
        for hook in list(self._step_pre_hooks.values()):
            hook(self, (closure,), {})
        loss = run_closure(closure)
        self._sync()
        self._cpp.step()
        for hook in list(self._step_post_hooks.values()):
            hook(self, (closure,), {})
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drops the gradients, or sets them to zero."""
        if set_to_none and self._has_these_groups():
            self._cpp.zero_grad()
        else:
            super().zero_grad(set_to_none)

    # ---- keeping

    def _state_dict(self) -> dict[str, Any]:
        return {"state": self._native_state(), "param_groups": super()._state_dict()["param_groups"]}

    def _set_state(self, state: dict[Any, Any], groups: list[dict[Any, Any]]) -> None:
        before = {name: self.__dict__.get(name) for name in ("param_groups", "_cpp", "_known", "_lists")}
        self.param_groups = groups
        self._forget_native()
        try:
            for group in groups:
                self._add_native(group)
            numbers = self._numbers()
            self._load_native({numbers[id(p)]: self._to_native(values, p) for p, values in state.items()})
        except Exception:
            self.__dict__.update(before)
            raise

    def _to_native(self, values: dict[str, Any], param: Tensor) -> dict[str, Tensor]:
        """A parameter's state by the names of C++; without tensors there is none."""
        tensors = {name: values[name] for name in self._state_names if isinstance(values.get(name), Tensor)}
        if tensors:
            for name in self._counters:
                tensors[name] = _C.tensor(float(values.get(name, 0)), dtype=float64)
        return tensors


def _state_by_number(entries: Iterable[tuple[str, Tensor]]) -> dict[int, dict[str, Tensor]]:
    out: dict[int, dict[str, Tensor]] = {}
    for name, value in entries:
        kind, number, entry = name.split(".", 2)
        if kind == "state":
            out.setdefault(int(number), {})[entry] = value
    return out
