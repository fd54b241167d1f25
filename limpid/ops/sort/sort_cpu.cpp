#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/sort_rows.h"
#include "limpid/ops/sort/sort.h"

namespace limpid {

void Sort::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &values = io.out[0], &indices = io.out[1];
  const int axis = normalize_axis(dim, x.rank);
  const detail::RowPlaces from(x, axis), to(values, axis);  // both outputs lie alike
  const std::int64_t n = from.length;
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const std::int64_t grain = 2048 / (n + 1) + 1;  // mutate: equivalent -- only shares the work
    parallel_for(0, from.rows, grain, [&](std::int64_t first, std::int64_t last) {
      with_row_order<T>(n, [&](auto& order) {
        for (std::int64_t row = first; row < last; ++row) {
          const T* in = static_cast<const T*>(x.data) + from.offset(row);
          T* value = static_cast<T*>(values.data) + to.offset(row);
          std::int64_t* index = static_cast<std::int64_t*>(indices.data) + to.offset(row);
          const auto* sorted = order.sort(in, from.step, descending);
          for (std::int64_t i = 0; i < n; ++i) {
            index[i * to.step] = sorted[i].place();
            value[i * to.step] = in[sorted[i].place() * from.step];
          }
        }
      });
    });
  });
}

}  // namespace limpid
