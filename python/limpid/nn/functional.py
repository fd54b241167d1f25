"""The functions behind layers: `import limpid.nn.functional as F`.

Signatures are PyTorch's. Most names are the C++ functions themselves; what stands here in Python only
combines them. The options `size_average` and `reduce` of losses, deprecated in PyTorch since 0.4, are
left out, and the options behind them are keywords.
"""

from __future__ import annotations

import warnings
from typing import Any, Callable, Optional, Sequence, Union

from limpid import _C
from limpid._C import (Tensor as Tensor, cosine_similarity as cosine_similarity,  # noqa: F401
                       hardshrink as hardshrink, pairwise_distance as pairwise_distance, prelu as prelu,
                       sigmoid as sigmoid, tanh as tanh)
from limpid._checked import check_all
from limpid._C._nn import (adaptive_avg_pool1d as adaptive_avg_pool1d,  # noqa: F401
                           adaptive_avg_pool2d as adaptive_avg_pool2d, adaptive_avg_pool3d as adaptive_avg_pool3d,
                           adaptive_max_pool1d as adaptive_max_pool1d, adaptive_max_pool2d as adaptive_max_pool2d,
                           adaptive_max_pool3d as adaptive_max_pool3d, affine_grid as affine_grid,
                           alpha_dropout as alpha_dropout, avg_pool1d as avg_pool1d, avg_pool2d as avg_pool2d,
                           avg_pool3d as avg_pool3d, batch_norm as batch_norm,
                           binary_cross_entropy as binary_cross_entropy,
                           binary_cross_entropy_with_logits as binary_cross_entropy_with_logits, celu as celu,
                           conv1d as conv1d, conv2d as conv2d, conv2d_relu as conv2d_relu, conv3d as conv3d,
                           conv_transpose1d as conv_transpose1d, conv_transpose2d as conv_transpose2d,
                           conv_transpose3d as conv_transpose3d, cosine_embedding_loss as cosine_embedding_loss,
                           cross_entropy as cross_entropy, ctc_loss as ctc_loss, dropout as dropout,
                           dropout1d as dropout1d, dropout2d as dropout2d, dropout3d as dropout3d, elu as elu,
                           embedding_bag as embedding_bag, fold as fold, gaussian_nll_loss as gaussian_nll_loss,
                           gelu as gelu, glu as glu, grid_sample as grid_sample, group_norm as group_norm,
                           hardsigmoid as hardsigmoid, hardswish as hardswish, hardtanh as hardtanh,
                           hinge_embedding_loss as hinge_embedding_loss, huber_loss as huber_loss,
                           instance_norm as instance_norm, interpolate as interpolate, kl_div as kl_div,
                           l1_loss as l1_loss, layer_norm as layer_norm, leaky_relu as leaky_relu, linear as linear,
                           linear_relu as linear_relu,
                           local_response_norm as local_response_norm, logsigmoid as logsigmoid,
                           lp_pool1d as lp_pool1d, lp_pool2d as lp_pool2d, lp_pool3d as lp_pool3d,
                           margin_ranking_loss as margin_ranking_loss, max_pool1d as max_pool1d,
                           max_pool2d as max_pool2d, max_pool3d as max_pool3d, max_unpool1d as max_unpool1d,
                           max_unpool2d as max_unpool2d, max_unpool3d as max_unpool3d, mish as mish,
                           mse_loss as mse_loss, multi_margin_loss as multi_margin_loss, nll_loss as nll_loss,
                           normalize as normalize, one_hot as one_hot, pad as pad,
                           poisson_nll_loss as poisson_nll_loss, relu as relu, relu6 as relu6, rms_norm as rms_norm,
                           rrelu as rrelu,
                           scaled_dot_product_attention as scaled_dot_product_attention, selu as selu,
                           sigmoid_focal_loss as sigmoid_focal_loss, silu as silu, smooth_l1_loss as smooth_l1_loss,
                           soft_margin_loss as soft_margin_loss, softplus as softplus, softshrink as softshrink,
                           softsign as softsign, tanhshrink as tanhshrink, threshold as threshold,
                           triplet_margin_loss as triplet_margin_loss, unfold as unfold)
from limpid.nn._fractional import (fractional_max_pool2d as fractional_max_pool2d,  # noqa: F401
                                   fractional_max_pool2d_with_indices as fractional_max_pool2d_with_indices,
                                   fractional_max_pool3d as fractional_max_pool3d,
                                   fractional_max_pool3d_with_indices as fractional_max_pool3d_with_indices)
from limpid._layer_names import conv_tbc as conv_tbc  # noqa: F401
from limpid._types import dtype as DType
from limpid.autograd.grad_mode import no_grad

