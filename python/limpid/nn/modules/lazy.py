"""Layers that learn the size of their input from the first one."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Parameter, Tensor
from limpid.nn.modules.batchnorm import (BatchNorm1d, BatchNorm2d, BatchNorm3d, InstanceNorm1d, InstanceNorm2d,
                                         InstanceNorm3d)
from limpid.nn.modules.conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from limpid.nn.modules.layer import Layer
from limpid.nn.modules.linear import Linear
from limpid.nn.parameter import UninitializedBuffer, UninitializedParameter


class LazyModuleMixin:
    """A layer without its tensors. The first input, or a state dict, says how large they are; then they get their
    values, stay the same objects, and the layer becomes one of `cls_to_become`."""

    cls_to_become: type
    _feature: str  # the option that is found out
    _lacks = ("weight", "bias")
    _lacks_buffers: tuple[str, ...] = ()
    _wants: str  # shapes of the input, with C for what is found out
    _weight_rank = 1

    def _build(self: Any, device: Any = None, dtype: Any = None) -> None:
        own = self.__dict__
        own["_lazy_kind"] = (device, dtype)
        for name in self._lazy_names():
            own["_parameters"][name] = UninitializedParameter(device=device, dtype=dtype)
        for name in self._lazy_buffers():
            own["_buffers"][name] = UninitializedBuffer(device=device, dtype=dtype)

    def _lazy_names(self: Any) -> tuple[str, ...]:
        affine = getattr(self, "affine", True)
        return tuple(n for n in self._lacks if affine and (n != "bias" or self._with_bias))

    def _lazy_buffers(self: Any) -> tuple[str, ...]:
        return self._lacks_buffers if getattr(self, "track_running_stats", False) else ()

    def has_uninitialized_params(self: Any) -> bool:
        """Whether it still waits for its first input."""
        return "_lazy_kind" in self.__dict__

    def initialize_parameters(self: Any, input: Tensor, *args: Any) -> None:
        """Makes the tensors as large as this input wants them, with their usual starting values."""
        if self.has_uninitialized_params():
            self._become(self._channels_of(input))

    def _channels_of(self: Any, input: Any) -> int:
        name = f"{type(self).__name__}: the first input"
        if not isinstance(input, Tensor):
            raise TypeError(f"{name} must be a Tensor, not {type(input).__name__}")
        if not input.is_floating_point():
            raise _C.DTypeError(f"{name} is {input.dtype}, but its weights will be floats; convert it with "
                                ".to(limpid.float32)")
        for shape in self._wants.split(" or "):
            axes = shape.strip("()").split(", ")
            if len(axes) == input.dim() or axes[0] == "..." and input.dim():
                return input.shape[axes.index("C") - len(axes)]
        raise _C.ShapeError(f"{name}, which says how many {self._feature} there are (C), must be {self._wants}, got "
                            f"shape {tuple(input.shape)}")

    def _become(self: Any, features: int) -> None:
        own = self.__dict__
        device, dtype = own.pop("_lazy_kind")
        setattr(self, self._feature, features)
        lazy = {**own["_parameters"], **own["_buffers"]}
        cpp = Layer.__getattribute__(self, "_make")(device, dtype)
        self._take(cpp)
        for slots in (own["_parameters"], own["_buffers"]):
            for name, made in list(slots.items()):
                if name in lazy and made is not None:
                    slots[name] = lazy[name].become(made)
        self.__class__ = self.cls_to_become
        cpp.set_training(self.training)

    def forward(self: Any, input: Tensor, *args: Any) -> Tensor:
        name = type(self).__name__
        self.initialize_parameters(input)
        try:
            return self.forward(input, *args)
        except _C.Error as error:
            raise type(error)(f"{name}, run with its first input: {error}") from None

    def _load_sizes(self: Any, state: dict[str, Any], prefix: str) -> None:
        """From a state dict: before its values are copied."""
        weight = state.get(prefix + "weight", state.get(prefix + "running_mean"))
        if self.has_uninitialized_params() and isinstance(weight, Tensor) and not getattr(weight, "_lazy", False):
            if weight.dim() != self._weight_rank:
                raise _C.ShapeError(f"{type(self).__name__}: weight in the state dict must have {self._weight_rank} axes, "
                                    f"got shape {tuple(weight.shape)}")
            self._become(self._features_of(weight))

    def _features_of(self: Any, weight: Tensor) -> int:
        return weight.shape[0]

    def __getattr__(self: Any, name: str) -> Any:
        if name == "_cpp" and self.has_uninitialized_params():
            raise _C.ValueError(f"{type(self).__name__}: its parameters are not initialised yet; run it once first, or load a "
                                "state dict")
        return super().__getattr__(name)  # type: ignore[misc]

    def __setattr__(self: Any, name: str, value: Any) -> None:
        super().__setattr__(name, value)

    def reset_parameters(self: Any) -> None:
        if not self.has_uninitialized_params():
            super().reset_parameters()  # type: ignore[misc]


class LazyLinear(LazyModuleMixin, Linear):
    """Linear whose in_features is the size of the last axis of its first input."""

    cls_to_become = Linear
    _feature, _wants, _weight_rank = "in_features", "(..., C)", 2

    def __init__(self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        Linear.__init__(self, 0, out_features, bias, device, dtype)

    def _features_of(self, weight: Tensor) -> int:
        return weight.shape[1]


class _LazyConv(LazyModuleMixin):
    _feature = "in_channels"

    def __init__(self, out_channels: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        self.cls_to_become.__init__(self, 0, out_channels, kernel_size, *args, **kwargs)  # type: ignore[misc]

    def _features_of(self: Any, weight: Tensor) -> int:
        return weight.shape[0] if self.transposed else weight.shape[1] * self.groups


class LazyConv1d(_LazyConv, Conv1d):
    """Conv1d whose in_channels is that of its first input."""

    cls_to_become = Conv1d
    _wants = "(N, C, L) or (C, L)"
    _weight_rank = 3


class LazyConv2d(_LazyConv, Conv2d):
    """Conv2d whose in_channels is that of its first input.

    >>> layer = limpid.nn.LazyConv2d(8, 3)
    >>> layer(limpid.randn(2, 5, 9, 9)).shape, layer
    (limpid.Size([2, 8, 7, 7]), Conv2d(5, 8, kernel_size=(3, 3), stride=(1, 1)))
    """

    cls_to_become = Conv2d
    _wants = "(N, C, H, W) or (C, H, W)"
    _weight_rank = 4


class LazyConv3d(_LazyConv, Conv3d):
    """Conv3d whose in_channels is that of its first input."""

    cls_to_become = Conv3d
    _wants = "(N, C, D, H, W) or (C, D, H, W)"
    _weight_rank = 5


class LazyConvTranspose1d(_LazyConv, ConvTranspose1d):
    """ConvTranspose1d whose in_channels is that of its first input."""

    cls_to_become = ConvTranspose1d
    _wants = "(N, C, L) or (C, L)"
    _weight_rank = 3


class LazyConvTranspose2d(_LazyConv, ConvTranspose2d):
    """ConvTranspose2d whose in_channels is that of its first input."""

    cls_to_become = ConvTranspose2d
    _wants = "(N, C, H, W) or (C, H, W)"
    _weight_rank = 4


class LazyConvTranspose3d(_LazyConv, ConvTranspose3d):
    """ConvTranspose3d whose in_channels is that of its first input."""

    cls_to_become = ConvTranspose3d
    _wants = "(N, C, D, H, W) or (C, D, H, W)"
    _weight_rank = 5


class _LazyNorm(LazyModuleMixin):
    _feature = "num_features"
    _lacks_buffers = ("running_mean", "running_var", "num_batches_tracked")

    def __init__(self, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True,
                 track_running_stats: bool = True, device: Any = None, dtype: Any = None, *, bias: bool = True) -> None:
        init: Any = getattr(self.cls_to_become, "__init__")
        init(self, 0, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)


class LazyBatchNorm1d(_LazyNorm, BatchNorm1d):
    """BatchNorm1d whose num_features is that of its first input."""

    cls_to_become = BatchNorm1d
    _wants = "(N, C) or (N, C, L)"


class LazyBatchNorm2d(_LazyNorm, BatchNorm2d):
    """BatchNorm2d whose num_features is that of its first input."""

    cls_to_become = BatchNorm2d
    _wants = "(N, C, H, W)"


class LazyBatchNorm3d(_LazyNorm, BatchNorm3d):
    """BatchNorm3d whose num_features is that of its first input."""

    cls_to_become = BatchNorm3d
    _wants = "(N, C, D, H, W)"


class LazyInstanceNorm1d(_LazyNorm, InstanceNorm1d):
    """InstanceNorm1d whose num_features is that of its first input."""

    cls_to_become = InstanceNorm1d
    _wants = "(N, C, L) or (C, L)"


class LazyInstanceNorm2d(_LazyNorm, InstanceNorm2d):
    """InstanceNorm2d whose num_features is that of its first input."""

    cls_to_become = InstanceNorm2d
    _wants = "(N, C, H, W) or (C, H, W)"


class LazyInstanceNorm3d(_LazyNorm, InstanceNorm3d):
    """InstanceNorm3d whose num_features is that of its first input."""

    cls_to_become = InstanceNorm3d
    _wants = "(N, C, D, H, W) or (C, D, H, W)"
