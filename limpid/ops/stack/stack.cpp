#include "limpid/ops/stack/stack.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/cat/cat.h"

namespace limpid {

Tensor stack(std::span<const Tensor> tensors, std::int64_t dim) {
  if (tensors.empty()) throw ValueError("stack: needs at least one tensor");
  std::vector<Tensor> rows;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!(tensors[i].shape() == tensors[0].shape()))
      throw ShapeError(str("stack: tensor ", i, " has shape ", tensors[i].shape(),
                           " but tensor 0 has shape ", tensors[0].shape(),
                           "; cat() joins tensors whose sizes differ along one axis"));
    rows.push_back(tensors[i].unsqueeze(dim));
  }
  return cat(rows, dim);
}

}  // namespace limpid
