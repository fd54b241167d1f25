#include "limpid/ops/meshgrid/meshgrid.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"

namespace limpid {

std::vector<Tensor> meshgrid(std::span<const Tensor> tensors, const std::string& indexing) {
  return composite<Meshgrid>(tensors, [&] {
    if (tensors.empty()) throw ValueError("needs at least one tensor");
    if (indexing != "ij" && indexing != "xy")
      throw ValueError(str("there is no indexing \"", indexing, "\"; use \"ij\" or \"xy\""));
    Shape grid;
    for (std::size_t k = 0; k < tensors.size(); ++k) {
      if (tensors[k].dim() > 1)
        throw ShapeError(
            str("tensor ", k, " has shape ", tensors[k].shape(), ", but vectors span a grid"));
      grid.push_back(tensors[k].numel());
    }
    const bool swap = indexing == "xy" && tensors.size() > 1;
    std::vector<Tensor> out;
    for (int k = 0; k < grid.rank(); ++k) {
      Shape own(grid.rank());
      for (std::int64_t& size : own) size = 1;
      own[k] = grid[k];
      const Tensor spread = tensors[static_cast<std::size_t>(k)].reshape(own).expand(grid);
      out.push_back(swap ? spread.transpose(0, 1) : spread);
    }
    return out;
  });
}

}  // namespace limpid
