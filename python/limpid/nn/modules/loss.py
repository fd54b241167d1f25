"""Losses: called with what the model says and what is right.

`reduction` is "mean", "sum" or "none" (a loss for each element).
"""

from __future__ import annotations

import warnings
from typing import Any, Callable

from limpid import _C
from limpid._C import Tensor
from limpid.nn import functional
from limpid.nn.modules.distance import PairwiseDistance
from limpid.nn.modules.layer import Layer
from limpid.nn.modules.module import Module


class _Loss(Layer):
    """A loss of two tensors, input and target."""

    _factory: Any  # of the C++ module

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(*(getattr(self, name) for name in self._options))

    def _forward_two(self, input: Tensor, target: Tensor) -> Tensor:
        return self._forward_of(input=input, target=target)

    _forward_two.__qualname__ = "forward"
    forward: Callable[..., Any] = _forward_two


class _LossOfThree(_Loss):
    def _forward_three(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return self._forward_of(input1=input1, input2=input2, target=target)

    _forward_three.__qualname__ = "forward"
    forward: Callable[..., Any] = _forward_three


class _WeightedLoss(_Loss):
    """Weights of classes or elements are buffers, so that they move and are saved with the model."""

    def _start(self, **weights: Tensor | None) -> None:
        for name, value in weights.items():
            self.register_buffer(name, value)
        self.__dict__["_cpp"] = self._make(None, None)

    def _adopt(self, cpp: Any) -> None:
        """The C++ loss was made with the weights."""
        self.__dict__["_cpp"] = cpp


def _reduction(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """PyTorch's two old arguments in terms of the new one."""
    if size_average is None and reduce is None:
        return reduction
    if reduce is False:
        return "none"
    return "sum" if size_average is False else "mean"


# ---- of classes


class CrossEntropyLoss(_WeightedLoss):
    """loss(scores (N, C, ...), classes (N, ...)), or loss(scores, probabilities (N, C, ...)).

    Parameters
    ----------
    weight : (C,), optional
        How much each class counts.
    ignore_index : int
        Positions with this target do not count.
    reduction : "mean", "sum" or "none"
    label_smoothing : float
        The share of each target that is spread over all classes.
    """

    _options = ("weight", "ignore_index", "reduction", "label_smoothing")
    _factory = _C._modules.CrossEntropyLoss

    def __init__(self, weight: Tensor | None = None, size_average: bool | None = None,
                 ignore_index: int = -100, reduce: bool | None = None, reduction: str = "mean",
                 label_smoothing: float = 0.0) -> None:
        super().__init__()
        self.ignore_index = ignore_index
        self.reduction = _reduction(size_average, reduce, reduction)
        self.label_smoothing = label_smoothing
        self._start(weight=weight)


class NLLLoss(_WeightedLoss):
    """loss(log-probabilities (N, C, ...), classes (N, ...)); options as of CrossEntropyLoss."""

    _options = ("weight", "ignore_index", "reduction")
    _factory = _C._modules.NLLLoss

    def __init__(self, weight: Tensor | None = None, size_average: bool | None = None,
                 ignore_index: int = -100, reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__()
        self.ignore_index = ignore_index
        self.reduction = _reduction(size_average, reduce, reduction)
        self._start(weight=weight)


class NLLLoss2d(NLLLoss):
    """The older name of NLLLoss for pictures."""

    def __init__(self, weight: Tensor | None = None, size_average: bool | None = None,
                 ignore_index: int = -100, reduce: bool | None = None, reduction: str = "mean") -> None:
        warnings.warn("NLLLoss2d is deprecated; NLLLoss is the same", FutureWarning, stacklevel=2)
        super().__init__(weight, size_average, ignore_index, reduce, reduction)


class MultiMarginLoss(_WeightedLoss):
    """loss(scores (N, C), classes (N,)): sum_j max(0, margin - x_class + x_j)^p / C"""

    _options = ("p", "margin", "weight", "reduction")
    _factory = _C._modules.MultiMarginLoss

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Tensor | None = None,
                 size_average: bool | None = None, reduce: bool | None = None,
                 reduction: str = "mean") -> None:
        super().__init__()
        self.p = p
        self.margin = margin
        self.reduction = _reduction(size_average, reduce, reduction)
        self._start(weight=weight)


class BCELoss(_WeightedLoss):
    """loss(probabilities, targets): -(y log x + (1 - y) log(1 - x))"""

    _options = ("weight", "reduction")
    _factory = _C._modules.BCELoss

    def __init__(self, weight: Tensor | None = None, size_average: bool | None = None,
                 reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = _reduction(size_average, reduce, reduction)
        self._start(weight=weight)


class BCEWithLogitsLoss(_WeightedLoss):
    """loss(scores, targets): BCELoss of the scores' sigmoids, computed without them.

    Parameters
    ----------
    weight : optional
        How much each element counts; broadcasts to the input.
    pos_weight : optional
        How much positives count; broadcasts to the input.
    """

    _options = ("weight", "reduction", "pos_weight")
    _factory = _C._modules.BCEWithLogitsLoss

    def __init__(self, weight: Tensor | None = None, size_average: bool | None = None,
                 reduce: bool | None = None, reduction: str = "mean",
                 pos_weight: Tensor | None = None) -> None:
        super().__init__()
        self.reduction = _reduction(size_average, reduce, reduction)
        self._start(weight=weight, pos_weight=pos_weight)


# ---- of numbers


class _PlainLoss(_Loss):
    _options = ("reduction",)

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None,
                 reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = _reduction(size_average, reduce, reduction)
        self._build()


class MSELoss(_PlainLoss):
    """(x - y)^2"""

    _factory = _C._modules.MSELoss


class L1Loss(_PlainLoss):
    """|x - y|"""

    _factory = _C._modules.L1Loss


class SmoothL1Loss(_Loss):
    """(x - y)^2 / (2 beta) where |x - y| < beta, else |x - y| - beta / 2"""

    _options = ("reduction", "beta")
    _factory = _C._modules.SmoothL1Loss

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
                 beta: float = 1.0) -> None:
        super().__init__()
        self.reduction = _reduction(size_average, reduce, reduction)
        self.beta = beta
        self._build()


class HuberLoss(_Loss):
    """(x - y)^2 / 2 where |x - y| < delta, else delta (|x - y| - delta / 2)"""

    _options = ("reduction", "delta")
    _factory = _C._modules.HuberLoss

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__()
        self.reduction = reduction
        self.delta = delta
        self._build()


# ---- of distributions


class KLDivLoss(_Loss):
    """loss(log-probabilities, probabilities): y (log y - x). reduction="batchmean" is the true mean."""

    _options = ("reduction", "log_target")
    _factory = _C._modules.KLDivLoss

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
                 log_target: bool = False) -> None:
        super().__init__()
        self.reduction = _reduction(size_average, reduce, reduction)
        self.log_target = log_target
        self._build()


class PoissonNLLLoss(_Loss):
    """loss(logarithms of rates, counts): exp(x) - y x"""

    _options = ("log_input", "full", "eps", "reduction")
    _factory = _C._modules.PoissonNLLLoss

    def __init__(self, log_input: bool = True, full: bool = False, size_average: bool | None = None,
                 eps: float = 1e-8, reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__()
        self.log_input = log_input
        self.full = full
        self.eps = eps
        self.reduction = _reduction(size_average, reduce, reduction)
        self._build()

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        return self._forward_of(log_input=log_input, target=target)


class GaussianNLLLoss(_LossOfThree):
    """loss(means, targets, variances): (log var + (x - y)^2 / var) / 2"""

    _options = ("full", "eps", "reduction")
    _factory = _C._modules.GaussianNLLLoss

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__()
        self.full = full
        self.eps = eps
        self.reduction = reduction
        self._build()

    def forward(self, input: Tensor, target: Tensor, var: Any) -> Tensor:
        if not isinstance(var, Tensor):
            var = _C.full_like(input, var)
        return self._forward_of(input=input, target=target, var=var)


# ---- of margins


class HingeEmbeddingLoss(_Loss):
    """loss(distances, targets of 1 and -1): x for 1, max(0, margin - x) for -1"""

    _options = ("margin", "reduction")
    _factory = _C._modules.HingeEmbeddingLoss

    def __init__(self, margin: float = 1.0, size_average: bool | None = None, reduce: bool | None = None,
                 reduction: str = "mean") -> None:
        super().__init__()
        self.margin = margin
        self.reduction = _reduction(size_average, reduce, reduction)
        self._build()


class SoftMarginLoss(_PlainLoss):
    """loss(scores, targets of 1 and -1): log(1 + exp(-y x))"""

    _factory = _C._modules.SoftMarginLoss


class MarginRankingLoss(_LossOfThree):
    """loss(scores, other scores, targets of 1 and -1): max(0, -y (x1 - x2) + margin)"""

    _options = ("margin", "reduction")
    _factory = _C._modules.MarginRankingLoss

    def __init__(self, margin: float = 0.0, size_average: bool | None = None, reduce: bool | None = None,
                 reduction: str = "mean") -> None:
        super().__init__()
        self.margin = margin
        self.reduction = _reduction(size_average, reduce, reduction)
        self._build()


class TripletMarginLoss(_LossOfThree):
    """loss(anchors, positives, negatives): max(0, |a - p| - |a - n| + margin)"""

    _options = ("margin", "p", "eps", "swap", "reduction")
    _factory = _C._modules.TripletMarginLoss

    def __init__(self, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6, swap: bool = False,
                 size_average: bool | None = None, reduce: bool | None = None,
                 reduction: str = "mean") -> None:
        super().__init__()
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap
        self.reduction = _reduction(size_average, reduce, reduction)
        self._build()

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return self._forward_of(anchor=anchor, positive=positive, negative=negative)


class CosineEmbeddingLoss(_LossOfThree):
    """loss(vectors, other vectors, targets of 1 and -1): 1 - cos for 1, max(0, cos - margin) for -1"""

    _options = ("margin", "reduction")
    _factory = _C._modules.CosineEmbeddingLoss

    def __init__(self, margin: float = 0.0, size_average: bool | None = None, reduce: bool | None = None,
                 reduction: str = "mean") -> None:
        super().__init__()
        self.margin = margin
        self.reduction = _reduction(size_average, reduce, reduction)
        self._build()


class MultiLabelMarginLoss(Module):
    """loss(scores (N, C), classes (N, C), ended by -1): sum over right j and wrong i of
    max(0, 1 - x_j + x_i) / C"""

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None,
                 reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = _reduction(size_average, reduce, reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(Module):
    """loss(scores (N, C), targets of 0 and 1): BCEWithLogitsLoss, averaged over the classes."""

    def __init__(self, weight: Tensor | None = None, size_average: bool | None = None,
                 reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = _reduction(size_average, reduce, reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)


class TripletMarginWithDistanceLoss(Module):
    """TripletMarginLoss by a distance of the user's: a function of two batches of vectors."""

    def __init__(self, *, distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
                 margin: float = 1.0, swap: bool = False, reduction: str = "mean") -> None:
        super().__init__()
        self.distance_function = distance_function if distance_function is not None else PairwiseDistance()
        self.margin = margin
        self.swap = swap
        self.reduction = reduction

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return functional.triplet_margin_with_distance_loss(
            anchor, positive, negative, distance_function=self.distance_function, margin=self.margin,
            swap=self.swap, reduction=self.reduction)


# ---- of sequences


class CTCLoss(_Loss):
    """loss(log-probabilities (T, N, C), targets (N, S) or (sum of lengths,), input_lengths, target_lengths):
    the negative logarithm of the probability of the targets, over all alignments. Lengths are tensors or
    tuples.

    Source: Graves et al., Connectionist temporal classification, ICML 2006.
    """

    _options = ("blank", "reduction", "zero_infinity")
    _factory = _C._modules.CTCLoss

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__()
        self.blank = blank
        self.reduction = reduction
        self.zero_infinity = zero_infinity
        self._build()

    def forward(self, log_probs: Tensor, targets: Tensor, input_lengths: Any, target_lengths: Any) -> Tensor:
        lengths = [given if isinstance(given, Tensor) else _C.tensor(given)
                   for given in (input_lengths, target_lengths)]
        return self._forward_of(log_probs=log_probs, targets=targets, input_lengths=lengths[0],
                                target_lengths=lengths[1])
