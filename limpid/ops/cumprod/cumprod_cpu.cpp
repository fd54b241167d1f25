#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/scan.h"
#include "limpid/ops/cumprod/cumprod.h"

namespace limpid {

void Cumprod::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const int axis = normalize_axis(dim, x.rank);
  const auto multiply = [](auto product, auto element) { return product * element; };
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    if constexpr (is_float_type<X>) scan_along<X, X>(x, y, axis, reverse, 1.0, multiply);
    else  // products without sign wrap around
      scan_along<X, std::int64_t>(x, y, axis, reverse, std::uint64_t{1}, multiply);
  });
}

void LinearRecurrence::forward(Cpu, const Io& io) const {
  const AnyView& y = io.out[0];
  const int axis = normalize_axis(dim, y.rank);
  const std::int64_t n = row_length(y, axis);
  const std::int64_t first = reverse ? n - 1 : 0, step = reverse ? -1 : 1;
  visit_float(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for_each_row<T, 2>({io.in[0], io.in[1]}, &y, axis,
                       [=](std::int64_t, const auto& from, auto* to) {
                         using C = std::remove_reference_t<decltype(*to)>;
                         double value = 0;
                         for (std::int64_t k = 0, i = first; k < n; ++k, i += step) {
                           const double term = from[1][i];
                           value = k ? from[0][i] * value + term : term;
                           to[i] = static_cast<C>(value);
                         }
                       });
  });
}

}  // namespace limpid
