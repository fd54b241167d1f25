"""Batch norm folded into the layer before it: one layer, for inference."""

from __future__ import annotations

import copy
from typing import Any

from limpid import _C
from limpid._C import Parameter, Tensor


def fuse_conv_bn_weights(conv_w: Tensor, conv_b: Tensor | None, bn_rm: Tensor, bn_rv: Tensor, bn_eps: float,
                         bn_w: Tensor | None, bn_b: Tensor | None,
                         transpose: bool = False) -> tuple[Parameter, Parameter]:
    """Weight and bias of the convolution that does what a convolution and a batch norm do."""
    scale = (bn_rv + bn_eps).rsqrt() if bn_w is None else bn_w * (bn_rv + bn_eps).rsqrt()
    axes = [1, -1] if transpose else [-1, 1]
    weight = conv_w * scale.reshape(axes + [1] * (conv_w.dim() - 2))
    bias = ((conv_b if conv_b is not None else _C.zeros_like(bn_rm)) - bn_rm) * scale
    if bn_b is not None:
        bias = bias + bn_b
    return (Parameter(weight.detach(), conv_w.requires_grad),
            Parameter(bias.detach(), conv_b.requires_grad if conv_b is not None else conv_w.requires_grad))


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """One convolution in place of a convolution and the batch norm behind it, both in eval mode."""
    if conv.training or bn.training:
        raise _C.ValueError("fuse_conv_bn_eval: fusion is for eval mode; call .eval() on both")
    weight, bias = fuse_conv_bn_weights(conv.weight, conv.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight,
                                        bn.bias, transpose)
    return _with(conv, weight, bias)


def fuse_linear_bn_weights(linear_w: Tensor, linear_b: Tensor | None, bn_rm: Tensor, bn_rv: Tensor, bn_eps: float,
                           bn_w: Tensor, bn_b: Tensor) -> tuple[Parameter, Parameter]:
    """Weight and bias of the linear layer that does what a linear layer and a batch norm do."""
    return fuse_conv_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)


def fuse_linear_bn_eval(linear: Any, bn: Any) -> Any:
    """One linear layer in place of a linear layer and the batch norm behind it, both in eval mode."""
    if linear.training or bn.training:
        raise _C.ValueError("fuse_linear_bn_eval: fusion is for eval mode; call .eval() on both")
    if linear.out_features != bn.num_features and bn.num_features != 1:
        raise _C.ShapeError("To fuse, linear.out_features == bn.num_features or bn.num_features == 1")
    weight, bias = fuse_linear_bn_weights(linear.weight, linear.bias, bn.running_mean, bn.running_var, bn.eps,
                                          bn.weight, bn.bias)
    return _with(linear, weight, bias)


def _with(layer: Any, weight: Parameter, bias: Parameter) -> Any:
    """A copy of the layer with other parameters."""
    fused = copy.deepcopy(layer)
    fused._with_bias = True
    if fused.bias is None:
        fused._parameters.pop("bias", None)
        fused._take(fused._make("meta", weight.dtype))
        fused.eval()
    fused.weight, fused.bias = weight, bias
    return fused


def skip_init(module_cls: Any, *args: Any, **kwargs: Any) -> Any:
    """A module whose parameters are not set to starting values, for those that get others at once."""
    return module_cls(*args, **kwargs)
