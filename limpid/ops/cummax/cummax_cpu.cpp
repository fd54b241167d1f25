// The best so far is kept as a value, not looked up by its place, and rows are shared among
// threads.

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/ops/cummax/cummax.h"

namespace limpid {

namespace {

template <bool kLargest>
void running(std::int64_t dim, const Io& io) {
  const AnyView &x = io.in[0], &values = io.out[0], &indices = io.out[1];
  const int axis = normalize_axis(dim, x.rank);
  const detail::RowPlaces from(x, axis), to(values, axis);  // both outputs lie alike
  const std::int64_t n = from.length, grain = 16384 / std::max<std::int64_t>(n, 1) + 1;
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using C = RowType<T>;
    parallel_for(0, from.rows, grain, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t row = first; row < last; ++row) {
        const T* in = static_cast<const T*>(x.data) + from.offset(row);
        T* value = static_cast<T*>(values.data) + to.offset(row);
        std::int64_t* index = static_cast<std::int64_t*>(indices.data) + to.offset(row);
        if (n == 0) continue;
        C best = static_cast<C>(in[0]);
        std::int64_t place = 0;
        for (std::int64_t i = 0; i < n; ++i) {
          const C v = static_cast<C>(in[i * from.step]);
          // One comparison settles nearly all: NaN is not less than anything either.
          if (!(kLargest ? v < best : v > best) && (is_nan(v) || !is_nan(best))) {
            best = v;
            place = i;
          }
          value[i * to.step] = static_cast<T>(best);
          index[i * to.step] = place;
        }
      }
    });
  });
}

}  // namespace

void Cummax::forward(Cpu, const Io& io) const { running<true>(dim, io); }
void Cummin::forward(Cpu, const Io& io) const { running<false>(dim, io); }

}  // namespace limpid
