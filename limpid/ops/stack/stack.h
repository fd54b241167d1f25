#pragma once
// Joins tensors along a new axis.

#include "limpid/op/operator.h"

namespace limpid {

struct Stack {
  static constexpr OpDoc doc{
      .name = "stack",
      .title = "Stack",
      .summary = "Joins tensors of one shape along a new axis.",
      .formula = "y = cat(unsqueeze(tensors[0], dim), unsqueeze(tensors[1], dim), ...) along dim",
      .inputs = "tensors...",
      .shapes = "n tensors of one shape -> that shape with n inserted at dim"};
  static std::vector<Case> cases();
};

/// Joins tensors of equal shape along a new axis `dim`. ShapeError names the tensor that differs.
Tensor stack(std::span<const Tensor> tensors, std::int64_t dim = 0);
inline Tensor stack(std::initializer_list<Tensor> tensors, std::int64_t dim = 0) {
  return stack(std::span(tensors.begin(), tensors.size()), dim);
}

}  // namespace limpid
