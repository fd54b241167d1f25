// One sweep over the indices, in the order of the reference, with the reductions so far and the
// numbers of elements in scratch memory. Floats are reduced in double, and rounded once.

#include "limpid/backends/cpu/scratch.h"
#include "limpid/core/rows.h"
#include "limpid/ops/gather/axis_groups.h"
#include "limpid/ops/scatter_reduce/scatter_reduce.h"

namespace limpid {

namespace {

template <class T>
using Total = std::conditional_t<is_float_type<T>, double, std::int64_t>;

template <class W>
W wrapping(W a, W b, bool product) {
  if constexpr (std::is_floating_point_v<W>) {
    return product ? a * b : a + b;
  } else {
    const auto x = static_cast<std::uint64_t>(a), y = static_cast<std::uint64_t>(b);
    return static_cast<W>(product ? x * y : x + y);
  }
}

/// Calls f(how to combine two elements).
template <class W, class F>
void with_combination(const std::string& reduce, F&& f) {
  if (reduce == "amax") f([](W a, W b) { return a >= b || is_nan(a) ? a : b; });
  else if (reduce == "amin") f([](W a, W b) { return a <= b || is_nan(a) ? a : b; });
  else if (reduce == "prod") f([](W a, W b) { return wrapping(a, b, true); });
  else f([](W a, W b) { return wrapping(a, b, false); });
}

template <class W>
W mean(W total, std::int64_t n) {
  if constexpr (std::is_floating_point_v<W>) return total / static_cast<double>(n);
  else return total / n - (total % n < 0);  // rounds down
}

}  // namespace

void ScatterReduce::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &src = io.in[2], &y = io.out[0];
  const AxisIndex places(y, io.in[1], src, dim);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Total<T>;
    const Scratch<W> totals(y.numel);
    const Scratch<std::int64_t> counts(y.numel);
    std::int64_t k = 0;
    walk<1>(shape_of(x), {x.strides}, [&](const auto& at) {
      totals.data()[k] = static_cast<W>(static_cast<const T*>(x.data)[at[0]]);
      counts.data()[k++] = include_self;
    });
    const T* from = static_cast<const T*>(src.data);
    with_combination<W>(reduce, [&](auto combine) {
      for_groups_in_parallel(places, [=, total = totals.data(), count = counts.data()](
                                         std::int64_t to, std::int64_t at) {
        const W v = static_cast<W>(from[at]);
        total[to] = count[to]++ ? combine(total[to], v) : v;
      });
    });
    for (std::int64_t i = 0; i < y.numel; ++i) {
      const bool divides = reduce == "mean" && counts.data()[i] > 0;
      static_cast<T*>(y.data)[i] =
          convert<T>(divides ? mean(totals.data()[i], counts.data()[i]) : totals.data()[i]);
    }
  });
}

}  // namespace limpid
