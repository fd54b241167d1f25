#pragma once
// The activations.

#include "limpid/ops/op_list.h"
#include "limpid/ops/pointwise/activation.h"
#include "limpid/ops/pointwise/piecewise_activation.h"
#include "limpid/ops/pointwise/smooth_activation.h"

namespace limpid {

using ActivationOps = OpList<Relu, Sigmoid, Tanh, Gelu, Silu, Mish, Elu, Softplus, LeakyRelu,
                             Hardtanh, Hardsigmoid, Hardswish>;
using ActivationComposites = CompositeList<Selu, Celu, LogSigmoid, Softsign, Tanhshrink, Glu, Relu6,
                                           Prelu, Rrelu, Threshold, Hardshrink, Softshrink>;

}  // namespace limpid
