"""Weights with some of their entries held at 0: the weight goes on as `<name>_orig`, the entries that stay as the buffer
`<name>_mask`, and the product is computed before each call."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import numbers
from typing import Any, Iterable, Optional, Union

from limpid import _C
from limpid._C import Tensor
from limpid.nn.modules.module import Module

__all__ = ["BasePruningMethod", "CustomFromMask", "Identity", "L1Unstructured", "LnStructured", "PruningContainer",
           "RandomStructured", "RandomUnstructured", "custom_from_mask", "global_unstructured", "identity", "is_pruned",
           "l1_unstructured", "ln_structured", "random_structured", "random_unstructured", "remove"]

Amount = Union[int, float]


class BasePruningMethod:
    """The hook that multiplies by the mask. Derive from it and define compute_mask to prune in a way of your own.

    Attributes
    ----------
    PRUNING_TYPE : str
        Of what a second pruning computes its mask: "unstructured" of the entries that are left, "structured" of the
        channels that are left (the method has an attribute `dim`), "global" of all.
    """

    PRUNING_TYPE = "unstructured"
    _tensor_name: str

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self._tensor_name, self.apply_mask(module))

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """Ones for the entries of t that stay; `default_mask` says which are left of earlier prunings."""
        raise NotImplementedError

    def apply_mask(self, module: Any) -> Tensor:
        mask = getattr(module, self._tensor_name + "_mask")
        return mask.to(getattr(module, self._tensor_name + "_orig").dtype) * getattr(module, self._tensor_name + "_orig")

    @classmethod
    def apply(cls, module: Any, name: str, *args: Any, importance_scores: Optional[Tensor] = None, **kwargs: Any) -> Any:
        """Prunes a parameter of the module with a method made of the other arguments."""
        method: BasePruningMethod = cls(*args, **kwargs)
        method._tensor_name = name
        known = _hook_of(module, name)
        if known is not None:
            key, earlier = known
            del module._forward_pre_hooks[key]
            method = PruningContainer(*_methods(earlier), method)
        original = getattr(module, name + "_orig" if known else name)
        scores = getattr(module, name) if importance_scores is None else importance_scores
        if scores.shape != original.shape:
            raise AssertionError(f"importance_scores should have the same shape as parameter {name} of {module}")
        default = getattr(module, name + "_mask").clone() if known else _C.ones_like(original.detach())
        mask = method.compute_mask(scores.detach(), default_mask=default)
        if known is None:
            delattr(module, name)
            module.register_parameter(name + "_orig", original)
            module.register_buffer(name + "_mask", mask)
        else:
            setattr(module, name + "_mask", mask)
        setattr(module, name, method.apply_mask(module))
        module.register_forward_pre_hook(method)
        return method

    def prune(self, t: Tensor, default_mask: Optional[Tensor] = None, importance_scores: Optional[Tensor] = None) -> Tensor:
        """A tensor times its mask."""
        scores = t if importance_scores is None else importance_scores
        default = _C.ones_like(t.detach()) if default_mask is None else default_mask
        return t * self.compute_mask(scores.detach(), default_mask=default)

    def remove(self, module: Any) -> None:
        """Makes the product the parameter, for good."""
        name = self._tensor_name
        weight, original = self.apply_mask(module), getattr(module, name + "_orig")
        for part in (name, name + "_orig", name + "_mask"):
            delattr(module, part)
        original.data = weight.detach()
        module.register_parameter(name, original)


class PruningContainer(BasePruningMethod):
    """Several methods for one parameter: the last one prunes what the others left."""

    def __init__(self, *args: BasePruningMethod) -> None:
        self._pruning_methods = tuple(args)
        if args:
            self._tensor_name = args[0]._tensor_name

    def add_pruning_method(self, method: BasePruningMethod) -> None:
        self._pruning_methods += (method,)

    def __len__(self) -> int:
        return len(self._pruning_methods)

    def __iter__(self) -> Any:
        return iter(self._pruning_methods)

    def __getitem__(self, index: Any) -> Any:
        return self._pruning_methods[index]

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        method = self._pruning_methods[-1]
        where: Any = tuple([slice(None)] * t.dim())
        if method.PRUNING_TYPE == "unstructured":
            where = default_mask == 1
        elif method.PRUNING_TYPE == "structured":
            dim = getattr(method, "dim") % t.dim()
            others = [axis for axis in range(t.dim()) if axis != dim]
            left = (default_mask.sum(others) if others else default_mask) != 0
            where = tuple(left if axis == dim else slice(None) for axis in range(t.dim()))
        elif method.PRUNING_TYPE != "global":
            raise ValueError(f"Unrecognized PRUNING_TYPE {method.PRUNING_TYPE}")
        mask = default_mask.clone()
        mask[where] = method.compute_mask(t[where], default_mask=default_mask[where]).to(mask.dtype)
        return mask


def _methods(method: BasePruningMethod) -> tuple[BasePruningMethod, ...]:
    return tuple(method) if isinstance(method, PruningContainer) else (method,)


def _hook_of(module: Module, name: str) -> Optional[tuple[Any, BasePruningMethod]]:
    for key, hook in module._forward_pre_hooks.items():
        if isinstance(hook, BasePruningMethod) and hook._tensor_name == name:
            return key, hook
    return None


class Identity(BasePruningMethod):
    """Prunes nothing: a mask of ones."""

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        return default_mask


class _Amount(BasePruningMethod):
    """So many entries, or such a part of them."""

    amount: Amount

    def __init__(self, amount: Amount) -> None:
        if not isinstance(amount, numbers.Real):
            raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
        if amount < 0 or isinstance(amount, float) and amount > 1:
            raise ValueError(f"amount={amount} should either be a float in the range [0.0, 1.0] or a non-negative integer")
        self.amount = amount

    def _count(self, size: int) -> int:
        count = self.amount if isinstance(self.amount, int) else round(self.amount * size)
        if count > size:
            raise ValueError(f"amount={count} should be smaller than the number of parameters to prune={size}")
        return count


def _without(default_mask: Tensor, indices: Tensor) -> Tensor:
    return default_mask.flatten().index_fill(0, indices, 0).reshape(default_mask.shape)


class L1Unstructured(_Amount):
    """Prunes the smallest entries."""

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        count = self._count(t.numel())
        return _without(default_mask, t.abs().flatten().topk(count, largest=False).indices) if count else default_mask.clone()


class RandomUnstructured(_Amount):
    """Prunes entries at random."""

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        return _without(default_mask, _C.randperm(t.numel())[:self._count(t.numel())])


class _Structured(_Amount):
    """Channels: slices along an axis."""

    PRUNING_TYPE = "structured"

    def __init__(self, amount: Amount, dim: int = -1) -> None:
        super().__init__(amount)
        self.dim = dim

    def _scores(self, t: Tensor) -> Tensor:
        raise NotImplementedError

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        if t.dim() <= 1:
            raise ValueError(f"structured pruning is for tensors of 2 or more axes, not of shape {tuple(t.shape)}")
        size = t.shape[self.dim]
        kept = self._scores(t).topk(size - self._count(size)).indices
        mask = _C.zeros(size, dtype=default_mask.dtype).index_fill(0, kept, 1)
        return default_mask * mask.reshape([size if axis == self.dim % t.dim() else 1 for axis in range(t.dim())])


class LnStructured(_Structured):
    """Prunes the channels of the smallest n-norm."""

    def __init__(self, amount: Amount, n: Any, dim: int = -1) -> None:
        super().__init__(amount, dim)
        self.n = n

    def _scores(self, t: Tensor) -> Tensor:
        return t.movedim(self.dim, 0).flatten(1).norm(p=2 if self.n == "fro" else self.n, dim=1)


class RandomStructured(_Structured):
    """Prunes channels at random."""

    def _scores(self, t: Tensor) -> Tensor:
        return _C.rand(t.shape[self.dim])


class CustomFromMask(BasePruningMethod):
    """Prunes the entries where the mask is 0."""

    PRUNING_TYPE = "global"

    def __init__(self, mask: Tensor) -> None:
        self.mask = mask

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        if default_mask.shape != self.mask.shape:
            raise AssertionError(f"the mask has shape {tuple(self.mask.shape)}, but the tensor {tuple(default_mask.shape)}")
        return default_mask * self.mask.to(dtype=default_mask.dtype)


def identity(module: Module, name: str) -> Module:
    """Gives a parameter a mask of ones."""
    Identity.apply(module, name)
    return module


def random_unstructured(module: Module, name: str, amount: Amount) -> Module:
    """Prunes `amount` entries (or, of a float, such a part of them) at random."""
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module: Module, name: str, amount: Amount, importance_scores: Optional[Tensor] = None) -> Module:
    """Prunes the `amount` smallest entries (of a float: such a part of them), by their size or by scores of one's own."""
    L1Unstructured.apply(module, name, amount, importance_scores=importance_scores)
    return module


