#pragma once
// The gradient of every max pooling.

#include "limpid/core/spec.h"
#include "limpid/tensor/tensor.h"

namespace limpid {

/// dx of spec `x` (..., H, W): the winner of each window gets its gradient dy (..., OH, OW); an
/// element that won several windows, their sum. `indices` are places in the plane, one a window. In
/// public ops, so it can be differentiated.
Tensor scatter_winners(const Tensor& dy, const Tensor& indices, const Spec& x);

}  // namespace limpid
