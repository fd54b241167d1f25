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

struct Hstack {
  static constexpr OpDoc doc{.name = "hstack",
                             .title = "Hstack",
                             .summary = "Joins tensors side by side.",
                             .formula = "cat(tensors, 1), or 0 for vectors; 0-d count as vectors",
                             .inputs = "tensors...",
                             .shapes = "(a, n, ...), (a, m, ...) -> (a, n + m, ...)"};
  static std::vector<Case> cases();
};
struct Vstack {
  static constexpr OpDoc doc{.name = "vstack",
                             .title = "Vstack",
                             .summary = "Joins tensors one below the other.",
                             .formula = "cat(tensors, 0); vectors count as rows",
                             .inputs = "tensors...",
                             .shapes = "(n, a, ...), (m, a, ...) -> (n + m, a, ...)"};
  static std::vector<Case> cases();
};
struct Dstack {
  static constexpr OpDoc doc{
      .name = "dstack",
      .title = "Dstack",
      .summary = "Joins tensors one behind the other.",
      .formula = "cat(tensors, 2); (n) counts as (1, n, 1), (n, m) as (n, m, 1)",
      .inputs = "tensors...",
      .shapes = "(a, b, n), (a, b, m) -> (a, b, n + m)"};
  static std::vector<Case> cases();
};

/// Joins tensors of equal shape along a new axis `dim`. ShapeError names the tensor that differs.
Tensor stack(std::span<const Tensor> tensors, std::int64_t dim = 0);
inline Tensor stack(std::initializer_list<Tensor> tensors, std::int64_t dim = 0) {
  return stack(std::span(tensors.begin(), tensors.size()), dim);
}

Tensor hstack(std::span<const Tensor> tensors);
inline Tensor hstack(std::initializer_list<Tensor> tensors) {
  return hstack(std::span(tensors.begin(), tensors.size()));
}
Tensor vstack(std::span<const Tensor> tensors);
inline Tensor vstack(std::initializer_list<Tensor> tensors) {
  return vstack(std::span(tensors.begin(), tensors.size()));
}
Tensor dstack(std::span<const Tensor> tensors);
inline Tensor dstack(std::initializer_list<Tensor> tensors) {
  return dstack(std::span(tensors.begin(), tensors.size()));
}

}  // namespace limpid
