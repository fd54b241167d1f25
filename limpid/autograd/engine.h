#pragma once
// Walks the record backwards.

#include <span>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// Adds the gradients of `outputs`, weighted by `gradients`, to `.grad` of every leaf they depend
/// on. A pass that throws leaves every `.grad` as it was. Throws GraphError when an output has no
/// history, or when saved tensors were freed or changed.
void backward(std::span<const Tensor> outputs, std::span<const Tensor> gradients = {},
              BackwardOptions options = {});

struct GradOptions {
  bool retain_graph = false;
  bool create_graph = false;
  bool allow_unused = false;  ///< undefined instead of GraphError for inputs that do not matter
};
/// Gradients of `outputs` with respect to `inputs` (leaves or not), leaving every `.grad` alone.
/// Only what leads from the outputs to these inputs is computed.
std::vector<Tensor> grad(std::span<const Tensor> outputs, std::span<const Tensor> inputs,
                         std::span<const Tensor> gradients = {}, GradOptions options = {});
inline Tensor grad(const Tensor& output, const Tensor& input, GradOptions options = {}) {
  return grad(std::span(&output, 1), std::span(&input, 1), {}, options)[0];
}

}  // namespace limpid
