"""Gradients: grad, backward, Function, the modes, and checks of gradients. As torch.autograd."""

from __future__ import annotations

from typing import Any, Optional, Sequence, Union

from limpid import _C
from limpid._C import Tensor
from limpid.autograd import graph
from limpid.autograd.anomaly import detect_anomaly, set_detect_anomaly
from limpid.autograd.function import Function
from limpid.autograd.grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled, set_multithreading_enabled
from limpid.autograd.gradcheck import gradcheck, gradgradcheck
from limpid.autograd.variable import Variable

Tensors = Union[Tensor, Sequence[Tensor]]

__all__ = ["Function", "Variable", "backward", "detect_anomaly", "enable_grad", "forward_ad", "functional", "grad",
           "gradcheck", "gradgradcheck", "graph", "inference_mode", "no_grad", "profiler", "set_detect_anomaly", "set_multithreading_enabled",
           "set_grad_enabled"]


def __getattr__(name: str) -> Any:
    if name in ("forward_ad", "functional", "profiler"):  # loaded when they are first asked for
        import importlib

        return importlib.import_module(f"limpid.autograd.{name}")
    raise AttributeError(f"module 'limpid.autograd' has no attribute '{name}'")


def _as_list(tensors: Any, name: str, or_none: bool = False) -> list[Any]:
    if isinstance(tensors, Tensor):
        return [tensors]
    if isinstance(tensors, (str, bytes, dict)) or not hasattr(tensors, "__iter__"):
        raise TypeError(f"{name} must be a tensor or a sequence of tensors, not {type(tensors).__name__}")
    listed = list(tensors)
    for i, tensor in enumerate(listed):
        if not isinstance(tensor, Tensor) and not (or_none and tensor is None):
            raise TypeError(f"{name}[{i}] must be a tensor{' or None' * or_none}, not {type(tensor).__name__}")
    return listed


def _gradients(given: Optional[Tensors], outputs: list[Any]) -> list[Any]:
    if given is None:
        return [None] * len(outputs)
    gradients = _as_list(given, "grad_outputs", or_none=True)
    if len(gradients) != len(outputs):
        raise RuntimeError(f"got {len(outputs)} tensors and {len(gradients)} gradients")
    return gradients


def grad(outputs: Tensors, inputs: Tensors, grad_outputs: Optional[Tensors] = None,
         retain_graph: Optional[bool] = None, create_graph: bool = False, only_inputs: bool = True,
         allow_unused: Optional[bool] = None, is_grads_batched: bool = False,
         materialize_grads: bool = False) -> tuple[Tensor, ...]:
    """The gradients of a sum of outputs with respect to inputs, leaving every `.grad` alone.

    Parameters
    ----------
    outputs, inputs : Tensor or sequence of Tensor
    grad_outputs : Tensor or sequence of (Tensor or None), optional
        Weights of the outputs; may be left out for single elements.
    retain_graph : bool, optional
        Keep what was saved, for another pass. Default: the value of create_graph.
    create_graph : bool
        Record this pass too, for higher derivatives.
    allow_unused : bool, optional
        None as the gradient of an input that does not matter, and no error.
    is_grads_batched : bool
        grad_outputs have one more axis in front: a pass for each entry of it, and gradients stacked along it.
    materialize_grads : bool
        Zeros in place of those None.

    Returns
    -------
    tuple of (Tensor or None)
        One gradient an input.
    """
    if is_grads_batched:
        return _grad_of_each(outputs, inputs, grad_outputs, bool(create_graph if retain_graph is None else retain_graph),
                             create_graph=create_graph, allow_unused=allow_unused, materialize_grads=materialize_grads)
    outputs, inputs = _as_list(outputs, "outputs"), _as_list(inputs, "inputs")
    if materialize_grads and allow_unused is False:
        raise ValueError("materialize_grads=True needs allow_unused=True or none given")
    found = _C._grad(outputs, inputs, _gradients(grad_outputs, outputs),
                     bool(create_graph if retain_graph is None else retain_graph), bool(create_graph),
                     bool(allow_unused or materialize_grads))
    if materialize_grads:
        found = [_C.zeros_like(x) if g is None else g for g, x in zip(found, inputs)]
    return tuple(found)


def _grad_of_each(outputs: Tensors, inputs: Tensors, grad_outputs: Optional[Tensors], retain_graph: bool,
                  **how: Any) -> tuple[Tensor, ...]:
    given = _gradients(grad_outputs, _as_list(outputs, "outputs"))
    counts = {g.shape[0] for g in given if g is not None and g.dim()}
    if len(counts) != 1 or 0 in counts or any(g is not None and not g.dim() for g in given):
        raise RuntimeError("grad: is_grads_batched needs grad_outputs with one more axis in front, of the same size for all")
    count = counts.pop()
    passes = []
    for i in range(count):
        rows: list[Any] = [None if g is None else g[i] for g in given]
        passes.append(grad(outputs, inputs, rows, retain_graph=retain_graph or i + 1 < count, **how))
    return tuple(None if each[0] is None else _C.stack(list(each)) for each in zip(*passes))  # type: ignore[misc]


def backward(tensors: Tensors, grad_tensors: Optional[Tensors] = None, retain_graph: Optional[bool] = None,
             create_graph: bool = False, grad_variables: Optional[Tensors] = None,
             inputs: Optional[Tensors] = None) -> None:
    """Adds the gradients of tensors to `.grad` of the leaves they depend on, or of `inputs` alone."""
    outputs = _as_list(tensors, "tensors")
    given = grad_variables if grad_tensors is None else grad_tensors
    _C._backward(outputs, _gradients(given, outputs), bool(create_graph if retain_graph is None else retain_graph),
                 bool(create_graph), None if inputs is None else _as_list(inputs, "inputs"))
