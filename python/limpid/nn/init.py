"""Starting values. All fill a tensor in place, whatever records, and return it.

fan_in of a weight (out, in, kernel...) is `in` times the kernel's size, fan_out `out` times it.
"""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import warnings
from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid._checked import check_all

_c = _C._modules


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which a nonlinearity shrinks the standard deviation, inverted. `param` is the slope of
    "leaky_relu" (0.01 by default)."""
    return _c.calculate_gain(nonlinearity, 0.01 if param is None else param)


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Tensor:
    """Uniform in [a, b)."""
    return _drawn(generator, _c.uniform_, tensor, a, b)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Tensor:
    """Normal."""
    return _drawn(generator, _c.normal_, tensor, mean, std)


def trunc_normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0,
                  generator: Any = None) -> Tensor:
    """Normal, within [a, b]."""
    return _drawn(generator, _c.trunc_normal_, tensor, mean, std, a, b)


def constant_(tensor: Tensor, val: float) -> Tensor:
    return _c.constant_(tensor, val)


def ones_(tensor: Tensor) -> Tensor:
    return _c.constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    return _c.constant_(tensor, 0.0)


def eye_(tensor: Tensor) -> Tensor:
    """Ones on the diagonal of a matrix."""
    return _c.eye_(tensor)


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """A convolution's weight that hands channels through, within each group."""
    return _c.dirac_(tensor, groups)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Uniform with bound gain sqrt(6 / (fan_in + fan_out)). Source: Glorot and Bengio, AISTATS 2010."""
    return _drawn(generator, _c.xavier_uniform_, tensor, gain)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Normal with standard deviation gain sqrt(2 / (fan_in + fan_out))."""
    return _drawn(generator, _c.xavier_normal_, tensor, gain)


def kaiming_uniform_(tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
                     generator: Any = None) -> Tensor:
    """Uniform with standard deviation gain / sqrt(fan). Source: He, Zhang, Ren, Sun, ICCV 2015."""
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=2)
        return tensor
    return _drawn(generator, _c.kaiming_uniform_, tensor, a, mode, nonlinearity)


def kaiming_normal_(tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
                    generator: Any = None) -> Tensor:
    """Normal with standard deviation gain / sqrt(fan)."""
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=2)
        return tensor
    return _drawn(generator, _c.kaiming_normal_, tensor, a, mode, nonlinearity)


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Any = None) -> Tensor:
    """Rows (or, where there are fewer, columns) of length `gain`, at right angles to each other. Source:
    Saxe, McClelland, Ganguli, ICLR 2014."""
    return _drawn(generator, _c.orthogonal_, tensor, gain)


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Any = None) -> Tensor:
    """A matrix with a part `sparsity` of each column zero and the rest normal. Source: Martens, ICML 2010."""
    return _drawn(generator, _c.sparse_, tensor, sparsity, std)


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    fan_in, fan_out = _c.fans_of(tensor)
    return int(fan_in), int(fan_out)


def _calculate_correct_fan(tensor: Tensor, mode: str) -> int:
    fans = dict(zip(("fan_in", "fan_out"), _calculate_fan_in_and_fan_out(tensor)))
    if mode.lower() not in fans:
        raise _C.ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    return fans[mode.lower()]


def _drawn(generator: Any, fill: Any, *args: Any) -> Tensor:
    if generator is None:
        return fill(*args)
    with _C._use_generator(generator):
        return fill(*args)


def _default(weight: Tensor, bias: Tensor | None) -> None:
    """How Linear and convolution layers start."""
    _c.default_init(weight, bias)


def _older(name: str) -> Any:
    """A filler under its name of before PyTorch 0.4, without the underscore."""
    fill = globals()[name]

    def filler(*args: Any, **kwargs: Any) -> Tensor:
        warnings.warn(f"nn.init.{name[:-1]} is now deprecated in favor of nn.init.{name}.", FutureWarning, 2)
        return fill(*args, **kwargs)

    filler.__name__ = name[:-1]
    filler.__doc__ = f"`{name}` under its older name."
    return filler


check_all(globals(), __name__)
uniform, normal, constant = _older("uniform_"), _older("normal_"), _older("constant_")
eye, dirac, orthogonal = _older("eye_"), _older("dirac_"), _older("orthogonal_")
xavier_uniform, xavier_normal = _older("xavier_uniform_"), _older("xavier_normal_")
kaiming_uniform, kaiming_normal = _older("kaiming_uniform_"), _older("kaiming_normal_")
