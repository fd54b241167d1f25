"""The base of all layers and models."""

from __future__ import annotations

import re
from collections import OrderedDict, namedtuple
from typing import Any, Callable, Iterator

from limpid import _C
from limpid._C import Error, Parameter, Tensor
from limpid.nn.modules.hooks import BackwardWatch
from limpid.utils.hooks import RemovableHandle

_MISSING = object()


class _LoadResult(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """What load_state_dict gives back."""

    __slots__ = ()

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return super().__repr__()

    __str__ = __repr__


class Module:
    """The base of all layers and models: a tree of modules with named parameters and buffers.

    Parameters, modules and buffers that are assigned as attributes are registered under that name.

    >>> class Net(limpid.nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.hidden = limpid.nn.Linear(64, 32)
    ...         self.output = limpid.nn.Linear(32, 10)
    ...
    ...     def forward(self, x):
    ...         return self.output(self.hidden(x).relu())

    Attributes
    ----------
    training : bool
        Training or evaluation: what dropout and batch norm go by. Set by train() and eval().
    """

    _version = 1
    dump_patches = False
    training: bool
    _hooked = False  # whether a call must look for hooks

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or kwargs:
            raise TypeError(f"{type(self).__name__}.__init__() got arguments that nothing takes: "
                            f"{[*args, *kwargs]}")
        put = object.__setattr__
        put(self, "training", True)
        put(self, "_parameters", {})
        put(self, "_buffers", {})
        put(self, "_non_persistent_buffers_set", set())
        put(self, "_modules", {})
        for name in _HOOKS:
            put(self, name, OrderedDict())

    # ---- running

    def _forward_is_missing(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; subclasses define it. Call the module, not this."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" '
                                  f'function')

    forward: Callable[..., Any] = _forward_is_missing

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            if self._hooked:
                return self._call_with_hooks(args, kwargs)
            return self.forward(*args, **kwargs)
        except Error as error:
            _add_layer(error, self)
            raise

    def _call_with_hooks(self, args: tuple, kwargs: dict) -> Any:
        called = set()
        try:
            args, kwargs = self._run_pre_hooks(args, kwargs)
            watch = None
            if self._backward_hooks or self._backward_pre_hooks:
                watch = BackwardWatch(self)
                args = watch.watch_inputs(args)
            result = self.forward(*args, **kwargs)
            for key, hook in list(self._forward_hooks.items()):
                called.add(key)
                result = self._run_hook(key, hook, args, kwargs, result)
            return watch.watch_outputs(result) if watch else result
        except BaseException:
            for key, hook in list(self._forward_hooks.items()):
                if key in self._forward_hooks_always_called and key not in called:
                    self._run_hook(key, hook, args, kwargs, None)
            raise

    def _run_pre_hooks(self, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
        for key, hook in list(self._forward_pre_hooks.items()):
            if key in self._forward_pre_hooks_with_kwargs:
                result = hook(self, args, kwargs)
                if result is None:
                    continue
                if not (isinstance(result, tuple) and len(result) == 2):
                    raise RuntimeError("forward pre-hook must return None or a tuple of (new_args, "
                                       f"new_kwargs), but got {result}.")
                args, kwargs = result
            else:
                result = hook(self, args)
                if result is not None:
                    args = result if isinstance(result, tuple) else (result,)
        return args, kwargs

    def _run_hook(self, key: int, hook: Callable, args: tuple, kwargs: dict, result: Any) -> Any:
        with_kwargs = key in self._forward_hooks_with_kwargs
        replaced = hook(self, args, kwargs, result) if with_kwargs else hook(self, args, result)
        return result if replaced is None else replaced

    # ---- building

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Adds a parameter; None keeps the name for an optional one that is not used."""
        self._check_name("parameter", name, self._parameters)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"cannot assign '{_type_text(param)}' object to parameter '{name}' "
                            "(limpid.nn.Parameter or None required)")
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Adds a tensor that is not learned. Unless persistent, state_dict() leaves it out."""
        self._check_name("buffer", name, self._buffers)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"cannot assign '{_type_text(tensor)}' object to buffer '{name}' "
                            "(limpid.Tensor or None required)")
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Adds a child, which is then also the attribute of that name."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{_type_text(module)} is not a Module subclass")
        self._check_name("module", name, self._modules)
        self._modules[name] = module

    def register_module(self, name: str, module: Module | None) -> None:
        """The same as add_module()."""
        self.add_module(name, module)

    def _check_name(self, what: str, name: str, known: dict) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{what} name should be a string. Got {_type_text(name)}")
        if name == "":
            raise KeyError(f'{what} name can\'t be empty string ""')
        if "." in name:
            raise KeyError(f'{what} name can\'t contain "."' + (f", got: {name}" if what == "module" else ""))
        if hasattr(self, name) and name not in known:
            raise KeyError(f"attribute '{name}' already exists")

    # ---- attributes

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        for kind in ("_parameters", "_buffers", "_modules"):
            found = own.get(kind, {}).get(name, _MISSING)
            if found is not _MISSING:
                return found
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        own = self.__dict__
        parameters = own.get("_parameters")
        if isinstance(value, Parameter):
            if parameters is None:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            self._forget(name, "_buffers", "_modules")
            self.register_parameter(name, value)
        elif parameters is not None and name in parameters:
            if value is not None:
                raise TypeError(f"cannot assign '{_type_text(value)}' as parameter '{name}' "
                                "(limpid.nn.Parameter or None expected)")
            parameters[name] = None
        elif isinstance(value, Module):
            if parameters is None:
                raise AttributeError("cannot assign module before Module.__init__() call")
            self._forget(name, "_parameters", "_buffers")
            self.add_module(name, value)
        elif parameters is not None and name in own["_modules"]:
            if value is not None:
                raise TypeError(f"cannot assign '{_type_text(value)}' as child module '{name}' "
                                "(limpid.nn.Module or None expected)")
            own["_modules"][name] = None
        elif parameters is not None and name in own["_buffers"]:
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(f"cannot assign '{_type_text(value)}' as buffer '{name}' "
                                "(limpid.Tensor or None expected)")
            own["_buffers"][name] = value
        elif getattr(value, "_is_buffer", False) is True and isinstance(value, Tensor):
            if parameters is None:
                raise AttributeError("cannot assign buffer before Module.__init__() call")
            own.pop(name, None)
            self.register_buffer(name, value, getattr(value, "persistent", True))
        else:
            object.__setattr__(self, name, value)

    def _forget(self, name: str, *kinds: str) -> None:
        """Drops what had the name before, so that it can become something else."""
        self.__dict__.pop(name, None)
        for kind in kinds:
            self.__dict__[kind].pop(name, None)
        self._non_persistent_buffers_set.discard(name)

    def __delattr__(self, name: str) -> None:
        for kind in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(kind, ()):
                del self.__dict__[kind][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        names = {*dir(type(self)), *self.__dict__, *self._parameters, *self._modules, *self._buffers}
        return sorted(name for name in names if not name[:1].isdigit())

    # ---- looking. What is shared appears once, under its first name

    def named_modules(self, memo: set | None = None, prefix: str = "",
                      remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """Paths and modules of the tree, this one first, under the path `prefix`."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                below = prefix + ("." if prefix else "") + name
                yield from module.named_modules(memo, below, remove_duplicate)

    def modules(self) -> Iterator[Module]:
        for _, module in self.named_modules():
            yield module

    def named_children(self) -> Iterator[tuple[str, Module]]:
        seen = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def children(self) -> Iterator[Module]:
        for _, module in self.named_children():
            yield module

    def _named_members(self, members_of: Callable, prefix: str = "", recurse: bool = True,
                       remove_duplicate: bool = True) -> Iterator[tuple[str, Any]]:
        seen = set()
        modules = (self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse
                   else [(prefix, self)])
        for path, module in modules:
            for name, member in members_of(module):
                if member is None or member in seen:
                    continue
                if remove_duplicate:
                    seen.add(member)
                yield path + ("." if path else "") + name, member

    def named_parameters(self, prefix: str = "", recurse: bool = True,
                         remove_duplicate: bool = True) -> Iterator[tuple[str, Parameter]]:
        return self._named_members(lambda m: m._parameters.items(), prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(self, prefix: str = "", recurse: bool = True,
                      remove_duplicate: bool = True) -> Iterator[tuple[str, Tensor]]:
        return self._named_members(lambda m: m._buffers.items(), prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def get_submodule(self, target: str) -> Module:
        """The module at a path, "encoder.layers.0"; "" is this one. AttributeError names the part that is
        not there."""
        module: Any = self
        for part in target.split(".") if target else ():
            if not hasattr(module, part):
                raise AttributeError(f"{type(module).__name__} has no attribute `{part}`")
            module = getattr(module, part)
            if not isinstance(module, Module):
                raise AttributeError(f"`{part}` is not an nn.Module")
        return module

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Puts a module in the place of the one at a path."""
        path, _, name = target.rpartition(".")
        if not name:
            raise ValueError("Cannot set the submodule without a target name!")
        parent = self.get_submodule(path)
        if strict and not hasattr(parent, name):
            raise AttributeError(f"{type(parent).__name__} has no attribute `{name}`")
        setattr(parent, name, module)

    def get_parameter(self, target: str) -> Parameter:
        return self._get_member(target, "_parameters", "an nn.Parameter")

    def get_buffer(self, target: str) -> Tensor:
        return self._get_member(target, "_buffers", "a buffer")

    def _get_member(self, target: str, kind: str, text: str) -> Any:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
        if name not in module.__dict__[kind]:
            raise AttributeError(f"`{name}` is not {text}")
        return module.__dict__[kind][name]

    # ---- changing the whole tree; all return self

    def train(self, mode: bool = True) -> Module:
        """Sets training (or evaluation) here and below."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Module:
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        for parameter in self.parameters():
            if parameter.grad is not None:
                if set_to_none:
                    parameter.grad = None
                else:
                    parameter.grad = _C.zeros_like(parameter.grad)

    def apply(self, fn: Callable[[Module], Any]) -> Module:
        """Calls fn(module) for every module, children first."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Module:
        """Puts fn(tensor) into every parameter, gradient and buffer. They stay the same objects, so
        optimisers and C++ layers go on knowing them."""
        if recurse:
            for module in self.children():
                module._apply(fn)
        for parameter in self._parameters.values():
            if parameter is not None:
                gradient = parameter.grad
                parameter.data = fn(parameter.data)
                if gradient is not None:
                    gradient.data = fn(gradient.data)
        for buffer in self._buffers.values():
            if buffer is not None:
                buffer.data = fn(buffer.data)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Module:
        """to(device), to(dtype), to(device, dtype), to(tensor): moves and converts parameters and buffers,
        those of floating dtypes alone where a dtype is given."""
        device, dtype = _parse_to(args, kwargs)
        if dtype is not None and not dtype.is_floating_point:
            raise TypeError(f"nn.Module.to only accepts floating point dtypes, but got desired dtype={dtype}")

        def convert(tensor: Tensor) -> Tensor:
            if device is not None:
                tensor = tensor.to(device)
            return tensor.to(dtype) if dtype is not None and tensor.is_floating_point() else tensor

        return self._apply(convert)

    def to_empty(self, *, device: Any, recurse: bool = True) -> Module:
        """Moves without copying the values."""
        return self._apply(lambda t: _C.empty_like(t, device=device), recurse=recurse)

    def type(self, dst_type: Any) -> Module:
        return self._apply(lambda t: t.to(dst_type))

    def float(self) -> Module:
        return self._to_floating(_dtype("float32"))

    def double(self) -> Module:
        return self._to_floating(_dtype("float64"))

    def half(self) -> Module:
        return self._to_floating(_dtype("float16"))

    def bfloat16(self) -> Module:
        return self._to_floating(_dtype("bfloat16"))

    def _to_floating(self, dtype: Any) -> Module:
        return self._apply(lambda t: t.to(dtype) if t.is_floating_point() else t)

    def cpu(self) -> Module:
        return self._apply(lambda t: t.cpu())

    def cuda(self, device: Any = None) -> Module:
        return self._apply(lambda t: t.cuda(device))

    # ---- hooks

    def register_forward_pre_hook(self, hook: Callable, *, prepend: bool = False,
                                  with_kwargs: bool = False) -> RemovableHandle:
        """hook(module, args) runs before forward; what it returns replaces args. With kwargs,
        hook(module, args, kwargs) returns None or both."""
        handle = self._add_hook(self._forward_pre_hooks, hook, prepend, self._forward_pre_hooks_with_kwargs)
        if with_kwargs:
            self._forward_pre_hooks_with_kwargs[handle.id] = True
        return handle

    def register_forward_hook(self, hook: Callable, *, prepend: bool = False, with_kwargs: bool = False,
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

    def register_full_backward_pre_hook(self, hook: Callable, prepend: bool = False) -> RemovableHandle:
        """hook(module, grad_output) runs when the gradients of the outputs are known, and may replace
        them."""
        return self._add_hook(self._backward_pre_hooks, hook, prepend)

    def register_full_backward_hook(self, hook: Callable, prepend: bool = False) -> RemovableHandle:
        """hook(module, grad_input, grad_output) runs when the gradients of the inputs are known, and may
        replace these."""
        return self._add_hook(self._backward_hooks, hook, prepend)

    register_backward_hook = register_full_backward_hook

    def register_state_dict_pre_hook(self, hook: Callable) -> RemovableHandle:
        """hook(module, prefix, keep_vars) runs before state_dict()."""
        return self._add_hook(self._state_dict_pre_hooks, hook)

    def register_state_dict_post_hook(self, hook: Callable) -> RemovableHandle:
        """hook(module, state_dict, prefix, local_metadata) runs after state_dict() and may change it."""
        return self._add_hook(self._state_dict_hooks, hook)

    _register_state_dict_hook = register_state_dict_post_hook

    def register_load_state_dict_pre_hook(self, hook: Callable) -> RemovableHandle:
        """hook(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys,
        error_msgs) runs before load_state_dict() and may change the dict."""
        return self._add_hook(self._load_state_dict_pre_hooks, lambda *args: hook(self, *args))

    def _register_load_state_dict_pre_hook(self, hook: Callable,
                                           with_module: bool = False) -> RemovableHandle:
        if with_module:
            return self.register_load_state_dict_pre_hook(hook)
        return self._add_hook(self._load_state_dict_pre_hooks, hook)

    def register_load_state_dict_post_hook(self, hook: Callable) -> RemovableHandle:
        """hook(module, incompatible_keys) runs after load_state_dict()."""
        return self._add_hook(self._load_state_dict_post_hooks, hook)

    def _add_hook(self, hooks: dict, hook: Callable, first: bool = False, *extra: dict) -> RemovableHandle:
        self._hooked = True
        handle = RemovableHandle(hooks, extra_dict=list(extra))
        others = dict(hooks)
        if first:
            hooks.clear()
        hooks[handle.id] = hook
        if first:
            hooks.update(others)
        return handle

    # ---- keeping

    def get_extra_state(self) -> Any:
        """Override with set_extra_state() to keep more than tensors in the state dict."""
        raise RuntimeError("get_extra_state() is not defined by this module")

    def set_extra_state(self, state: Any) -> None:
        raise RuntimeError("set_extra_state() is not defined by this module")

    def _has_extra_state(self) -> bool:
        return type(self).get_extra_state is not Module.get_extra_state

    def state_dict(self, *args: Any, destination: dict | None = None, prefix: str = "",
                   keep_vars: bool = False) -> dict:
        """Parameters and persistent buffers by path, sharing memory with the module."""
        by_position = dict(zip(("destination", "prefix", "keep_vars"), args))
        destination = by_position.get("destination", destination)
        prefix = by_position.get("prefix", prefix)
        keep_vars = by_position.get("keep_vars", keep_vars)
        if destination is None:
            destination = StateDict()
        local_metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = local_metadata
        for hook in list(self._state_dict_pre_hooks.values()):
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=prefix + name + ".", keep_vars=keep_vars)
        for hook in list(self._state_dict_hooks.values()):
            replaced = hook(self, destination, prefix, local_metadata)
            destination = destination if replaced is None else replaced
        return destination

    def _save_to_state_dict(self, destination: dict, prefix: str, keep_vars: bool) -> None:
        for name, tensor in self._own_state().items():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()
        if self._has_extra_state():
            destination[prefix + "_extra_state"] = self.get_extra_state()

    def _own_state(self) -> dict[str, Tensor]:
        """Parameters and persistent buffers of this module alone."""
        kept = {name: p for name, p in self._parameters.items() if p is not None}
        for name, buffer in self._buffers.items():
            if buffer is not None and name not in self._non_persistent_buffers_set:
                kept[name] = buffer
        return kept

    def load_state_dict(self, state_dict: dict, strict: bool = True, assign: bool = False) -> _LoadResult:
        """Copies values in by path.

        Parameters
        ----------
        state_dict : mapping of str to Tensor
        strict : bool
            Whether every name must have a partner.
        assign : bool
            Take the given tensors in place of copying their values.

        Returns
        -------
        (missing_keys, unexpected_keys)

        Raises
        ------
        ValueError
            (a RuntimeError too) that lists every missing and unexpected name and every wrong shape; then
            nothing has changed.
        """
        if not hasattr(state_dict, "keys"):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        metadata = getattr(state_dict, "_metadata", {})
        state = OrderedDict(state_dict)
        plan = _LoadPlan(state, metadata, strict)
        plan.visit(self, "")
        plan.check(self)
        plan.run(assign)
        return plan.finish()

    def _allows_missing(self, name: str, version: int | None) -> bool:
        """Whether a state dict of that version may lack a name: layers that got a buffer later."""
        return False

    def __getstate__(self) -> dict:
        return self.__dict__.copy()

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)

    # ---- printing

    def _get_name(self) -> str:
        return type(self).__name__

    def extra_repr(self) -> str:
        """What stands between the brackets when the module is printed."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [f"({name}): {_indented(repr(module))}" for name, module in self._modules.items()]
        if not children and len(lines) <= 1:
            return f"{self._get_name()}({''.join(lines)})"
        return f"{self._get_name()}(\n  " + "\n  ".join(lines + children) + "\n)"


_HOOKS = ("_forward_pre_hooks", "_forward_pre_hooks_with_kwargs", "_forward_hooks",
          "_forward_hooks_with_kwargs", "_forward_hooks_always_called", "_backward_pre_hooks",
          "_backward_hooks", "_state_dict_pre_hooks", "_state_dict_hooks", "_load_state_dict_pre_hooks",
          "_load_state_dict_post_hooks")


class StateDict(OrderedDict):
    """Tensors by path, with the version of each module that they come from (`_metadata`)."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._metadata: dict = OrderedDict()


class _LoadPlan:
    """What load_state_dict is about to do: found out first, done when all fits."""

    def __init__(self, state: dict, metadata: dict, strict: bool) -> None:
        self.state, self.metadata, self.strict = state, metadata, strict
        self.missing: list[str] = []
        self.unexpected: list[str] = []
        self.errors: list[str] = []
        self.changes: list[tuple[Module, str, Any, Any]] = []
        self.modules: list[Module] = []
        self.known: set[str] = set()

    def visit(self, module: Module, prefix: str) -> None:
        local = dict(self.metadata.get(prefix[:-1], {}))
        for hook in list(module._load_state_dict_pre_hooks.values()):
            hook(self.state, prefix, local, self.strict, self.missing, self.unexpected, self.errors)
        for name, target in module._own_state().items():
            self._plan(module, name, prefix + name, target, local.get("version"))
        if module._has_extra_state():
            self._plan_extra_state(module, prefix + "_extra_state")
        for name, child in module._modules.items():
            if child is not None:
                self.visit(child, prefix + name + ".")
        self.modules.append(module)

    def _plan(self, module: Module, name: str, key: str, target: Tensor, version: int | None) -> None:
        self.known.add(key)
        if key not in self.state:
            if not module._allows_missing(name, version):
                self.missing.append(key)
            return
        value = self.state[key]
        if not isinstance(value, Tensor):
            self.errors.append(f'While copying the parameter named "{key}", expected limpid.Tensor or '
                               f'Tensor-like '
                               f"object from checkpoint but received {type(value)}")
        elif value.shape != target.shape:
            self.errors.append(f"size mismatch for {key}: copying a param with shape {value.shape} from "
                               f"checkpoint, the shape in current model is {target.shape}.")
        elif value.is_meta and not target.is_meta:
            self.errors.append(f"{key} is on meta and has no elements")
        else:
            self.changes.append((module, name, target, value))

    def _plan_extra_state(self, module: Module, key: str) -> None:
        self.known.add(key)
        if key in self.state:
            self.changes.append((module, "", None, self.state[key]))
        else:
            self.missing.append(key)

    def check(self, root: Module) -> None:
        self.unexpected += [key for key in self.state if key not in self.known]
        errors = list(self.errors)
        if self.strict and self.unexpected:
            errors.insert(0, f"Unexpected key(s) in state_dict: {_quoted(self.unexpected)}. ")
        if self.strict and self.missing:
            errors.insert(0, f"Missing key(s) in state_dict: {_quoted(self.missing)}. ")
        if errors:
            raise _C.ValueError("Error(s) in loading state_dict for {}:\n\t{}".format(
                type(root).__name__, "\n\t".join(errors)))

    def run(self, assign: bool) -> None:
        for module, name, target, value in self.changes:
            if target is None:
                module.set_extra_state(value)
            elif assign:
                if isinstance(target, Parameter) and not isinstance(value, Parameter):
                    value = Parameter(value, requires_grad=target.requires_grad)
                setattr(module, name, value)
            else:
                target.detach().copy_(value.detach())

    def finish(self) -> _LoadResult:
        result = _LoadResult(self.missing, self.unexpected)
        for module in self.modules:
            for hook in list(module._load_state_dict_post_hooks.values()):
                if hook(module, result) is not None:
                    raise RuntimeError("Hooks attached to modules via register_load_state_dict_post_hook are "
                                       "not expected to return values, change incompatible_keys in place")
        return result


# ---- errors that say in which layer they arose

_LAYER_AT_END = re.compile(r"layer ([^\s\[\],]+)\]$")


def _add_layer(error: Error, module: Module) -> None:
    """Puts the path from `module` to the layer where `error` arose into its message. Each module on the way
    out adds its part: `_layer` is the outermost so far."""
    inner = getattr(error, "_layer", None)
    setattr(error, "_layer", module)
    if inner is None or inner is module:
        return
    path = next((str(name) for name, m in module.named_modules() if m is inner), "")
    if path and error.args and isinstance(error.args[0], str):
        error.args = (_with_layer(error.args[0], path), *error.args[1:])


def _with_layer(message: str, path: str) -> str:
    """ "conv2d: ... [input (8, 3), layer conv]" becomes "... [input (8, 3), layer stem.conv]". """
    found = _LAYER_AT_END.search(message)
    if found:
        return f"{message[:found.start()]}layer {path}.{found.group(1)}]"
    if message.endswith("]") and " [" in message:
        return f"{message[:-1]}, layer {path}]"
    return f"{message} [layer {path}]"


# ---- small helpers

def _type_text(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _dtype(name: str) -> Any:
    from limpid import _types
    return _types._all[name]


def _parse_to(args: tuple, kwargs: dict) -> tuple[Any, Any]:
    """(device, dtype), None where it is not given."""
    from limpid._types import dtype as DType
    device = kwargs.pop("device", None)
    dtype = kwargs.pop("dtype", None)
    kwargs.pop("non_blocking", None)
    kwargs.pop("memory_format", None)  # layouts are the engine's choice
    values = [*args, kwargs.pop("tensor", None)]
    if kwargs:
        raise TypeError(f"to() has no argument {sorted(kwargs)[0]!r}")
    for value in values:
        if isinstance(value, Tensor):
            device, dtype = value.device, value.dtype
        elif isinstance(value, DType):
            dtype = value
        elif isinstance(value, (str, _C.device)):
            device = value
        elif value is not None and not isinstance(value, bool):
            raise TypeError(f"to() takes a device, a dtype or a tensor, not {_type_text(value)}")
    return device, dtype
