"""Layers: C++ modules as Python modules."""

from __future__ import annotations

from typing import Any, Callable, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid.nn.modules.module import Module

Sizes = Union[int, Sequence[int]]
"""One number for all axes, or one an axis."""


class Layer(Module):
    """A C++ module behind the interface of Module.

    Subclasses set PyTorch's attributes, call `_build()`, and say in `_make()` how the C++ module is made of
    these attributes. Parameters and buffers are the C++ module's own tensors; what is assigned to them
    here is used there. The attributes named in `_options` can be changed at any time: the C++ module
    (`_cpp`) is made again, around the same tensors, when it is used next.
    """

    _options: tuple[str, ...] = ()
    _cpp: _C._modules.Module

    def _make(self, device: Any, dtype: Any) -> Any:
        """The C++ module, of attributes."""
        raise NotImplementedError

    def _build(self, device: Any = None, dtype: Any = None) -> None:
        """Makes the C++ module and registers its tensors under their names."""
        self._take(self._make(device, dtype))

    def _take(self, cpp: Any) -> None:
        """Lets `cpp` do the work, with its own tensors."""
        own = self.__dict__
        own["_cpp"] = cpp
        own["_parameters"] = _Slots(cpp.set_parameter, cpp.parameters())
        own["_buffers"] = _Slots(cpp.set_buffer, cpp.buffers())

    def _adopt(self, cpp: Any) -> None:
        """Lets `cpp` do the work, with the tensors and the mode of this layer."""
        own = self.__dict__
        tensors = {kind: dict(own[kind]) for kind in ("_parameters", "_buffers")}
        self._take(cpp)
        for kind, known in tensors.items():
            dict.clear(own[kind])
            for name, tensor in known.items():
                own[kind][name] = tensor
        for name in (*own["_parameters"]._known, *own["_buffers"]._known):
            if name in own and (own[name] is None or isinstance(own[name], Tensor)):
                _put_plain(self, name, own[name])
        cpp.set_training(self.training)

    def _forward_one(self, input: Tensor) -> Tensor:
        try:
            return self._cpp.forward(input)
        except TypeError:
            if isinstance(input, Tensor):
                raise
            raise TypeError(f"{type(self).__name__}: the input must be a limpid.Tensor, not "
                            f"{type(input).__name__}") from None

    forward: Callable[..., Any] = _forward_one  # of layers of one input; others define their own

    def _forward_of(self, **inputs: Any) -> Tensor:
        """Of layers of several inputs."""
        try:
            return self._cpp.forward_many(list(inputs.values()))
        except TypeError:
            for name, value in inputs.items():
                if not isinstance(value, Tensor):
                    raise TypeError(f"{type(self).__name__}: {name} must be a limpid.Tensor, not "
                                    f"{type(value).__name__}") from None
            raise

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        if name == "_cpp" and "_parameters" in own:
            if "_incomplete" not in own:
                self._adopt(self._make("meta", None))
                own["_incomplete"] = own.pop("_cpp")
            self._complete()
            return own["_cpp"]
        return super().__getattr__(name)

    def _complete(self) -> None:
        """Lets the C++ module work again after a tensor was deleted, if there is something in its place."""
        own = self.__dict__
        for slots in (own["_parameters"], own["_buffers"]):
            for name in getattr(slots, "_known", ()):
                if name not in slots and name not in own and name not in self._computed():
                    raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        own["_cpp"] = own.pop("_incomplete")
        own["_cpp"].set_training(self.training)

    def _computed(self) -> Any:
        """Names of tensors that parametrizations compute."""
        return self.__dict__["_modules"].get("parametrizations", ())

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)
        own = self.__dict__
        if "_cpp" in own and any(name in getattr(own[kind], "_known", ()) for kind in ("_parameters", "_buffers")):
            own["_incomplete"] = own.pop("_cpp")

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        own = self.__dict__
        if "_cpp" not in own and "_incomplete" not in own:
            return
        if name == "training":
            own["_cpp" if "_cpp" in own else "_incomplete"].set_training(value)
        elif name in self._options:
            own.pop("_cpp", None)
            own.pop("_incomplete", None)
        elif (value is None or isinstance(value, Tensor)) and name in own:
            _put_plain(self, name, value)

    def __getstate__(self) -> dict[Any, Any]:
        state = super().__getstate__()
        state.pop("_cpp", None)
        state.pop("_incomplete", None)
        state["_parameters"] = dict(state["_parameters"])
        state["_buffers"] = dict(state["_buffers"])
        return state


class _Slots(dict[Any, Any]):
    """Tensors by name. What is put in is put into the C++ module too, if it has the name."""

    def __init__(self, put: Any, tensors: list[tuple[str, Any]]) -> None:
        super().__init__(tensors)
        self._put = put
        self._known = {name for name, _ in tensors}

    def __setitem__(self, name: str, tensor: Tensor | None) -> None:
        super().__setitem__(name, tensor)
        if name in self._known:
            self._put(name, tensor)



def _put_plain(layer: Layer, name: str, tensor: Tensor | None) -> None:
    """A plain tensor in place of a deleted parameter, as re-parametrisations do."""
    for slots in (layer._parameters, layer._buffers):
        if name in slots._known:
            slots._put(name, tensor)


def in_place(cpp: Any, input: Tensor) -> Tensor:
    """The C++ layer's output written into the input."""
    return _C._modules.forward_in_place(cpp, input)


def sizes(value: Any, count: int) -> tuple[Any, ...]:
    """One number for all axes, or one an axis, as a tuple."""
    if isinstance(value, (tuple, list)):
        return tuple(value)
    return (value,) * count
