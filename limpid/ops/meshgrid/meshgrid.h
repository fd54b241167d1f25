#pragma once
// The coordinates of a grid, from those along each axis.

#include "limpid/op/operator.h"

namespace limpid {

struct Meshgrid {
  static constexpr OpDoc doc{
      .name = "meshgrid",
      .title = "Meshgrid",
      .summary = "Every vector spread over a grid with an axis for each of them; views.",
      .formula = "grids[k][i_0, i_1, ...] = tensors[k][i_k]",
      .inputs = "tensors...",
      .outputs = "grids...",
      .shapes = "vectors (n), (m), ... -> as many tensors (n, m, ...); (m, n, ...) for \"xy\""};
  static std::vector<Case> cases();
};

/// `indexing`: "ij" (axes in the order of the tensors) or "xy" (the first two swapped, as plots
/// have them). 0-d tensors count as vectors of one. ShapeError names a tensor of more dimensions.
std::vector<Tensor> meshgrid(std::span<const Tensor> tensors, const std::string& indexing = "ij");
inline std::vector<Tensor> meshgrid(std::initializer_list<Tensor> tensors,
                                    const std::string& indexing = "ij") {
  return meshgrid(std::span(tensors.begin(), tensors.size()), indexing);
}

}  // namespace limpid
