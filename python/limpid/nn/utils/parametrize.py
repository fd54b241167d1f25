"""Tensors of a module that are computed, from others that are learned, whenever they are read."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import copy
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any, Iterator, TypeVar

from limpid import _C
from limpid._C import Parameter, Tensor
from limpid.autograd.grad_mode import no_grad
from limpid.nn.modules.container import ModuleDict, ModuleList
from limpid.nn.modules.layer import Layer, _put_plain
from limpid.nn.modules.module import Module

__all__ = ["ParametrizationList", "cached", "is_parametrized", "register_parametrization", "remove_parametrizations",
           "transfer_parametrizations_and_params", "type_before_parametrizations"]

M = TypeVar("M", bound=Module)

_KINDS = "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...)"
_cached_by = 0  # blocks of cached() that are open
_cache: dict[tuple[int, str], Tensor] = {}


@contextmanager
def cached() -> Iterator[None]:
    """Within, each computed tensor is computed once, when it is first read: for weights that a model reads often.

    >>> layer = limpid.nn.utils.parametrizations.weight_norm(limpid.nn.Linear(2, 2))
    >>> with limpid.nn.utils.parametrize.cached():
    ...     layer.weight is layer.weight
    True
    """
    global _cached_by
    _cached_by += 1
    try:
        yield
    finally:
        _cached_by -= 1
        if not _cached_by:
            _cache.clear()


def _register(module: Module, name: str, tensor: Tensor) -> None:
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


def _check_same(what: str, found: Any, shape: Any, dtype: Any) -> None:
    """What a parametrization gives must be able to stand for the tensor."""
    if not isinstance(found, Tensor):
        raise _C.ValueError(f"{what} must return a tensor. Got {type(found).__name__}.")
    if found.dtype != dtype or found.shape != shape:
        raise _C.ValueError(f"{what} may not change the dtype or the shape of the tensor, unless the `unsafe` flag is "
                            f"enabled: {dtype} of {tuple(shape)} became {found.dtype} of {tuple(found.shape)}")


class ParametrizationList(ModuleList):
    """The parametrizations of one tensor, the first one registered first, and what they compute it from: `original`,
    or `original0`, `original1`, ... where the first one's right_inverse gives several. Made by
    register_parametrization."""

    original: Tensor

    def __init__(self, modules: Sequence[Module], original: Tensor, unsafe: bool = False) -> None:
        if not modules:
            raise _C.ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape, dtype = original.shape, original.dtype
        new = self._inverse(original, strict=False)
        self.is_tensor = isinstance(new, Tensor)
        if self.is_tensor:
            self._start_from_one(original, new)
        else:
            self._start_from_several(original, new)
        if not unsafe:
            _check_same("A parametrization", self(), shape, dtype)

    def _inverse(self, value: Any, strict: bool) -> Any:
        """The right inverses, the last one first. Unless `strict`, one that is missing is the identity."""
        with no_grad():
            for module in reversed(self):
                if hasattr(module, "right_inverse"):
                    try:
                        value = module.right_inverse(value)
                    except NotImplementedError:
                        if strict:
                            raise
                elif strict:
                    raise RuntimeError(f"parametrization {type(module).__name__} does not implement right_inverse.")
        if not isinstance(value, (Tensor, Sequence)):
            raise _C.ValueError(f"{_KINDS}. Got {type(value).__name__}")
        return value

    def _start_from_one(self, original: Tensor, new: Tensor) -> None:
        """The original stays the same object, so that an optimiser goes on knowing it."""
        if new.dtype != original.dtype:
            raise _C.ValueError("When `right_inverse` outputs one tensor, it may not change the dtype: "
                                f"{original.dtype} became {new.dtype}")
        original.data = new.detach()
        _register(self, "original", original)
        self.ntensors = 1

    def _start_from_several(self, original: Tensor, new: Sequence[Any]) -> None:
        for i, part in enumerate(new):
            if not isinstance(part, Tensor):
                raise _C.ValueError(f"{_KINDS}. Got element {i} of the sequence with type {type(part).__name__}.")
            part = part.detach()
            if isinstance(original, Parameter):
                part = Parameter(part.clone() if part.is_set_to(original) else part, original.requires_grad)
            _register(self, f"original{i}", part)
        self.ntensors = len(new)

    def right_inverse(self, value: Tensor) -> None:
        """Sets the originals so that the parametrizations give `value` (or what is nearest to it)."""
        found = self._inverse(value, strict=True)
        if self.is_tensor != isinstance(found, Tensor) or not self.is_tensor and len(found) != self.ntensors:
            wanted = "a tensor" if self.is_tensor else f"a sequence of tensors of length {self.ntensors}"
            raise _C.ValueError(f"'right_inverse' must return {wanted}. Got {type(found).__name__}"
                                + ("" if isinstance(found, Tensor) else f" of length {len(found)}") + ".")
        for i, (original, new) in enumerate(zip(self.originals(), [found] if self.is_tensor else found)):
            if not isinstance(new, Tensor) or new.dtype != original.dtype:
                found_type = getattr(new, "dtype", None)
                raise _C.ValueError(f"Tensor {i} returned by `right_inverse` has dtype {found_type} while the original "
                                    f"has dtype {original.dtype}")
            original.data = new.detach()

    def originals(self) -> list[Tensor]:
        """What the tensor is computed from."""
        if self.is_tensor:
            return [self.original]
        return [getattr(self, f"original{i}") for i in range(self.ntensors)]

    def forward(self) -> Tensor:
        """The tensor."""
        first, *others = self
        x = first(*self.originals())
        for parametrization in others:
            x = parametrization(x)
        return x


def _read(module: Any, name: str) -> Tensor:
    if not _cached_by:
        return module.parametrizations[name]()
    key = id(module), name
    if key not in _cache:
        _cache[key] = module.parametrizations[name]()
    return _cache[key]


def _property(name: str) -> property:
    def write(module: Any, value: Tensor) -> None:
        module.parametrizations[name].right_inverse(value)

    return property(lambda module: _read(module, name), write)


def _cpp(layer: Any) -> Any:
    """The C++ module of a layer, given the tensors that are computed anew."""
    own = layer.__dict__
    if "_cpp" not in own:
        Layer.__getattr__(layer, "_cpp")
    for name in layer.parametrizations:
        _put_plain(layer, name, getattr(layer, name))
    return own["_cpp"]


def _refuse_pickle(module: Any, protocol: Any = None) -> Any:
    raise RuntimeError("Serialization of parametrized modules is only supported through state_dict().")


def _deepcopy(module: Any, memo: dict[int, Any]) -> Any:
    """A copy with a class of its own, so that removing a parametrization from one leaves it to the other."""
    base: Any = type_before_parametrizations(module)
    replica = memo[id(module)] = base.__new__(base)
    _give_class(replica, list(module.parametrizations))
    base.__setstate__(replica, copy.deepcopy(base.__getstate__(module), memo))
    return replica


def _give_class(module: Module, names: Sequence[str] = ()) -> None:
    """A class of this one module, derived from its own, whose properties are the computed tensors."""
    base = type(module)
    parts: dict[str, Any] = {"__reduce_ex__": _refuse_pickle, "__deepcopy__": _deepcopy, "__module__": base.__module__}
    if isinstance(module, Layer):
        parts["_cpp"] = property(_cpp)
    parts.update((name, _property(name)) for name in names)
    module.__class__ = type(f"Parametrized{base.__name__}", (base,), parts)


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a tensor of the module (or any, without a name) has a parametrization."""
    known = getattr(module, "parametrizations", None)
    if not isinstance(known, ModuleDict):
        return False
    return len(known) > 0 if tensor_name is None else tensor_name in known


