"""The base of all layers and models."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from collections import OrderedDict
from typing import Any, Callable

from limpid import _C
from limpid._C import Error, Parameter, Tensor
from limpid.nn.modules.conversion import Converted, type_text
from limpid.nn.modules.hooks import (HOOKS, BackwardWatch, Hooked, all_modules,
                                      register_module_backward_hook as register_module_backward_hook,
                                      register_module_forward_hook as register_module_forward_hook,
                                      register_module_forward_pre_hook as register_module_forward_pre_hook,
                                      register_module_full_backward_hook as register_module_full_backward_hook,
                                      register_module_full_backward_pre_hook as register_module_full_backward_pre_hook)
from limpid.nn.modules.layer_path import add_layer
from limpid.nn.parameter import is_lazy
from limpid.nn.modules.state import LoadPlan, LoadResult, new_state_dict
from limpid.nn.modules.tree import Tree

_MISSING = object()


class Module(Hooked, Converted, Tree):
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
        for name in HOOKS:
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
            add_layer(error, self)
            raise

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[Any, Any]) -> Any:
        called = set()
        try:
            args, kwargs = self._run_pre_hooks(args, kwargs)
            watch = None
            if (self._backward_hooks or self._backward_pre_hooks or all_modules._backward_hooks
                    or all_modules._backward_pre_hooks):
                watch = BackwardWatch(self)
                args = watch.watch_inputs(args)
            result = self.forward(*args, **kwargs)
            for key, hook in [*all_modules._forward_hooks.items(), *self._forward_hooks.items()]:
                called.add(key)
                result = self._run_hook(key, hook, args, kwargs, result)
            return watch.watch_outputs(result) if watch else result
        except BaseException:
            always = {*all_modules._forward_hooks_always_called, *self._forward_hooks_always_called}
            for key, hook in [*all_modules._forward_hooks.items(), *self._forward_hooks.items()]:
                if key in always and key not in called:
                    self._run_hook(key, hook, args, kwargs, None)
            raise

    def _run_pre_hooks(self, args: tuple[Any, ...], kwargs: dict[Any, Any]) -> tuple[tuple[Any, ...], dict[Any, Any]]:
        for key, hook in [*all_modules._forward_pre_hooks.items(), *self._forward_pre_hooks.items()]:
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

    def _run_hook(self, key: int, hook: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
                  result: Any) -> Any:
        with_kwargs = key in self._forward_hooks_with_kwargs or key in all_modules._forward_hooks_with_kwargs
        replaced = hook(self, args, kwargs, result) if with_kwargs else hook(self, args, result)
        return result if replaced is None else replaced

    # ---- building

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Adds a parameter; None keeps the name for an optional one that is not used."""
        self._check_name("parameter", name, self._parameters)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"cannot assign '{type_text(param)}' object to parameter '{name}' "
                            "(limpid.nn.Parameter or None required)")
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Adds a tensor that is not learned. Unless persistent, state_dict() leaves it out."""
        self._check_name("buffer", name, self._buffers)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"cannot assign '{type_text(tensor)}' object to buffer '{name}' "
                            "(limpid.Tensor or None required)")
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Adds a child, which is then also the attribute of that name."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{type_text(module)} is not a Module subclass")
        self._check_name("module", name, self._modules)
        self._modules[name] = module

    def register_module(self, name: str, module: Module | None) -> None:
        """The same as add_module()."""
        self.add_module(name, module)

    def _check_name(self, what: str, name: str, known: dict[Any, Any]) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{what} name should be a string. Got {type_text(name)}")
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
                raise TypeError(f"cannot assign '{type_text(value)}' as parameter '{name}' "
                                "(limpid.nn.Parameter or None expected)")
            parameters[name] = None
        elif isinstance(value, Module):
            if parameters is None:
                raise AttributeError("cannot assign module before Module.__init__() call")
            self._forget(name, "_parameters", "_buffers")
            self.add_module(name, value)
        elif parameters is not None and name in own["_modules"]:
            if value is not None:
                raise TypeError(f"cannot assign '{type_text(value)}' as child module '{name}' "
                                "(limpid.nn.Module or None expected)")
            own["_modules"][name] = None
        elif parameters is not None and name in own["_buffers"]:
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(f"cannot assign '{type_text(value)}' as buffer '{name}' "
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

    def share_memory(self) -> Module:
        """Nothing: workers are threads, which share memory anyway."""
        return self

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: ops run as they are called."""

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

    # ---- keeping

    def get_extra_state(self) -> Any:
        """Override with set_extra_state() to keep more than tensors in the state dict."""
        raise RuntimeError("get_extra_state() is not defined by this module")

    def set_extra_state(self, state: Any) -> None:
        raise RuntimeError("set_extra_state() is not defined by this module")

    def _has_extra_state(self) -> bool:
        return type(self).get_extra_state is not Module.get_extra_state

    def state_dict(self, *args: Any, destination: dict[Any, Any] | None = None, prefix: str = "",
                   keep_vars: bool = False) -> dict[Any, Any]:
        """Parameters and persistent buffers by path, sharing memory with the module."""
        by_position = dict(zip(("destination", "prefix", "keep_vars"), args))
        destination = by_position.get("destination", destination)
        prefix = by_position.get("prefix", prefix)
        keep_vars = by_position.get("keep_vars", keep_vars)
        if destination is None:
            destination = new_state_dict()
        local_metadata = {"version": self._version}
        metadata = getattr(destination, "_metadata", None)
        if metadata is not None:
            metadata[prefix[:-1]] = local_metadata
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

    def _save_to_state_dict(self, destination: dict[Any, Any], prefix: str, keep_vars: bool) -> None:
        for name, tensor in self._own_state().items():
            destination[prefix + name] = tensor if keep_vars or is_lazy(tensor) else tensor.detach()
        if self._has_extra_state():
            destination[prefix + "_extra_state"] = self.get_extra_state()

    def _own_state(self) -> dict[str, Tensor]:
        """Parameters and persistent buffers of this module alone."""
        kept = {name: p for name, p in self._parameters.items() if p is not None}
        for name, buffer in self._buffers.items():
            if buffer is not None and name not in self._non_persistent_buffers_set:
                kept[name] = buffer
        return kept

    def load_state_dict(self, state_dict: dict[Any, Any], strict: bool = True, assign: bool = False) -> LoadResult:
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
        plan = LoadPlan(state, metadata, strict)
        plan.visit(self, "")
        plan.check(self)
        plan.run(assign)
        result = plan.finish()
        plan.check_keys(self)
        return result

    def _allows_missing(self, name: str, version: int | None) -> bool:
        """Whether a state dict of that version may lack a name: layers that got a buffer later."""
        return False

    def _load_sizes(self, state: dict[Any, Any], prefix: str) -> None:
        """What a lazy layer does before values are copied in."""

    def __getstate__(self) -> dict[Any, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[Any, Any]) -> None:
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


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")
