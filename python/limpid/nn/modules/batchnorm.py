"""Normalisation layers that can keep running statistics: batch norm and instance norm."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Parameter, Tensor
from limpid.nn import init
from limpid.nn.modules.layer import Layer


class _NormBase(Layer):
    """What batch norm and instance norm share."""

    _version = 2
    _options = ("num_features", "eps", "momentum", "affine", "track_running_stats")
    _factory: Any  # of the C++ module
    weight: Parameter | None
    bias: Parameter | None
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(self, num_features: int, eps: float, momentum: float | None, affine: bool,
                 track_running_stats: bool, device: Any, dtype: Any, bias: bool) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self._with_bias = bias
        self._build(device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(self.num_features, self.eps, self.momentum, self.affine,
                             self.track_running_stats, device, dtype, self._with_bias)

    def reset_running_stats(self) -> None:
        """Running mean 0 and variance 1, no batches seen."""
        for name, value in (("running_mean", 0), ("running_var", 1), ("num_batches_tracked", 0)):
            buffer = getattr(self, name)
            if buffer is not None:
                buffer.fill_(value)

    def reset_parameters(self) -> None:
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def _allows_missing(self, name: str, version: int | None) -> bool:
        return name == "num_batches_tracked" and (version is None or version < 2)

    def extra_repr(self) -> str:
        return (f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
                f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}")


class _BatchNorm(_NormBase):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1,
                 affine: bool = True, track_running_stats: bool = True, device: Any = None, dtype: Any = None,
                 *, bias: bool = True) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)


class BatchNorm1d(_BatchNorm):
    """Channels of (N, C) or (N, C, L) to mean 0 and variance 1 over the batch, then scaled and shifted.

    Parameters
    ----------
    num_features : int
        C
    eps : float
        Added to the variance.
    momentum : float or None
        The share of the newest batch in the running statistics; None: their plain average.
    affine : bool
        Whether weight and bias are learned.
    track_running_stats : bool
        Whether evaluation goes by running statistics; else by the batch too.
    """

    _factory = _C._modules.BatchNorm1d


class BatchNorm2d(_BatchNorm):
    """Channels of (N, C, H, W) to mean 0 and variance 1 over the batch; see BatchNorm1d.

    >>> limpid.nn.BatchNorm2d(8)(limpid.randn(4, 8, 16, 16)).shape
    limpid.Size([4, 8, 16, 16])
    """

    _factory = _C._modules.BatchNorm2d


class BatchNorm3d(_BatchNorm):
    """Channels of (N, C, D, H, W) to mean 0 and variance 1 over the batch; see BatchNorm1d."""

    _factory = _C._modules.BatchNorm3d


class _InstanceNorm(_NormBase):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1,
                 affine: bool = False, track_running_stats: bool = False, device: Any = None,
                 dtype: Any = None, *, bias: bool = True) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)


class InstanceNorm1d(_InstanceNorm):
    """Each channel of each sample of (N, C, L) or (C, L) to mean 0 and variance 1."""

    _factory = _C._modules.InstanceNorm1d


class InstanceNorm2d(_InstanceNorm):
    """Each channel of each sample of (N, C, H, W) or (C, H, W) to mean 0 and variance 1."""

    _factory = _C._modules.InstanceNorm2d


class InstanceNorm3d(_InstanceNorm):
    """Each channel of each sample of (N, C, D, H, W) or (C, D, H, W) to mean 0 and variance 1."""

    _factory = _C._modules.InstanceNorm3d
