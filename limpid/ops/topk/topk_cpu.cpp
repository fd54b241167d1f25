#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/sort_rows.h"
#include "limpid/ops/topk/topk.h"

namespace limpid {

void TopK::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &values = io.out[0], &indices = io.out[1];
  if (values.numel == 0) return;
  const int axis = normalize_axis(dim, x.rank);
  const detail::RowPlaces from(x, axis), to(values, axis);  // both outputs lie alike
  const std::int64_t n = from.length;
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    parallel_for(0, from.rows, 4096 / n + 1, [&](auto first, auto last) {
      with_row_order<T>(n, [&](auto& order) {
        for (std::int64_t row = first; row < last; ++row) {
          const T* in = static_cast<const T*>(x.data) + from.offset(row);
          T* value = static_cast<T*>(values.data) + to.offset(row);
          std::int64_t* index = static_cast<std::int64_t*>(indices.data) + to.offset(row);
          const auto* best = order.first(k, in, from.step, /*descending=*/largest);
          for (std::int64_t i = 0; i < k; ++i) {
            index[i * to.step] = best[i].place();
            value[i * to.step] = in[best[i].place() * from.step];
          }
        }
      });
    });
  });
}

}  // namespace limpid
