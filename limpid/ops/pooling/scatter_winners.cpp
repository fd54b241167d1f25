#include "limpid/ops/pooling/scatter_winners.h"

#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Tensor scatter_winners(const Tensor& dy, const Tensor& indices, const Spec& x) {
  const std::int64_t plane = x[x.rank() - 2] * x[x.rank() - 1];
  const std::int64_t windows = dy.size(-2) * dy.size(-1), planes = numel(x.shape) / plane;
  const Tensor nothing = zeros({planes, plane}, {.dtype = x.dtype, .device = x.device});
  return scatter_add(nothing, 1, indices.reshape({planes, windows}), dy.reshape({planes, windows}))
      .reshape(x.shape);
}

}  // namespace limpid