Sizes = Union[int, Sequence[int]]


# -- in place, by name


def relu_(input: Tensor) -> Tensor:
    """relu in place."""
    return relu(input, True)


def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """elu in place."""
    return elu(input, alpha, True)


def selu_(input: Tensor) -> Tensor:
    """selu in place."""
    return selu(input, True)


def celu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """celu in place."""
    return celu(input, alpha, True)


def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """leaky_relu in place."""
    return leaky_relu(input, negative_slope, True)


def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """hardtanh in place."""
    return hardtanh(input, min_val, max_val, True)


def threshold_(input: Tensor, threshold: float, value: float) -> Tensor:
    """threshold in place."""
    return _C._nn.threshold(input, threshold, value, True)


# -- softmax and its kin


def softmax(input: Tensor, dim: Optional[int] = None, _stacklevel: int = 3,
            dtype: Optional[DType] = None) -> Tensor:
    """exp(x_i) / sum_j exp(x_j) along `dim`.

    Parameters
    ----------
    dim : int
        Left out, it is 0 for 0, 1 or 3 dimensions and 1 for others, with a warning.
    dtype : dtype, optional
        The input is converted first.
    """
    return _C.softmax(input, _axis("softmax", input, dim), dtype)


def log_softmax(input: Tensor, dim: Optional[int] = None, _stacklevel: int = 3,
                dtype: Optional[DType] = None) -> Tensor:
    """log(softmax(x)) along `dim`, right also where softmax is 0."""
    return _C.log_softmax(input, _axis("log_softmax", input, dim), dtype)


def softmin(input: Tensor, dim: Optional[int] = None, _stacklevel: int = 3,
            dtype: Optional[DType] = None) -> Tensor:
    """softmax(-x) along `dim`."""
    return _C.softmax(-input, _axis("softmin", input, dim), dtype)


def _axis(name: str, input: Tensor, dim: Optional[int]) -> int:
    if dim is None:  # PyTorch's old habit, by the rank
        dim = 0 if input.dim() in (0, 1, 3) else 1
        warnings.warn(f"{name}: dim is missing, and taken as {dim}; name the axis that adds up to 1, often dim=-1", stacklevel=4)
    return dim


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10,
                   dim: int = -1) -> Tensor:
    """A differentiable draw of one category a row.

    Parameters
    ----------
    logits : Tensor
        Unnormalised log probabilities.
    tau : float
        Temperature: the smaller, the nearer to one-hot.
    hard : bool
        The result is one-hot; the gradient is that of the soft draw.

    References
    ----------
    Jang, Gu, Poole, Categorical reparameterization with Gumbel-softmax, ICLR 2017
    """
    uniform = _C.rand_like(logits.detach()).clamp(min=1e-37)
    noise = -(-uniform.log()).log()
    soft = _C.softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    one = _C.zeros_like(soft.detach()).scatter(dim, soft.argmax(dim, True), 1.0)
    return one - soft.detach() + soft


def rrelu_(input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False) -> Tensor:
    """rrelu in place."""
    return rrelu(input, lower, upper, training, True)


def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """alpha_dropout of whole channels: they become a constant, and the others keep mean and variance.

    Parameters
    ----------
    p : float
        The probability of each channel to go.

    Shapes
    ------
    (N, C, ...) -> the same
    """
    if not 0 <= p <= 1:
        raise _C.ValueError(f"feature_alpha_dropout: p must be from 0 to 1, got {p}")
    if not training or p == 0:
        return input
    if input.dim() < 2:
        raise _C.ShapeError(f"feature_alpha_dropout: expected (N, C, ...), got {tuple(input.shape)}")
    kept = (_C.rand(*input.shape[:2]) >= p).to(input.dtype).reshape(*input.shape[:2], *[1] * (input.dim() - 2))
    if p == 1:
        result = input * 0
    else:
        low = -1.7580993408473766  # what selu has as its least value
        a = ((1 - p) * (1 + p * low * low)) ** -0.5
        result = (input * kept + low * (1 - kept)) * a - a * low * p
    return input.copy_(result) if inplace else result


