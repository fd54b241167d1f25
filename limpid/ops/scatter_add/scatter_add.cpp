#include "limpid/ops/scatter_add/scatter_add.h"

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/scatter_add/index_rules.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/index.h"

namespace limpid {

Spec ScatterAdd::infer(const Inputs& in) const {
  check_axis_index(in[0], in[1], dim);
  if (in[2].dtype != in[0].dtype)
    throw DTypeError(str("src has dtype ", in[2].dtype, " but the input ", in[0].dtype,
                         "; convert one with .to()"));
  if (in[2].rank() != in[1].rank())
    throw ShapeError(str("src ", in[2].shape, " must have the rank of index ", in[1].shape));
  for (int i = 0; i < in[1].rank(); ++i)
    if (in[1][i] > in[2][i])
      throw ShapeError(str("dimension ", i, " of index has size ", in[1][i], ", more than the ", in[2][i],
                           " of src"));
  return in[0];
}

void ScatterAdd::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &index = io.in[1], &src = io.in[2], &y = io.out[0];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t size = row_length(x, axis), n = row_length(index, axis);
  const std::int64_t di = row_step(index, axis), ds = row_step(src, axis), dy = row_step(y, axis);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<Wide<T>> total(static_cast<std::size_t>(y.numel));  // y is contiguous
    walk<2>(shape_of(x), {x.strides, y.strides}, [&](const auto& at) {
      total[static_cast<std::size_t>(at[1])] = Wide<T>(static_cast<const T*>(x.data)[at[0]]);
    });
    walk_rows<3>(shape_of(index), axis, {index.strides, src.strides, y.strides}, [&](const auto& at) {
      const auto* place = static_cast<const std::int64_t*>(index.data) + at[0];
      const T* from = static_cast<const T*>(src.data) + at[1];
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t to = at[2] + checked_place(place[i * di], size, axis) * dy;
        total[static_cast<std::size_t>(to)] += Wide<T>(from[i * ds]);
      }
    });
    for (std::size_t i = 0; i < total.size(); ++i) static_cast<T*>(y.data)[i] = convert<T>(total[i]);
  });
}

// y depends on x and on each src once, with slope 1.
Tensors ScatterAdd::gradient(const Backward& b) const {
  Tensor dsrc;
  if (b.needs(2)) {
    dsrc = gather(b.dy(), dim, b.input(1));
    const Spec& src = b.input_spec(2);
    if (!(dsrc.shape() == src.shape)) {  // elements of src beyond the index were not used
      Tensor whole = zeros(src.shape, {.dtype = src.dtype, .device = src.device});
      Tensor used = whole;
      for (int i = 0; i < dsrc.dim(); ++i) used = used.narrow(i, 0, dsrc.size(i));
      used.copy_(dsrc);
      dsrc = whole;
    }
  }
  return {b.dy(), Tensor(), dsrc};
}

Tensor scatter_add(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& src) {
  return apply(ScatterAdd{dim}, input, index, src);
}

}  // namespace limpid
