"""Whole Jacobians and Hessians, and their products with vectors. As torch.autograd.functional."""

from __future__ import annotations

from typing import Any, Callable, Optional

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all
from limpid.autograd.grad_mode import enable_grad


def _tuple(x: Any) -> tuple[Any, ...]:
    return (x,) if isinstance(x, Tensor) else tuple(x)


def _fresh(inputs: tuple[Any, ...], create_graph: bool) -> tuple[Any, ...]:
    """Inputs to differentiate by: leaves of their own, or, under create_graph, tensors with a history."""
    if create_graph:
        return tuple(x.view(x.shape) if x.requires_grad else x.detach().requires_grad_() for x in inputs)
    return tuple(x.detach().requires_grad_() for x in inputs)


def _gradients(outputs: tuple[Any, ...], inputs: tuple[Any, ...], weights: tuple[Any, ...],
               create_graph: bool) -> tuple[Any, ...]:
    """sum over outputs of weight x d output / d input, zeros where nothing depends."""
    recorded = [(y, w) for y, w in zip(outputs, weights) if y.requires_grad]
    if not recorded:
        return tuple(_C.zeros_like(x) for x in inputs)
    ys, ws = zip(*recorded)
    found = _C._grad(list(ys), list(inputs), list(ws), True, create_graph, True)
    return tuple(_C.zeros_like(x) if g is None else g for g, x in zip(found, inputs))


def _done(results: tuple[Any, ...], single: bool, create_graph: bool) -> Any:
    if not create_graph:
        results = tuple(r.detach() for r in results)
    return results[0] if single else results


def jacobian(func: Callable[..., Any], inputs: Any, create_graph: bool = False, strict: bool = False,
             vectorize: bool = False, strategy: str = "reverse-mode") -> Any:
    """The Jacobian of func at inputs: of shape output.shape + input.shape, one for each pair.

    Returns
    -------
    Tensor, tuple of Tensor, or tuple of tuples
        Nested by outputs, then inputs, where func has several of them.
    """
    single_input = isinstance(inputs, Tensor)
    with enable_grad():
        leaves = _fresh(_tuple(inputs), create_graph)
        result = func(*leaves)
        single_output = isinstance(result, Tensor)
        rows = tuple(_jacobian_of(y, leaves, create_graph, strict) for y in _tuple(result))
    rows = tuple(_done(row, single_input, create_graph) for row in rows)
    return rows[0] if single_output else rows


def _jacobian_of(y: Tensor, leaves: tuple[Any, ...], create_graph: bool, strict: bool) -> tuple[Any, ...]:
    if strict and not y.requires_grad:
        raise RuntimeError("jacobian: an output does not depend on the inputs, which strict=True forbids")
    rows = []
    for i in range(y.numel()):
        weight = _C.zeros_like(y.detach()).reshape(-1)
        weight[i] = 1
        rows.append(_gradients((y,), leaves, (weight.reshape(y.shape),), create_graph))
    if not rows:
        return tuple(_C.zeros((*y.shape, *x.shape), dtype=x.dtype) for x in leaves)
    return tuple(_C.stack([row[k] for row in rows]).reshape(tuple(y.shape) + tuple(x.shape))
                 for k, x in enumerate(leaves))


def hessian(func: Callable[..., Any], inputs: Any, create_graph: bool = False, strict: bool = False,
            vectorize: bool = False, outer_jacobian_strategy: str = "reverse-mode") -> Any:
    """The second derivatives of a func whose result is a single element.

    Returns
    -------
    Tensor or tuple of tuples of Tensor
        Of shape input.shape + input.shape for each pair of inputs.
    """
    single = isinstance(inputs, Tensor)

    def gradient(*leaves: Any) -> Any:
        y = func(*leaves)
        if not isinstance(y, Tensor) or y.numel() != 1:
            raise RuntimeError("hessian: func must return a tensor with a single element")
        found = _gradients((y,), leaves, (_C.ones_like(y.detach()),), True)
        return found[0] if single else found

    return jacobian(gradient, inputs, create_graph, strict)


def _weights(v: Optional[Any], tensors: tuple[Any, ...], what: str) -> tuple[Any, ...]:
    if v is None:
        if any(t.numel() != 1 for t in tensors):
            raise RuntimeError(f"v may only be left out where each {what} is a single element")
        return tuple(_C.ones_like(t.detach()) for t in tensors)
    v = _tuple(v)
    if len(v) != len(tensors) or any(a.shape != b.shape for a, b in zip(v, tensors)):
        raise RuntimeError(f"v must have the number and the shapes of the {what}s")
    return v


def vjp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False,
        strict: bool = False) -> tuple[Any, ...]:
    """func(inputs), and v times its Jacobian: what backward computes."""
    single = isinstance(inputs, Tensor)
    with enable_grad():
        leaves = _fresh(_tuple(inputs), create_graph)
        result = func(*leaves)
        outputs = _tuple(result)
        found = _gradients(outputs, leaves, _weights(v, outputs, "output"), create_graph)
    return _done(outputs, isinstance(result, Tensor), create_graph), _done(found, single, create_graph)


def jvp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False,
        strict: bool = False) -> tuple[Any, ...]:
    """func(inputs), and its Jacobian times v: d/du of the vector-Jacobian product u J, which is linear in u."""
    with enable_grad():
        leaves = _fresh(_tuple(inputs), create_graph)
        result = func(*leaves)
        outputs = _tuple(result)
        v = _weights(v, leaves, "input")
        u = tuple(_C.zeros_like(y.detach()).requires_grad_() for y in outputs)
        products = _gradients(outputs, leaves, u, True)
        found = _gradients(products, u, v, create_graph)
    single = isinstance(result, Tensor)
    return _done(outputs, single, create_graph), _done(found, single, create_graph)


def vhp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False,
        strict: bool = False) -> tuple[Any, ...]:
    """func(inputs), and v times its Hessian."""
    single = isinstance(inputs, Tensor)
    with enable_grad():
        leaves = _fresh(_tuple(inputs), create_graph)
        y = func(*leaves)
        first = _gradients((y,), leaves, (_C.ones_like(y.detach()),), True)
        found = _gradients(first, leaves, _weights(v, leaves, "input"), create_graph)
    return _done((y,), True, create_graph), _done(found, single, create_graph)


hvp = vhp  # a Hessian is symmetric


check_all(globals(), __name__, name_themselves=False)  # they call functions of users
