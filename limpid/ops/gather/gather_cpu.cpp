#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/gather/axis_index.h"
#include "limpid/ops/gather/gather.h"

namespace limpid {

// Elements are moved, not computed with, so only their size matters.
void Gather::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const AxisIndex picks(x, io.in[1], y, dim);
  visit_element_size(size_of(x.dtype), [&](auto element) {
    using T = decltype(element);
    const T* from = static_cast<const T*>(x.data);
    T* to = static_cast<T*>(y.data);
    const std::int64_t grain = 8192 / std::max<std::int64_t>(picks.row_length(), 1) + 1;
    parallel_for(0, picks.rows(), grain, [&](std::int64_t first, std::int64_t last) {
      picks.for_rows(first, last, [=](std::int64_t in, std::int64_t out) { to[out] = from[in]; });
    });
  });
}

}  // namespace limpid
