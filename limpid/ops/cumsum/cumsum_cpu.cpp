#include "limpid/backends/cpu/scan.h"
#include "limpid/ops/cumsum/cumsum.h"

namespace limpid {

void Cumsum::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const int axis = normalize_axis(dim, x.rank);
  const auto add = [](auto total, auto element) { return total + element; };
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    if constexpr (is_float_type<X>) scan_along<X, X>(x, y, axis, reverse, 0.0, add);
    else  // totals without sign wrap around
      scan_along<X, std::int64_t>(x, y, axis, reverse, std::uint64_t{0}, add);
  });
}

}  // namespace limpid
