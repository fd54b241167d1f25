#include <algorithm>
#include <limits>

#include "limpid/backends/cpu/scratch.h"
#include "limpid/core/rows.h"
#include "limpid/ops/bincount/bincount.h"

namespace limpid {

namespace {

/// counts[x_i] += weight(i), in order: repeated numbers meet, so this is not shared among threads.
template <class Count, class Weight>
void add_up(const AnyView& x, Count* counts, const Weight& weight) {
  const std::int64_t step = x.strides[0];
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    if constexpr (!is_float_type<X>)
      for (std::int64_t i = 0; i < x.numel; ++i)
        counts[static_cast<const X*>(x.data)[i * step]] += weight(i);
  });
}

}  // namespace

Shape Bincount::measure(Cpu, const Inputs& in) const {
  const AnyView x = in.view(0);
  std::int64_t least = 0, largest = -1;
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    if constexpr (!is_float_type<X>)
      for (std::int64_t i = 0; i < x.numel; ++i) {
        const std::int64_t value = static_cast<const X*>(x.data)[i * x.strides[0]];
        least = std::min(least, value);
        largest = std::max(largest, value);
      }
  });
  if (least < 0 || largest == std::numeric_limits<std::int64_t>::max())
    return measure(Reference{}, in);  // says what is wrong, and where
  return {std::max(largest + 1, minlength)};
}

void Bincount::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &w = io.in[1], &y = io.out[0];
  if (!w.defined()) {
    auto* counts = static_cast<std::int64_t*>(y.data);
    std::fill(counts, counts + y.numel, 0);
    return add_up(x, counts, [](std::int64_t) { return 1; });
  }
  const Scratch<double> totals(y.numel);
  std::fill(totals.data(), totals.data() + y.numel, 0.0);
  visit_dtype(w.dtype, [&](auto tag) {
    using W = typename decltype(tag)::type;
    const W* weights = static_cast<const W*>(w.data);
    const std::int64_t step = w.strides[0];
    add_up(x, totals.data(), [=](std::int64_t i) { return convert<double>(weights[i * step]); });
  });
  visit_float(y.dtype, [&](auto tag) {
    using Y = typename decltype(tag)::type;
    for (std::int64_t i = 0; i < y.numel; ++i)
      static_cast<Y*>(y.data)[i] = convert<Y>(totals.data()[i]);
  });
}

}  // namespace limpid
