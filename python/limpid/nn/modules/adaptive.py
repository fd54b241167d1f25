"""Softmax over very many classes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple, Sequence

from limpid import _C
from limpid._C import Tensor
from limpid.nn.modules.container import ModuleList, Sequential
from limpid.nn.modules.linear import Linear
from limpid.nn.modules.module import Module


class _Result(NamedTuple):
    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """Log probabilities of classes that are sorted by how often they occur: the frequent ones each for itself, the
    rare ones in clusters with ever smaller projections.

    Parameters
    ----------
    in_features, n_classes : int
    cutoffs : sequence of int
        Where each cluster begins, ascending.
    div_value : float
        Cluster i projects to in_features / div_value^(i + 1).
    head_bias : bool

    Shapes
    ------
    input (N, in_features), target (N,) -> (output (N,), loss ()), the log probability of each target and minus their
    mean; or without N

    References
    ----------
    Grave et al., Efficient softmax approximation for GPUs, ICML 2017
    """

    def __init__(self, in_features: int, n_classes: int, cutoffs: Sequence[int], div_value: float = 4.0,
                 head_bias: bool = False, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        cutoffs = list(cutoffs)
        if not cutoffs or cutoffs != sorted(set(cutoffs)) or not 0 < cutoffs[0] <= cutoffs[-1] < n_classes:
            raise _C.ValueError("AdaptiveLogSoftmaxWithLoss: cutoffs should be a sequence of unique, positive integers "
                                "sorted in an increasing order, where each value is between 1 and n_classes-1, got "
                                f"{cutoffs} of {n_classes} classes")
        self.in_features, self.n_classes, self.cutoffs = in_features, n_classes, [*cutoffs, n_classes]
        self.div_value, self.head_bias = div_value, head_bias
        self.shortlist_size, self.n_clusters = cutoffs[0], len(cutoffs)
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, head_bias, device, dtype)
        self.tail = ModuleList()
        for i, (low, high) in enumerate(pairwise(self.cutoffs)):
            width = int(in_features // div_value ** (i + 1))
            self.tail.append(Sequential(Linear(in_features, width, False, device, dtype),
                                        Linear(width, high - low, False, device, dtype)))

    def reset_parameters(self) -> None:
        """New starting values."""
        for module in self.modules():
            if isinstance(module, Linear):
                module.reset_parameters()

    def forward(self, input_: Tensor, target_: Tensor) -> _Result:
        if target_.dim() > 1 or input_.dim() != target_.dim() + 1 or input_.shape[:-1] != target_.shape:
            raise _C.ShapeError("AdaptiveLogSoftmaxWithLoss: takes input (N, in_features) with target (N,), or "
                                f"(in_features,) with (), got {tuple(input_.shape)} and {tuple(target_.shape)}")
        input, target = input_.reshape(-1, self.in_features), target_.reshape(-1)
        if target.numel() and not 0 <= int(target.min()) <= int(target.max()) < self.n_classes:
            raise _C.IndexError(f"AdaptiveLogSoftmaxWithLoss: target values should be in [0, {self.n_classes - 1}], "
                                f"but are from {int(target.min())} to {int(target.max())}")
        head = _C.log_softmax(self.head(input), 1)
        place = target.clone()  # in the head: of the class, or of its cluster
        inner = input.new_zeros(target.shape)  # log probabilities within the clusters
        for i, (low, high) in enumerate(pairwise(self.cutoffs)):
            rows = ((target >= low) & (target < high)).nonzero().flatten()
            if rows.numel() == 0:
                continue
            place = place.index_fill(0, rows, self.shortlist_size + i)
            log_prob = _C.log_softmax(self.tail[i](input[rows]), 1)
            inner = inner.index_copy(0, rows, log_prob.gather(1, (target[rows] - low).unsqueeze(1)).squeeze(1))
        output = inner + head.gather(1, place.unsqueeze(1)).squeeze(1)
        return _Result(output.reshape(target_.shape), -output.mean())

    def log_prob(self, input: Tensor) -> Tensor:
        """(N, in_features) -> (N, n_classes): the log probability of every class."""
        head = _C.log_softmax(self.head(input), 1)
        parts = [head[:, :self.shortlist_size]]
        for i in range(self.n_clusters):
            inner = _C.log_softmax(self.tail[i](input), 1)
            parts.append(inner + head[:, self.shortlist_size + i].unsqueeze(1))
        return _C.cat(parts, 1)

    def predict(self, input: Tensor) -> Tensor:
        """(N, in_features) -> (N,): the likeliest class."""
        return self.log_prob(input).argmax(1)
