#pragma once
// Threads for kernels that write to the places that indices name.

#include "limpid/backends/cpu/parallel.h"
#include "limpid/ops/gather/axis_index.h"

namespace limpid {

/// Calls f(place in big, place in small) for every index. Rows that cannot meet (of any axis before
/// the indexed one) go to several threads; those that can follow one another in row-major order.
template <class F>
void for_groups_in_parallel(const AxisIndex& places, const F& f) {
  if (places.axis == 0) return places.for_rows(0, places.rows(), f);
  const std::int64_t groups = places.shape[0], rows = groups ? places.rows() / groups : 0;
  const std::int64_t grain = 8192 / std::max<std::int64_t>(rows * places.row_length(), 1) + 1;
  parallel_for(0, groups, grain, [&](std::int64_t first, std::int64_t last) {
    places.for_rows(first * rows, last * rows, f);
  });
}

}  // namespace limpid
