"""Functions behind layers under their names in `torch`, whose arguments come in another order there."""

from __future__ import annotations

from typing import Any, Callable, Optional, Sequence

from limpid import _C
from limpid._C import Tensor, _nn
from limpid._checked import check_all
from limpid._composites import Number


def embedding(weight: Tensor, indices: Tensor, padding_idx: int = -1, scale_grad_by_freq: bool = False,
              sparse: bool = False) -> Tensor:
    """Rows of a table, see limpid.nn.functional.embedding."""
    from limpid.nn import functional as F

    return F.embedding(indices, weight, None if padding_idx < 0 else padding_idx, None, 2.0, scale_grad_by_freq, sparse)


def batch_norm(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Optional[Tensor],
               running_var: Optional[Tensor], training: bool, momentum: float, eps: float,
               cudnn_enabled: bool = False) -> Tensor:
    """See limpid.nn.functional.batch_norm."""
    return _nn.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)


def instance_norm(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Optional[Tensor],
                  running_var: Optional[Tensor], use_input_stats: bool, momentum: float, eps: float,
                  cudnn_enabled: bool = False) -> Tensor:
    """See limpid.nn.functional.instance_norm."""
    return _nn.instance_norm(input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps)


def constant_pad_nd(input: Tensor, pad: Sequence[int], value: Number = 0) -> Tensor:
    """See limpid.nn.functional.pad."""
    return _nn.pad(input, pad, "constant", value)


def _layer_function(name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        from limpid.nn import functional as F

        return getattr(F, name)(*args, **kwargs)

    call.__name__ = name
    call.__doc__ = f"See limpid.nn.functional.{name}."
    return call


bilinear = _layer_function("bilinear")
celu_ = _layer_function("celu_")
channel_shuffle = _layer_function("channel_shuffle")
pdist = _layer_function("pdist")
pixel_shuffle = _layer_function("pixel_shuffle")
pixel_unshuffle = _layer_function("pixel_unshuffle")
rrelu = _layer_function("rrelu")
selu_ = _layer_function("selu_")
threshold_ = _layer_function("threshold_")

_REDUCTIONS = ("none", "mean", "sum")  # torch's own functions of losses take a number


def _loss(name: str, tensors: int, options: str) -> Callable[..., Any]:
    """A loss of some tensors and these options, by place or by name."""
    def call(*args: Any, **kwargs: Any) -> Any:
        given = {**dict(zip(options.split(), args[tensors:])), **kwargs}
        reduction = given.pop("reduction", 1)
        by_name = _REDUCTIONS[reduction] if isinstance(reduction, int) else reduction
        return getattr(_nn, name)(*args[:tensors], reduction=by_name, **given)

    call.__name__ = name
    call.__doc__ = f"See limpid.nn.functional.{name}; reduction is 0 (none), 1 (mean) or 2 (sum)."
    return call


binary_cross_entropy_with_logits = _loss("binary_cross_entropy_with_logits", 2, "weight pos_weight reduction")
cosine_embedding_loss = _loss("cosine_embedding_loss", 3, "margin reduction")
kl_div = _loss("kl_div", 2, "reduction log_target")
poisson_nll_loss = _loss("poisson_nll_loss", 2, "log_input full eps reduction")
triplet_margin_loss = _loss("triplet_margin_loss", 3, "margin p eps swap reduction")


# -- cells


def _gates(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor],
           b_hh: Optional[Tensor]) -> tuple[Tensor, Tensor]:
    return _nn.linear(input, w_ih, b_ih), _nn.linear(hx, w_hh, b_hh)


def rnn_tanh_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor] = None,
                  b_hh: Optional[Tensor] = None) -> Tensor:
    """tanh(W_ih x + b_ih + W_hh h + b_hh)."""
    x, h = _gates(input, hx, w_ih, w_hh, b_ih, b_hh)
    return (x + h).tanh()


def rnn_relu_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor] = None,
                  b_hh: Optional[Tensor] = None) -> Tensor:
    """relu(W_ih x + b_ih + W_hh h + b_hh)."""
    x, h = _gates(input, hx, w_ih, w_hh, b_ih, b_hh)
    return (x + h).relu()


def lstm_cell(input: Tensor, hx: Sequence[Tensor], w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor] = None,
              b_hh: Optional[Tensor] = None) -> tuple[Tensor, Tensor]:
    """One step of an LSTM: the new h and c."""
    x, h = _gates(input, hx[0], w_ih, w_hh, b_ih, b_hh)
    i, f, g, o = (x + h).chunk(4, -1)
    c = f.sigmoid() * hx[1] + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def gru_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor] = None,
             b_hh: Optional[Tensor] = None) -> Tensor:
    """One step of a GRU: the new h."""
    x, h = _gates(input, hx, w_ih, w_hh, b_ih, b_hh)
    (xr, xz, xn), (hr, hz, hn) = x.chunk(3, -1), h.chunk(3, -1)
    r, z = (xr + hr).sigmoid(), (xz + hz).sigmoid()
    n = (xn + r * hn).tanh()
    return n + z * (hx - n)

# -- images and sequences

_MODES, _PADDINGS = ("bilinear", "nearest", "bicubic"), ("zeros", "border", "reflection")


def grid_sampler(input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int,
                 align_corners: bool) -> Tensor:
    """grid_sample by the numbers of its modes: bilinear, nearest, bicubic; zeros, border, reflection."""
    return _nn.grid_sample(input, grid, _MODES[interpolation_mode], _PADDINGS[padding_mode], align_corners)


grid_sampler_2d = grid_sampler_3d = grid_sampler


def affine_grid_generator(theta: Tensor, size: Sequence[int], align_corners: bool) -> Tensor:
    """See limpid.nn.functional.affine_grid."""
    return _nn.affine_grid(theta, size, align_corners)


def conv_tbc(input: Tensor, weight: Tensor, bias: Tensor, pad: int = 0) -> Tensor:
    """conv1d of (time, batch, channels) with a weight (width, channels in, channels out)."""
    y = _nn.conv1d(input.permute(1, 2, 0), weight.permute(2, 1, 0), bias, padding=pad)
    return y.permute(2, 0, 1)


def ctc_loss(log_probs: Tensor, targets: Tensor, input_lengths: Any, target_lengths: Any, blank: int = 0,
             reduction: int = 1, zero_infinity: bool = False) -> Tensor:
    """See limpid.nn.functional.ctc_loss; reduction is 0 (none), 1 (mean) or 2 (sum)."""
    return _nn.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank, _REDUCTIONS[reduction], zero_infinity)


def embedding_renorm_(input: Tensor, indices: Tensor, max_norm: float, norm_type: float) -> Tensor:
    """See limpid.nn.functional.embedding_renorm_."""
    from limpid.nn import functional as F

    return F.embedding_renorm_(input, indices, max_norm, norm_type)


# -- dropouts in place


def dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """dropout in place."""
    return _nn.dropout(input, p, train, True)


def alpha_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """alpha_dropout in place."""
    return _nn.alpha_dropout(input, p, train, True)


def feature_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """feature_dropout in place."""
    return input.copy_(_C.feature_dropout(input.clone(), p, train))


def feature_alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """See limpid.nn.functional.feature_alpha_dropout."""
    from limpid.nn import functional as F

    return F.feature_alpha_dropout(input, p, train)


def feature_alpha_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """feature_alpha_dropout in place."""
    return input.copy_(feature_alpha_dropout(input.clone(), p, train))


check_all(globals(), __name__)

__all__ = [name for name, value in list(globals().items())
           if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == __name__]
