#pragma once
// Differences between neighbours along an axis.

#include "limpid/op/operator.h"

namespace limpid {

struct Diff {
  static constexpr OpDoc doc{.name = "diff",
                             .title = "Diff",
                             .summary = "The n-th differences of neighbours along an axis.",
                             .formula = "y_i = x_(i+1) - x_i, n times; of bool: x_(i+1) != x_i",
                             .inputs = "input, prepend?, append?",
                             .shapes = "any shape -> the same with n fewer along dim"};
  static std::vector<Case> cases();
};

/// `prepend` and `append`, where defined, are joined to the input first. ShapeError for a 0-d
/// tensor, ValueError for n below 0.
Tensor diff(const Tensor& input, std::int64_t n = 1, std::int64_t dim = -1,
            const Tensor& prepend = {}, const Tensor& append = {});

}  // namespace limpid
