#include "limpid/ops/gather/gather.h"

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/ops/scatter_add/index_rules.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Spec Gather::infer(const Inputs& in) const {
  check_axis_index(in[0], in[1], dim);
  return Spec(in[1].shape, in[0].dtype, in[0].device);
}

void Gather::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &index = io.in[1], &y = io.out[0];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t size = row_length(x, axis), n = row_length(index, axis);
  const std::int64_t dx = row_step(x, axis), di = row_step(index, axis), dy = row_step(y, axis);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk_rows<3>(shape_of(index), axis, {x.strides, index.strides, y.strides}, [&](const auto& at) {
      const auto* row = static_cast<const T*>(x.data) + at[0];
      const auto* place = static_cast<const std::int64_t*>(index.data) + at[1];
      T* to = static_cast<T*>(y.data) + at[2];
      for (std::int64_t i = 0; i < n; ++i)
        to[i * dy] = row[checked_place(place[i * di], size, axis) * dx];
    });
  });
}

// Each y came from one x, and several y perhaps from the same: their gradients add up there.
Tensors Gather::gradient(const Backward& b) const {
  const Spec& x = b.input_spec(0);
  const Tensor nothing = zeros(x.shape, {.dtype = x.dtype, .device = x.device});
  return {scatter_add(nothing, dim, b.input(1), b.dy()), Tensor()};
}

Tensor gather(const Tensor& input, std::int64_t dim, const Tensor& index) {
  return apply(Gather{dim}, input, index);
}

}  // namespace limpid
