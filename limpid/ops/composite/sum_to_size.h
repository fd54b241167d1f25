#pragma once
// The reverse of broadcasting.

#include "limpid/tensor/tensor.h"

namespace limpid {

/// Sums over the axes along which a tensor of shape `size` was broadcast to give one of this shape.
/// ShapeError unless `size` broadcasts to it.
Tensor sum_to_size(const Tensor& tensor, const Shape& size);

}  // namespace limpid
