#pragma once
// Another shape for a tensor in place, with more or fewer elements.

#include "limpid/tensor/tensor.h"

namespace limpid {

/// Lays the tensor row-major over its memory in another shape, from its first element on, as
/// PyTorch's resize_: elements stay in the order in which they lie there. Where that needs more
/// memory, it moves to some that is large enough; elements that were not there before are not
/// initialised. In its own shape it stays as it is, whatever its strides.
///
/// PyTorch lets the memory itself grow, and whatever shares it with it. Here it does not:
/// ValueError where the tensor shares memory that is too small. GraphError for a tensor that
/// requires grad.
void resize_(const Tensor& tensor, const Shape& shape);

}  // namespace limpid
