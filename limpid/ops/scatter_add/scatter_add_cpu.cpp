// Adds straight into the output where the dtype holds the sums well enough (float, double, integers);
// 16-bit floats go through the reference, which adds in double. Serial: places may repeat, and the
// order of additions must not depend on threads.

#include "limpid/core/rows.h"
#include "limpid/core/walk.h"
#include "limpid/ops/scatter_add/index_rules.h"
#include "limpid/ops/scatter_add/scatter_add.h"

namespace limpid {

namespace {

template <class T>
void add_at_places(const Io& io, int axis) {
  const AnyView &x = io.in[0], &index = io.in[1], &src = io.in[2], &y = io.out[0];
  const std::int64_t size = row_length(x, axis), n = row_length(index, axis);
  const std::int64_t di = row_step(index, axis), ds = row_step(src, axis), dy = row_step(y, axis);
  walk<2>(shape_of(x), {x.strides, y.strides}, [&](const auto& at) {
    static_cast<T*>(y.data)[at[1]] = static_cast<const T*>(x.data)[at[0]];
  });
  walk_rows<3>(shape_of(index), axis, {index.strides, src.strides, y.strides}, [&](const auto& at) {
    const auto* place = static_cast<const std::int64_t*>(index.data) + at[0];
    const T* from = static_cast<const T*>(src.data) + at[1];
    T* to = static_cast<T*>(y.data) + at[2];
    for (std::int64_t i = 0; i < n; ++i)
      to[checked_place(place[i * di], size, axis) * dy] += from[i * ds];
  });
}

}  // namespace

void ScatterAdd::forward(Cpu, const Io& io) const {
  const int axis = normalize_axis(dim, io.in[0].rank);
  if (io.in[0].dtype == DType::f32) return add_at_places<float>(io, axis);
  if (io.in[0].dtype == DType::f64) return add_at_places<double>(io, axis);
  forward(Reference{}, io);
}

}  // namespace limpid