# -- images


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """(..., C r^2, H, W) -> (..., C, H r, W r).

    References
    ----------
    Shi et al., Real-time single image and video super-resolution, CVPR 2016
    """
    r = upscale_factor
    _need_image("pixel_shuffle", input)
    *batch, channels, height, width = input.shape
    if r < 1 or channels % (r * r):
        raise _C.ShapeError(f"pixel_shuffle: {channels} channels are no multiple of upscale_factor^2 {r * r}")
    n = len(batch)
    parts = input.reshape(*batch, channels // (r * r), r, r, height, width)
    order = [*range(n), n, n + 3, n + 1, n + 4, n + 2]
    return parts.permute(order).reshape(*batch, channels // (r * r), height * r, width * r)


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """(..., C, H r, W r) -> (..., C r^2, H, W): undoes pixel_shuffle."""
    r = downscale_factor
    _need_image("pixel_unshuffle", input)
    *batch, channels, height, width = input.shape
    if r < 1 or height % r or width % r:
        raise _C.ShapeError(f"pixel_unshuffle: ({height}, {width}) is no multiple of downscale_factor {r}")
    n = len(batch)
    parts = input.reshape(*batch, channels, height // r, r, width // r, r)
    order = [*range(n), n, n + 2, n + 4, n + 1, n + 3]
    return parts.permute(order).reshape(*batch, channels * r * r, height // r, width // r)


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Channels of several groups in turn: (N, g c, ...) with channel i c + j moved to j g + i.

    References
    ----------
    Zhang et al., ShuffleNet, CVPR 2018
    """
    if input.dim() < 3:
        raise _C.ShapeError(f"channel_shuffle: expected (N, C, ...), got {tuple(input.shape)}")
    batch, channels, *rest = input.shape
    if groups < 1 or channels % groups:
        raise _C.ShapeError(f"channel_shuffle: {channels} channels are no multiple of groups {groups}")
    return input.reshape(batch, groups, channels // groups, *rest).transpose(1, 2).reshape(input.shape)


def _need_image(name: str, input: Tensor) -> None:
    if input.dim() < 3:
        raise _C.ShapeError(f"{name}: expected (..., C, H, W), got {tuple(input.shape)}")


def upsample(input: Tensor, size: Optional[Sizes] = None, scale_factor: Any = None, mode: str = "nearest",
             align_corners: Optional[bool] = None) -> Tensor:
    """interpolate under its older name."""
    return interpolate(input, size, scale_factor, mode, align_corners)


def max_pool1d_with_indices(input: Tensor, kernel_size: Sizes, stride: Optional[Sizes] = None,
                            padding: Sizes = 0, dilation: Sizes = 1, ceil_mode: bool = False,
                            return_indices: bool = True) -> Any:
    """max_pool1d, and where in the input each maximum stands."""
    return max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices=True)


def max_pool2d_with_indices(input: Tensor, kernel_size: Sizes, stride: Optional[Sizes] = None,
                            padding: Sizes = 0, dilation: Sizes = 1, ceil_mode: bool = False,
                            return_indices: bool = True) -> Any:
    """max_pool2d, and where in the input each maximum stands."""
    return max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices=True)


def max_pool3d_with_indices(input: Tensor, kernel_size: Sizes, stride: Optional[Sizes] = None,
                            padding: Sizes = 0, dilation: Sizes = 1, ceil_mode: bool = False,
                            return_indices: bool = True) -> Any:
    """max_pool3d, and where in the input each maximum stands."""
    return max_pool3d(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices=True)


def adaptive_max_pool1d_with_indices(input: Tensor, output_size: Sizes, return_indices: bool = True) -> Any:
    """adaptive_max_pool1d, and where in the input each maximum stands."""
    return adaptive_max_pool1d(input, output_size, return_indices=True)


def adaptive_max_pool2d_with_indices(input: Tensor, output_size: Sizes, return_indices: bool = True) -> Any:
    """adaptive_max_pool2d, and where in the input each maximum stands."""
    return adaptive_max_pool2d(input, output_size, return_indices=True)


def adaptive_max_pool3d_with_indices(input: Tensor, output_size: Sizes, return_indices: bool = True) -> Any:
    """adaptive_max_pool3d, and where in the input each maximum stands."""
    return adaptive_max_pool3d(input, output_size, return_indices=True)


def upsample_nearest(input: Tensor, size: Optional[Sizes] = None, scale_factor: Any = None) -> Tensor:
    """interpolate by the nearest element, under its older name."""
    return interpolate(input, size, scale_factor, "nearest")


def upsample_bilinear(input: Tensor, size: Optional[Sizes] = None, scale_factor: Any = None) -> Tensor:
    """interpolate linearly with aligned corners, under its older name."""
    return interpolate(input, size, scale_factor, "bilinear", True)


# -- tables


def embedding(input: Tensor, weight: Tensor, padding_idx: Optional[int] = None, max_norm: Optional[float] = None,
              norm_type: float = 2.0, scale_grad_by_freq: bool = False, sparse: bool = False) -> Tensor:
    """Rows of a table.

    Parameters
    ----------
    input : Tensor
        Ids of rows, int64 or int32, of any shape.
    weight : Tensor
        (rows, columns)
    padding_idx : int, optional
        A row that gets no gradient.
    max_norm : float, optional
        Rows that are looked up are first scaled down to this norm_type-norm, in place.
    scale_grad_by_freq : bool
        The gradient of a row is divided by the number of times it is looked up.
    """
    if max_norm is not None:
        embedding_renorm_(weight, input, max_norm, norm_type)
    rows = _C._nn.embedding(input, weight, padding_idx, None, 2.0, False, sparse)
    if not (scale_grad_by_freq and rows.requires_grad):
        return rows
    counts = _C.bincount(input.flatten(), minlength=weight.shape[0]).to(weight.dtype)
    values = rows.detach()
    return values + (rows - values) / counts[input].unsqueeze(-1)  # the value of rows, part of its gradient


def embedding_renorm_(weight: Tensor, indices: Tensor, max_norm: float, norm_type: float = 2.0) -> Tensor:
    """Scales the rows of these ids down to a norm of max_norm, in place and without a record."""
    with no_grad():
        ids = indices.flatten().unique()
        table = weight.detach()
        rows = table[ids]
        norms = rows.norm(norm_type, 1, True)
        table.index_copy_(0, ids, _C.where(norms > max_norm, rows * (max_norm / (norms + 1e-7)), rows))
    return weight


# -- products and distances


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Optional[Tensor] = None) -> Tensor:
    """y_k = x1 W_k x2^T + b_k, with weight (out, in1, in2)."""
    result = _C.einsum("...i,kij,...j->...k", input1, weight, input2)
    return result if bias is None else result + bias


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The distances between every two rows of an (n, d) matrix: (n (n - 1) / 2,)."""
    if input.dim() != 2:
        raise _C.ShapeError(f"pdist: expected a matrix, got shape {tuple(input.shape)}")
    n = input.shape[0]
    pairs = _C.ones(n, n, dtype=_C.tensor(True).dtype).triu(1).nonzero()
    first, second = input[pairs[:, 0]], input[pairs[:, 1]]
    return _C._linalg.vector_norm(first - second, p, -1)


# -- losses


def multilabel_soft_margin_loss(input: Tensor, target: Tensor, weight: Optional[Tensor] = None, *,
                                reduction: str = "mean") -> Tensor:
    """Binary cross entropy of scores against several labels, meaned over the classes."""
    loss = -(target * logsigmoid(input) + (1 - target) * logsigmoid(-input))
    if weight is not None:
        loss = loss * weight
    return _reduced("multilabel_soft_margin_loss", loss.mean(-1), reduction)


def multilabel_margin_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Hinge loss between the labels and all other classes of a row.

    `target` holds class labels up to the first -1: l = sum over labels t and other classes i of
    max(0, 1 - (x_t - x_i)) / C.
    """
    if input.shape != target.shape or input.dim() not in (1, 2):
        raise _C.ShapeError(f"multilabel_margin_loss: input {tuple(input.shape)} and target "
                            f"{tuple(target.shape)} must have one shape, (C) or (N, C)")
    valid = (target < 0).long().cumsum(-1) == 0
    label = _C.where(valid, target, _C.zeros_like(target))
    is_label = _C.zeros_like(target).scatter_add(-1, label, valid.to(target.dtype)) > 0
    x = _C._with_corners(input)
    gap = 1 - (x.gather(-1, label).unsqueeze(-1) - x.unsqueeze(-2))
    counted = valid.unsqueeze(-1) & ~is_label.unsqueeze(-2)
    loss = gap.clamp(min=0).masked_fill(~counted, 0).sum((-2, -1)) / input.shape[-1]
    return _reduced("multilabel_margin_loss", loss, reduction)


def triplet_margin_with_distance_loss(anchor: Tensor, positive: Tensor, negative: Tensor, *,
                                      distance_function: Optional[Callable[[Tensor, Tensor], Tensor]] = None,
                                      margin: float = 1.0, swap: bool = False,
                                      reduction: str = "mean") -> Tensor:
    """max(0, d(a, p) - d(a, n) + margin) with any distance d."""
    distance = pairwise_distance if distance_function is None else distance_function
    to_positive, to_negative = distance(anchor, positive), distance(anchor, negative)
    if swap:
        to_negative = _C.minimum(to_negative, distance(positive, negative))
    loss = (margin + to_positive - to_negative).clamp(min=0)
    return _reduced("triplet_margin_with_distance_loss", loss, reduction)


def _reduced(name: str, loss: Tensor, reduction: str) -> Tensor:
    if reduction == "none":
        return loss
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    raise _C.ValueError(f"{name}: reduction must be 'mean', 'sum' or 'none', not '{reduction}'")


check_all(globals(), __name__)
