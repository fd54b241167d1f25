#pragma once
// Relu as the last step of another op (linear_relu, conv2d_relu).

#include "limpid/tensor/tensor.h"

namespace limpid {

/// y = max(y, 0) of elements that were just computed, in the calling thread.
void relu_in_place(DType dtype, void* elements, std::int64_t count);

/// dy where y > 0 (or is NaN), else 0: in public ops, and in one pass by the fast kernel.
Tensor relu_gradient(const Tensor& dy, const Tensor& y);
Tensor relu_gradient_in_one_pass(const Tensor& dy, const Tensor& y);

}  // namespace limpid
