"""Tables of learned vectors, looked up by ids."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Parameter, Tensor
from limpid.nn import functional as F, init
from limpid.nn.modules import asserted
from limpid.nn.modules.layer import Layer


class Embedding(Layer):
    """A table of learned vectors, looked up by ids.

    Parameters
    ----------
    num_embeddings, embedding_dim : int
    padding_idx : int, optional
        The row of the id that stands for nothing: it starts at 0 and gets no gradient.
    max_norm : float, optional
        Rows that are looked up are first scaled down to this norm_type-norm, in place.
    scale_grad_by_freq : bool
        The gradient of a row is divided by the number of times it was looked up.

    Attributes
    ----------
    weight : (num_embeddings, embedding_dim), normal at first

    Shapes
    ------
    ids (...), int64 or int32 -> (..., embedding_dim). IndexError names the position and the value of an id
    that is not in 0 .. num_embeddings - 1.
    """

    _options = ("num_embeddings", "embedding_dim", "padding_idx")
    weight: Parameter

    def __init__(self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None,
                 max_norm: float | None = None, norm_type: float = 2.0, scale_grad_by_freq: bool = False,
                 sparse: bool = False, _weight: Tensor | None = None, _freeze: bool = False,
                 device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        if sparse:
            raise _C.ValueError("Embedding: sparse gradients are not supported")
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise asserted.ValueError(f"Embedding: padding_idx {padding_idx} is out of range for {num_embeddings} rows")
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        if padding_idx is not None and padding_idx < 0:
            padding_idx += num_embeddings
        self.padding_idx = padding_idx
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.sparse = sparse
        if _weight is None:
            self._build(device, dtype)
            self.weight.requires_grad_(not _freeze)
        else:
            if tuple(_weight.shape) != (num_embeddings, embedding_dim):
                raise _C.ShapeError("Embedding: the weight given must be (num_embeddings, embedding_dim) = "
                                    f"({num_embeddings}, {embedding_dim}), got {tuple(_weight.shape)}")
            self._build("meta", _weight.dtype)
            self.weight = Parameter(_weight, requires_grad=not _freeze)

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.Embedding(self.num_embeddings, self.embedding_dim, self.padding_idx, device, dtype)

    def forward(self, input: Tensor) -> Tensor:
        if self.max_norm is None and not self.scale_grad_by_freq:
            return self._forward_one(input)
        return F.embedding(input, self.weight, self.padding_idx, self.max_norm, self.norm_type,
                           self.scale_grad_by_freq)

    def reset_parameters(self) -> None:
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.detach()[self.padding_idx].fill_(0)

    @classmethod
    def from_pretrained(cls, embeddings: Tensor, freeze: bool = True, padding_idx: int | None = None,
                        max_norm: float | None = None, norm_type: float = 2.0,
                        scale_grad_by_freq: bool = False, sparse: bool = False) -> Embedding:
        """With the rows of `embeddings`, whose memory it shares; frozen ones do not require grad."""
        if embeddings.dim() != 2:
            raise asserted.ShapeError("Embedding: weights must be (num_embeddings, embedding_dim), got shape "
                                      f"{tuple(embeddings.shape)}")
        rows, columns = embeddings.shape
        return cls(rows, columns, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse,
                   _weight=embeddings, _freeze=freeze)

    def extra_repr(self) -> str:
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        if self.padding_idx is not None:
            text += f", padding_idx={self.padding_idx}"
        if self.max_norm is not None:
            text += f", max_norm={self.max_norm}"
        if self.norm_type != 2:
            text += f", norm_type={self.norm_type}"
        if self.scale_grad_by_freq:
            text += f", scale_grad_by_freq={self.scale_grad_by_freq}"
        return text


class EmbeddingBag(Layer):
    """Sums, means or maxima of the rows of a table, without the rows themselves.

    Parameters
    ----------
    num_embeddings, embedding_dim : int
    mode : "sum", "mean" or "max"
    include_last_offset : bool
        Whether the offsets end with the number of ids.
    padding_idx : int, optional
        The row that counts for nothing.

    Shapes
    ------
    ids (B, n), or ids (m,) and offsets (B,), where bags begin -> (B, embedding_dim)
    """

    _options = ("num_embeddings", "embedding_dim", "mode", "include_last_offset", "padding_idx")
    weight: Parameter

    def __init__(self, num_embeddings: int, embedding_dim: int, max_norm: float | None = None,
                 norm_type: float = 2.0, scale_grad_by_freq: bool = False, mode: str = "mean",
                 sparse: bool = False, _weight: Tensor | None = None, include_last_offset: bool = False,
                 padding_idx: int | None = None, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        if scale_grad_by_freq or sparse:
            raise _C.ValueError("EmbeddingBag: scale_grad_by_freq and sparse are not supported")
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.mode = mode
        self.sparse = sparse
        self.include_last_offset = include_last_offset
        if padding_idx is not None and padding_idx < 0:
            padding_idx += num_embeddings
        self.padding_idx = padding_idx
        self._build(device if _weight is None else "meta", dtype)
        if _weight is not None:
            self.weight = Parameter(_weight)

    def _make(self, device: Any, dtype: Any) -> Any:
        return _C._modules.EmbeddingBag(self.num_embeddings, self.embedding_dim, self.mode,
                                        self.include_last_offset, self.padding_idx, device, dtype)

    def reset_parameters(self) -> None:
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.detach()[self.padding_idx].fill_(0)

    def forward(self, input: Tensor, offsets: Tensor | None = None,
                per_sample_weights: Tensor | None = None) -> Tensor:
        if self.max_norm is not None:
            F.embedding_renorm_(self.weight, input, self.max_norm, self.norm_type)
        given = [input, offsets, per_sample_weights]
        while given[-1] is None:
            given.pop()
        return self._cpp.forward_some(given)

    def extra_repr(self) -> str:
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        if self.max_norm is not None:
            text += f", max_norm={self.max_norm}"
        if self.norm_type != 2:
            text += f", norm_type={self.norm_type}"
        text += f", mode={self.mode!r}"
        if self.padding_idx is not None:
            text += f", padding_idx={self.padding_idx}"
        return text
