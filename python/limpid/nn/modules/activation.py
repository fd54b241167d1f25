"""Activations as layers. All but GLU keep the shape."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.nn import init
from limpid.nn.modules import asserted
from limpid.nn.modules.layer import Layer, in_place
from limpid.nn.modules.linear import NonDynamicallyQuantizableLinear


class _Activation(Layer):
    """A function of one tensor and the numbers named in `_options`."""

    _factory: Any  # of the C++ module

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(*(getattr(self, name) for name in self._options))


class _InplaceActivation(_Activation):
    """With inplace=True the result is written into the input too."""

    inplace: bool

    def forward(self, input: Tensor) -> Tensor:
        if self.inplace:
            return in_place(self._cpp, input)
        return self._cpp.forward(input)

    def extra_repr(self) -> str:
        numbers = [f"{name}={getattr(self, name)}" for name in self._options]
        return ", ".join(numbers + (["inplace=True"] if self.inplace else []))


class _PlainInplace(_InplaceActivation):
    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace
        self._build()


class _Plain(_Activation):
    def __init__(self) -> None:
        super().__init__()
        self._build()


class ReLU(_PlainInplace):
    """max(x, 0)

    >>> limpid.nn.ReLU()(limpid.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    _factory = _C._modules.ReLU


class ReLU6(_PlainInplace):
    """min(max(x, 0), 6)"""

    _factory = _C._modules.ReLU6


class SELU(_PlainInplace):
    """scale (max(x, 0) + min(alpha (exp(x) - 1), 0)), which keeps mean 0 and variance 1."""

    _factory = _C._modules.SELU


class SiLU(_PlainInplace):
    """x sigmoid(x)"""

    _factory = _C._modules.SiLU


class Mish(_PlainInplace):
    """x tanh(log(1 + exp(x)))"""

    _factory = _C._modules.Mish


class Hardsigmoid(_PlainInplace):
    """min(max(x / 6 + 1/2, 0), 1)"""

    _factory = _C._modules.Hardsigmoid

    def extra_repr(self) -> str:
        return ""


class Hardswish(_PlainInplace):
    """x min(max(x / 6 + 1/2, 0), 1)"""

    _factory = _C._modules.Hardswish

    def extra_repr(self) -> str:
        return ""


class Sigmoid(_Plain):
    """1 / (1 + exp(-x))"""

    _factory = _C._modules.Sigmoid


class LogSigmoid(_Plain):
    """log(1 / (1 + exp(-x)))"""

    _factory = _C._modules.LogSigmoid


class Tanh(_Plain):
    """tanh(x)"""

    _factory = _C._modules.Tanh


class Tanhshrink(_Plain):
    """x - tanh(x)"""

    _factory = _C._modules.Tanhshrink


class Softsign(_Plain):
    """x / (1 + |x|)"""

    _factory = _C._modules.Softsign


class LeakyReLU(_InplaceActivation):
    """x where it is positive, else negative_slope x."""

    _factory = _C._modules.LeakyReLU
    _options = ("negative_slope",)

    def __init__(self, negative_slope: float = 1e-2, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace
        self._build()


class ELU(_InplaceActivation):
    """x where it is positive, else alpha (exp(x) - 1)."""

    _factory = _C._modules.ELU
    _options = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace
        self._build()


class CELU(_InplaceActivation):
    """max(x, 0) + min(alpha (exp(x / alpha) - 1), 0)"""

    _factory = _C._modules.CELU
    _options = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace
        self._build()


class Hardtanh(_InplaceActivation):
    """min(max(x, min_val), max_val)"""

    _factory = _C._modules.Hardtanh
    _options = ("min_val", "max_val")

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        if not max_val > min_val:
            raise asserted.ValueError(f"Hardtanh: max_val {max_val} must be above min_val {min_val}")
        self.min_val = min_val
        self.max_val = max_val
        self.inplace = inplace
        self._build()


class Threshold(_InplaceActivation):
    """x where it is above the threshold, else value."""

    _factory = _C._modules.Threshold
    _options = ("threshold", "value")

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace
        self._build()


class RReLU(_InplaceActivation):
    """x where it is positive; else x times a slope that is drawn for each element in training, and the mean
    of lower and upper in evaluation."""

    _factory = _C._modules.RReLU
    _options = ("lower", "upper")

    def __init__(self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower = lower
        self.upper = upper
        self.inplace = inplace
        self._build()


class Hardshrink(_Activation):
    """0 where |x| <= lambd, else x."""

    _factory = _C._modules.Hardshrink
    _options = ("lambd",)

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd
        self._build()

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Softshrink(_Activation):
    """x moved towards 0 by lambd, and 0 where |x| <= lambd."""

    _factory = _C._modules.Softshrink
    _options = ("lambd",)

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd
        self._build()

    def extra_repr(self) -> str:
        return str(self.lambd)


class Softplus(_Activation):
    """log(1 + exp(beta x)) / beta, and x where beta x is above the threshold."""

    _factory = _C._modules.Softplus
    _options = ("beta", "threshold")

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold
        self._build()

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class GELU(_Activation):
    """x P(N < x) of a standard normal N; approximate="tanh" computes it by tanh."""

    _factory = _C._modules.GELU
    _options = ("approximate",)

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate
        self._build()

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class GLU(_Activation):
    """The first half along an axis times the sigmoid of the second: the axis becomes half as long."""

    _factory = _C._modules.GLU
    _options = ("dim",)

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim
        self._build()

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class _AlongAxis(_Activation):
    _options = ("dim",)

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim
        self._build()

    def _make(self, device: Any, dtype: Any) -> Any:
        return super()._make(device, dtype) if self.dim is not None else self._factory(0)

    def forward(self, input: Tensor) -> Tensor:
        if self.dim is None and isinstance(input, Tensor):  # PyTorch's old habit, by the rank
            axis = 0 if input.dim() in (0, 1, 3) else 1
            return self._factory(axis).forward(input)
        return self._cpp.forward(input)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_AlongAxis):
    """exp(x) / sum(exp(x)) along an axis."""

    _factory = _C._modules.Softmax


class LogSoftmax(_AlongAxis):
    """The logarithm of Softmax, computed without it."""

    _factory = _C._modules.LogSoftmax


class Softmin(_AlongAxis):
    """Softmax of -x."""

    _factory = _C._modules.Softmin


class Softmax2d(_Plain):
    """Softmax over the channels of (N, C, H, W) or (C, H, W), at each pixel."""

    _factory = _C._modules.Softmax2d


class PReLU(Layer):
    """A leaky ReLU with a learned slope for all, or for each of num_parameters channels.

    Attributes
    ----------
    weight : (num_parameters,), `init` at first
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None,
                 dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self._build(device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.PReLU(self.num_parameters, self.init, device, dtype)

    def reset_parameters(self) -> None:
        init.constant_(self.weight, self.init)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class MultiheadAttention(Layer):
    """Attention with several heads: every position looks at all others, in several ways at once.

    Parameters
    ----------
    embed_dim, num_heads : int
        num_heads divides embed_dim.
    dropout : float
        Of the attention weights, in training.
    bias : bool
    add_bias_kv, add_zero_attn : bool
        A learned key and value, and ones of zeros, behind the others.
    kdim, vdim : int, optional
        Features of keys and values; embed_dim if left out.
    batch_first : bool
        (B, T, features) in place of (T, B, features).

    Attributes
    ----------
    in_proj_weight : (3 embed_dim, embed_dim), or q_proj_weight, k_proj_weight and v_proj_weight
    in_proj_bias : (3 embed_dim,)
    out_proj : Linear
    """

    _options = ("embed_dim", "kdim", "vdim", "num_heads", "dropout", "batch_first", "add_bias_kv",
                "add_zero_attn")

    def __init__(self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True,
                 add_bias_kv: bool = False, add_zero_attn: bool = False, kdim: int | None = None,
                 vdim: int | None = None, batch_first: bool = False, device: Any = None,
                 dtype: Any = None) -> None:
        super().__init__()
        self.embed_dim = embed_dim
        self.kdim = kdim if kdim is not None else embed_dim
        self.vdim = vdim if vdim is not None else embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads if num_heads else 0
        self.add_bias_kv = add_bias_kv
        self.add_zero_attn = add_zero_attn
        self._with_bias = bias
        self._build(device, dtype)
        out_proj = NonDynamicallyQuantizableLinear.__new__(NonDynamicallyQuantizableLinear)
        Layer.__init__(out_proj)
        out_proj.in_features = out_proj.out_features = embed_dim
        out_proj._with_bias = bias
        out_proj._take(self._cpp.child("out_proj"))
        self.out_proj = out_proj

    @property
    def _qkv_same_embed_dim(self) -> bool:
        return self.kdim == self.embed_dim and self.vdim == self.embed_dim

    def _make(self, device: Any, dtype: Any) -> Any:
        with asserted.asserted():
            return _C._modules.MultiheadAttention(self.embed_dim, self.num_heads, self.dropout, self._with_bias,
                                                  self.add_bias_kv, self.add_zero_attn, self.kdim, self.vdim,
                                                  self.batch_first, device, dtype)

    def _adopt(self, cpp: Any) -> None:
        super()._adopt(cpp)
        self.out_proj._adopt(cpp.child("out_proj"))

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "out_proj" and "out_proj" in self._modules and not isinstance(value, Layer):
            raise _C.ValueError("MultiheadAttention: out_proj is a part of the C++ layer; it can be replaced "
                                "by "
                                f"another Linear, not by {type(value).__name__}")
        super().__setattr__(name, value)
        if name == "out_proj":
            value._adopt(self._cpp.child("out_proj"))

    def forward(self, query: Tensor, key: Tensor, value: Tensor, key_padding_mask: Tensor | None = None,
                need_weights: bool = True, attn_mask: Tensor | None = None, average_attn_weights: bool = True,
                is_causal: bool = False) -> tuple[Tensor, Tensor | None]:
        """
        Parameters
        ----------
        query, key, value : (T, B, embed_dim), (S, B, kdim), (S, B, vdim), or without B
        key_padding_mask : (B, S), optional
            True (or -inf) where a key is padding.
        need_weights : bool
            Whether the weights are wanted too; False is faster.
        attn_mask : (T, S) or (B num_heads, T, S), optional
            True where nothing may be looked at, or what is added to the scores.
        is_causal : bool
            A hint, beside attn_mask, that position t looks at 0 .. t alone.

        Returns
        -------
        (output like the query, weights (B, T, S) or None)
        """
        if is_causal and attn_mask is None:
            raise _C.ValueError("MultiheadAttention: need attn_mask if specifying the is_causal hint")
        self.out_proj._cpp  # where its weight is computed, it gets the value of now
        with asserted.asserted():
            return _C._modules.attend(self._cpp, query, key, value, key_padding_mask, need_weights, attn_mask,
                                      average_attn_weights, is_causal)
