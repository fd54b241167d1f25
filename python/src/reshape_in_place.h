#pragma once
// In-place forms of views: x.squeeze_(), x.t_(), x.unsqueeze_(0).

#include "limpid/tensor/tensor.h"

namespace limpid::python {

/// Gives `self` shape, strides and history of `view`, a view of it. `name` is a literal, for
/// messages. GraphError for a leaf that requires grad while gradients are recorded.
void reshape_in_place(const Tensor& self, const Tensor& view, const char* name);

}  // namespace limpid::python