def random_structured(module: Module, name: str, amount: Amount, dim: int) -> Module:
    """Prunes channels along an axis at random."""
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(module: Module, name: str, amount: Amount, n: Any, dim: int,
                  importance_scores: Optional[Tensor] = None) -> Module:
    """Prunes the channels along an axis of the smallest n-norm."""
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: Module, name: str, mask: Tensor) -> Module:
    """Prunes the entries where the mask is 0."""
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(parameters: Iterable[tuple[Module, str]], pruning_method: Any, importance_scores: Any = None,
                        **kwargs: Any) -> None:
    """Prunes several parameters at once, as if they were one.

    Parameters
    ----------
    parameters : iterable of (module, name)
    pruning_method : class
        L1Unstructured, for example; it is made of the keyword arguments.
    importance_scores : dict of (module, name): Tensor, optional
    """
    if not isinstance(parameters, Iterable):
        raise TypeError("global_unstructured(): parameters is not an Iterable")
    given, scores = list(parameters), importance_scores or {}
    method = pruning_method(**kwargs)
    if method.PRUNING_TYPE != "unstructured":
        raise TypeError(f'Only "unstructured" PRUNING_TYPE supported for the `pruning_method`. Found method {pruning_method} of '
                        f"type {method.PRUNING_TYPE}")
    tensors: list[Any] = [scores.get((module, name), getattr(module, name)).detach() for module, name in given]
    masks = [getattr(module, name + "_mask", _C.ones_like(t)) for (module, name), t in zip(given, tensors)]
    method._tensor_name = "all"
    mask = PruningContainer(method).compute_mask(_C.cat([t.flatten() for t in tensors]),
                                                 default_mask=_C.cat([m.flatten() for m in masks]))
    for (module, name), part, t in zip(given, mask.split([t.numel() for t in tensors]), tensors):
        custom_from_mask(module, name, part.reshape(t.shape))


def remove(module: Module, name: str) -> Module:
    """Makes a pruned parameter a plain one, with its zeros."""
    known = _hook_of(module, name)
    if known is None:
        raise ValueError(f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed")
    known[1].remove(module)
    del module._forward_pre_hooks[known[0]]
    return module


def is_pruned(module: Module) -> bool:
    """Whether the module, or one inside it, has pruned parameters."""
    return any(isinstance(hook, BasePruningMethod) for m in module.modules() for hook in m._forward_pre_hooks.values())
