#include <cmath>
#include <limits>

#include "limpid/backends/cpu/scan.h"
#include "limpid/ops/logcumsumexp/logcumsumexp.h"

namespace limpid {

namespace {

/// log(e^a + e^b) = larger + log(1 + e^(smaller - larger))
double log_add_exp(double a, double b) {
  if (std::isinf(a) && a == b) return a;
  if (a != a || b != b) return a + b;
  return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
}

}  // namespace

void LogCumsumExp::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    scan_along<T, T>(x, y, normalize_axis(dim, x.rank), /*reverse=*/false,
                     -std::numeric_limits<double>::infinity(), log_add_exp);
  });
}

}  // namespace limpid
