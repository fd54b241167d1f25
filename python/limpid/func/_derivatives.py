"""Functions that compute derivatives of a function, which can be nested in each other."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import functools
from typing import Any, Callable, Optional, Union

from limpid import _C
from limpid._C import Tensor
from limpid.autograd.grad_mode import enable_grad
from limpid.func._tree import leaves, mapped, refilled

Numbers = Union[int, tuple[int, ...]]


class _Inputs:
    """Tensors to differentiate by: those that have a history already keep it, the others become leaves."""

    def __init__(self, tree: Any, name: str, recorded: bool) -> None:
        for x in leaves(tree):
            if not isinstance(x, Tensor) or not x.is_floating_point():
                kind = x.dtype if isinstance(x, Tensor) else type(x).__name__
                raise _C.DTypeError(f"{name}: what is differentiated by must be tensors of floats, not {kind}")
        self.recorded = recorded
        self.own: list[Tensor] = []
        self.tree = mapped(self._root, tree)
        self.list = leaves(self.tree)

    def _root(self, x: Tensor) -> Tensor:
        if x.requires_grad:
            return x.view(x.shape)
        self.own.append(x.detach().requires_grad_())
        return self.own[-1]

    def outside(self, results: list[Any]) -> bool:
        """Whether results depend on anything beside the own leaves, so that someone outside may differentiate them; not where
        the caller records nothing."""
        if not self.recorded:
            return False
        own = {x.view(x.shape).grad_fn.next_functions[0][0] for x in self.own}  # type: ignore[union-attr]
        seen = set(own)
        waiting = [y.grad_fn for y in results if isinstance(y, Tensor) and y.grad_fn is not None]
        if any(isinstance(y, Tensor) and y.is_leaf and y.requires_grad and not any(y is x for x in self.own)
               for y in results):
            return True
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            below = [to for to, _ in node.next_functions if to is not None]
            if not below:
                return True
            waiting += below
        return False

    def gradients(self, y: Tensor, weight: Tensor, create_graph: bool) -> list[Tensor]:
        """weight x dy/dx, zeros where nothing depends."""
        if not y.requires_grad:
            return [_C.zeros_like(x) for x in self.list]
        found = _C._grad([y], self.list, [weight], True, create_graph, True)
        return [_C.zeros_like(x) if g is None else g for g, x in zip(found, self.list)]


def _chosen(args: tuple[Any, ...], argnums: Numbers, name: str, recorded: bool) -> tuple[_Inputs, tuple[Any, ...]]:
    """The inputs to differentiate by, and the arguments with them in their places."""
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for number in numbers:
        if not -len(args) <= number < len(args):
            raise RuntimeError(f"{name}: argnums {argnums} is out of range for {len(args)} arguments")
    inputs = _Inputs(args[numbers[0]] if isinstance(argnums, int) else tuple(args[n] for n in numbers), name, recorded)
    filled = list(args)
    for number, value in zip(numbers, (inputs.tree,) if isinstance(argnums, int) else inputs.tree):
        filled[number] = value
    return inputs, tuple(filled)


def _parted(result: Any, has_aux: bool, name: str) -> tuple[Any, Any]:
    if not has_aux:
        return result, None
    if not isinstance(result, tuple) or len(result) != 2:
        raise RuntimeError(f"{name}: with has_aux=True the function must return a tuple (output, aux)")
    return result


def _free(tree: Any, outside: bool) -> Any:
    """Results for the caller: without a history where it could only lead to leaves of our own."""
    return tree if outside else mapped(lambda x: x.detach() if isinstance(x, Tensor) else x, tree)


def grad_and_value(func: Callable[..., Any], argnums: Numbers = 0, has_aux: bool = False) -> Callable[..., Any]:
    """A function that returns the gradient of func and its value; see grad. With `has_aux`: (gradient, (value, aux))."""

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        recorded = _C.is_grad_enabled()
        with enable_grad():
            inputs, filled = _chosen(args, argnums, "grad", recorded)
            value, aux = _parted(func(*filled, **kwargs), has_aux, "grad")
            if not isinstance(value, Tensor) or value.dim() != 0:
                got = f"a tensor of shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
                raise RuntimeError(f"grad: the function must return a scalar tensor, got {got}; call .sum() or .mean()")
            outside = inputs.outside([value, *leaves(aux)])
            gradients = inputs.gradients(value, _C.ones_like(value.detach()), outside)
        gradient = _free(refilled(inputs.tree, gradients), outside)
        value, aux = _free((value, aux), outside)
        return gradient, ((value, aux) if has_aux else value)

    return call


def grad(func: Callable[..., Any], argnums: Numbers = 0, has_aux: bool = False) -> Callable[..., Any]:
    """A function that returns the gradient of func, whose result is a scalar.

    Parameters
    ----------
    argnums : int or tuple of int
        The arguments to differentiate by: tensors, or tuples, lists and dicts of them. The gradient has their structure.
    has_aux : bool
        func returns (output, aux), and the new function (gradient, aux).

    >>> limpid.func.grad(lambda x: (x ** 3).sum())(limpid.tensor([1.0, 2.0]))
    tensor([ 3., 12.])
    """

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        gradient, value = grad_and_value(func, argnums, has_aux)(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return call


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """The output of func, and a function of cotangents: their products with the Jacobian.

    Returns
    -------
    (output, function), or (output, function, aux) with `has_aux`
        The function takes what has the output's structure, and returns a tuple with one entry a primal.
    """
    recorded = _C.is_grad_enabled()
    with enable_grad():
        inputs = _Inputs(primals, "vjp", recorded)
        output, aux = _parted(func(*inputs.tree), has_aux, "vjp")
        outside = inputs.outside([*leaves(output), *leaves(aux)])

    def product(*cotangents: Any) -> Any:
        given = leaves(cotangents)
        if len(given) != len(leaves(output)):
            raise RuntimeError(f"vjp: the output has {len(leaves(output))} tensors, but {len(given)} cotangents are given")
        graph = outside or any(w.requires_grad for w in given)
        with enable_grad():
            rows = [inputs.gradients(y, w, graph) for y, w in zip(leaves(output), given)]
            total = [functools.reduce(_C.add, column) for column in zip(*rows)]
        return _free(refilled(inputs.tree, total), graph)

    shown, aux = _free((output, aux), outside)
    return (shown, product, aux) if has_aux else (shown, product)


def jvp(func: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], *, strict: bool = False,
        has_aux: bool = False) -> Any:
    """The output of func, and the product of its Jacobian with tangents, by two backward passes.

    Returns
    -------
    (output, product), or (output, product, aux) with `has_aux`
    """
    if not isinstance(primals, tuple) or not isinstance(tangents, tuple) or len(leaves(primals)) != len(leaves(tangents)):
        raise RuntimeError("jvp: primals and tangents must be tuples of one structure")
    recorded = _C.is_grad_enabled()
    with enable_grad():
        inputs = _Inputs(primals, "jvp", recorded)
        output, aux = _parted(func(*inputs.tree), has_aux, "jvp")
        outside = inputs.outside([*leaves(output), *leaves(aux)]) or any(t.requires_grad for t in leaves(tangents))
        products = [_forward(inputs, y, leaves(tangents), outside) for y in leaves(output)]
    shown, product, aux = _free((output, refilled(output, products), aux), outside)
    return (shown, product, aux) if has_aux else (shown, product)


def _forward(inputs: _Inputs, y: Tensor, tangents: list[Tensor], create_graph: bool) -> Tensor:
    """The gradient is linear in its weight, so its own gradient by the weight is the Jacobian's product with the tangents."""
    weight = _C.zeros_like(y.detach()).requires_grad_()
    pairs = [(g, t) for g, t in zip(inputs.gradients(y, weight, True), tangents) if g.requires_grad]
    if not pairs:
        return _C.zeros_like(y)
    gradients, given = zip(*pairs)
    found: Optional[Tensor] = _C._grad(list(gradients), [weight], list(given), True, create_graph, True)[0]
    return _C.zeros_like(y) if found is None else found


