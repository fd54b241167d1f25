// Elements are moved in the order of the reference, so that of repeated indices the same one stays.
// Rows that cannot meet (any axis before `dim`) are shared among threads.

#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/gather/axis_groups.h"
#include "limpid/ops/scatter/scatter.h"

namespace limpid {

void Scatter::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &src = io.in[2], &y = io.out[0];
  const AxisIndex places(y, io.in[1], src, dim);
  if (x.data != y.data)
    copy_strided_in_parallel(y.data, y.strides, x.data, x.strides, shape_of(x), size_of(x.dtype));
  else  // in place: an index out of range must leave everything as it was
    places.walk_all([](std::int64_t, std::int64_t) {});
  visit_element_size(size_of(x.dtype), [&](auto element) {
    using T = decltype(element);
    T* to = static_cast<T*>(y.data);
    const T* from = static_cast<const T*>(src.data);
    for_groups_in_parallel(places, [=](std::int64_t out, std::int64_t in) { to[out] = from[in]; });
  });
}

}  // namespace limpid
