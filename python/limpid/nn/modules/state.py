"""What load_state_dict and state_dict work with."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from typing import TYPE_CHECKING, Any

from limpid import _C
from limpid._C import Parameter, Tensor

if TYPE_CHECKING:
    from limpid.nn.modules.module import Module


class LoadResult(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """What load_state_dict gives back."""

    __slots__ = ()

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"

    __str__ = __repr__


def new_state_dict() -> OrderedDict[Any, Any]:
    """For tensors by path, with the version of each module that they come from (`_metadata`)."""
    made: OrderedDict[Any, Any] = OrderedDict()
    setattr(made, "_metadata", OrderedDict())
    return made


class LoadPlan:
    """What load_state_dict is about to do: found out first, done when all fits."""

    def __init__(self, state: dict[Any, Any], metadata: dict[Any, Any], strict: bool) -> None:
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
        module._load_sizes(self.state, prefix)
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
        """Before anything is changed. Post hooks may forgive keys: with some, those are looked at behind them."""
        self.unexpected += [key for key in self.state if key not in self.known]
        hooked = any(module._load_state_dict_post_hooks for module in self.modules)
        self._raise(root, self.errors, not hooked or bool(self.errors))

    def check_keys(self, root: Module) -> None:
        """After post hooks."""
        self._raise(root, [], True)

    def _raise(self, root: Module, wrong: list[str], keys: bool) -> None:
        errors = list(wrong)
        if keys and self.strict and self.unexpected:
            errors.insert(0, f"Unexpected key(s) in state_dict: {_quoted(self.unexpected)}. ")
        if keys and self.strict and self.missing:
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

    def finish(self) -> LoadResult:
        result = LoadResult(self.missing, self.unexpected)
        for module in self.modules:
            for hook in list(module._load_state_dict_post_hooks.values()):
                if hook(module, result) is not None:
                    raise RuntimeError("Hooks attached to modules via register_load_state_dict_post_hook are "
                                       "not expected to return values, change incompatible_keys in place")
        return result


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