def jacrev(func: Callable[..., Any], argnums: Numbers = 0, *, has_aux: bool = False, chunk_size: Optional[int] = None,
           _preallocate_and_copy: bool = False) -> Callable[..., Any]:
    """A function that returns the Jacobian of func: of shape output.shape + input.shape for each output and input, by one
    backward pass an element of the output.

    Parameters
    ----------
    argnums, has_aux
        As of grad.
    chunk_size : int, optional
        Taken, without effect.
    """

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        recorded = _C.is_grad_enabled()
        with enable_grad():
            inputs, filled = _chosen(args, argnums, "jacrev", recorded)
            output, aux = _parted(func(*filled, **kwargs), has_aux, "jacrev")
            outside = inputs.outside([*leaves(output), *leaves(aux)])
            blocks = [refilled(inputs.tree, _rows(inputs, y, outside)) for y in leaves(output)]
        jacobian, aux = _free((refilled(output, blocks), aux), outside)
        return (jacobian, aux) if has_aux else jacobian

    return call


def _rows(inputs: _Inputs, y: Tensor, create_graph: bool) -> list[Tensor]:
    if y.numel() == 0:
        return [_C.zeros((*y.shape, *x.shape), dtype=x.dtype) for x in inputs.list]
    weights = _C.eye(y.numel(), dtype=y.dtype).reshape((y.numel(), *y.shape))
    rows = [inputs.gradients(y, weight, create_graph) for weight in weights]
    return [_C.stack(list(column)).reshape((*y.shape, *x.shape)) for column, x in zip(zip(*rows), inputs.list)]


def jacfwd(func: Callable[..., Any], argnums: Numbers = 0, has_aux: bool = False, *,
           randomness: str = "error") -> Callable[..., Any]:
    """The same as jacrev: there is no forward mode."""
    return jacrev(func, argnums, has_aux=has_aux)


def hessian(func: Callable[..., Any], argnums: Numbers = 0) -> Callable[..., Any]:
    """A function that returns the second derivatives of func: the Jacobian of its Jacobian."""
    return jacrev(jacrev(func, argnums), argnums)