def register_parametrization(module: M, tensor_name: str, parametrization: Module, *, unsafe: bool = False) -> M:
    """Lets a parameter or buffer of a module be `parametrization(original)` whenever it is read.

    The original becomes `module.parametrizations.<tensor_name>.original`, and is what optimisers change. Further
    parametrizations of the same tensor are applied behind the first.

    Parameters
    ----------
    module : Module
    tensor_name : str
    parametrization : Module
        Its method `right_inverse(tensor)`, if there is one, gives the original that a tensor is computed from, or
        several: it is used now, and when the tensor is assigned to.
    unsafe : bool
        Whether the shape and the dtype may change. Nothing is checked then.

    >>> class Symmetric(limpid.nn.Module):
    ...     def forward(self, x):
    ...         return x.triu() + x.triu(1).T
    ...
    >>> layer = limpid.nn.Linear(3, 3)
    >>> _ = limpid.nn.utils.parametrize.register_parametrization(layer, "weight", Symmetric())
    >>> limpid.equal(layer.weight, layer.weight.T)
    True
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        if not unsafe:
            _check_next(getattr(module, tensor_name), parametrization)
        known: Any = module.parametrizations[tensor_name]
        known.append(parametrization)
        known.unsafe |= unsafe
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise _C.ValueError(f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with "
                            f"name '{tensor_name}'")
    chain = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        _give_class(module)
        module.parametrizations = ModuleDict()
    setattr(type(module), tensor_name, _property(tensor_name))
    module.parametrizations[tensor_name] = chain
    return module


def _check_next(tensor: Tensor, parametrization: Any) -> None:
    """A parametrization behind others takes and gives the same shape and dtype."""
    new = parametrization(tensor)
    _check_same("A parametrization", new, tensor.shape, tensor.dtype)
    if hasattr(parametrization, "right_inverse"):
        try:
            back = parametrization.right_inverse(new)
        except NotImplementedError:
            return
        _check_same("parametrization.right_inverse", back, tensor.shape, tensor.dtype)


def remove_parametrizations(module: M, tensor_name: str, leave_parametrized: bool = True) -> M:
    """The tensor as a parameter or buffer again, with the value that it has now, or with that of its original.

    Parameters
    ----------
    leave_parametrized : bool
        False leaves the original, where it is one tensor.
    """
    if not is_parametrized(module, tensor_name):
        raise _C.ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    chain: Any = module.parametrizations[tensor_name]
    if not chain.is_tensor and not leave_parametrized:
        raise _C.ValueError("Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in "
                            "terms of a sequence of tensors.")
    value = chain.originals()[0]
    if chain.is_tensor and leave_parametrized:
        with no_grad():
            value.data = getattr(module, tensor_name).detach()
    elif not chain.is_tensor:
        value = getattr(module, tensor_name)
        value = Parameter(value.detach()) if value.requires_grad else value
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type(module).__bases__[0]
    _register(module, tensor_name, value)
    return module


def type_before_parametrizations(module: Module) -> type:
    """The class of the module without its parametrizations."""
    return type(module).__bases__[0] if is_parametrized(module) else type(module)


def transfer_parametrizations_and_params(from_module: Module, to_module: M, tensor_name: str | None = None) -> M:
    """Gives the parametrizations of one module, and their originals, to another, which then shares them.

    Parameters
    ----------
    tensor_name : str, optional
        That tensor alone.
    """
    if not is_parametrized(from_module):
        return to_module
    for name in list(from_module.parametrizations) if tensor_name is None else [tensor_name]:
        if not hasattr(to_module, name):
            setattr(to_module, name, Parameter(getattr(from_module, name).detach()))
        source = from_module.parametrizations[name]
        for parametrization in source:
            register_parametrization(to_module, name, parametrization)
        for key, tensor in source._own_state().items():
            setattr(to_module.parametrizations[name], key, tensor)
    return to_module
