"""Gradients compared with central differences (limpid/autograd/gradcheck.h)."""

from __future__ import annotations

from typing import Any, Callable, Sequence, Union

from limpid import _C
from limpid._C import Tensor


class GradcheckError(RuntimeError):
    """A gradient differs from the central difference; the message says where, and both values."""


def _check(func: Callable[..., Any], inputs: Any, eps: float, atol: float, rtol: float, raise_exception: bool,
           second: bool) -> bool:
    inputs = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    places = [i for i, x in enumerate(inputs) if isinstance(x, Tensor)]
    if not any(inputs[i].requires_grad for i in places):
        raise ValueError("gradcheck: at least one input must require grad")

    def of_tensors(*tensors: Any) -> Any:
        arguments = list(inputs)
        for i, tensor in zip(places, tensors):
            arguments[i] = tensor
        result = func(*arguments)
        results = (result,) if isinstance(result, Tensor) else result
        return [r for r in results if isinstance(r, Tensor)]

    ok, worst = _C._gradcheck(of_tensors, [inputs[i] for i in places], eps, atol, rtol, second)
    if not ok and raise_exception:
        raise GradcheckError(f"{'gradgradcheck' if second else 'gradcheck'}: {worst}")
    return ok


def gradcheck(func: Callable[..., Any], inputs: Union[Tensor, Sequence[Any]], *, eps: float = 1e-6, atol: float = 1e-5,
              rtol: float = 1e-3, raise_exception: bool = True, **ignored: Any) -> bool:
    """Checks the gradient of `func` at `inputs` against (f(x + eps) - f(x - eps)) / 2 eps.

    Parameters
    ----------
    func : callable
        Takes the inputs, returns a tensor or several; the same each time.
    inputs : Tensor or sequence
        Those that require grad must be float64.
    raise_exception : bool
        Raise GradcheckError where they differ, or return False.

    Returns
    -------
    bool
    """
    return _check(func, inputs, eps, atol, rtol, raise_exception, second=False)


def gradgradcheck(func: Callable[..., Any], inputs: Union[Tensor, Sequence[Any]], grad_outputs: Any = None, *,
                  eps: float = 1e-6,
                  atol: float = 1e-5, rtol: float = 1e-3, raise_exception: bool = True, **ignored: Any) -> bool:
    """The same for second derivatives. The gradients that arrive at the outputs are drawn at random."""
    return _check(func, inputs, eps, atol, rtol, raise_exception, second=True)
