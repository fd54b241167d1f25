// One pass over memory: a block's largest element and its sum of exponentials are found while it is
// in the cache. Two totals meet by rescaling the smaller one (as in online softmax: Milakov,
// Gimelshein 2018).

#include <cmath>
#include <limits>

#include "limpid/backends/cpu/reduce_floats.h"
#include "limpid/backends/cpu/row_loops.h"
#include "limpid/core/reduction.h"
#include "limpid/ops/logsumexp/logsumexp.h"

namespace limpid {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The largest element, and the sum of e^(x - largest); of e^x where the largest is infinite.
struct ExpSum {
  double largest, sum;
};

/// What exponents are taken relative to.
template <class C>
C anchor(C largest) {
  return std::isfinite(largest) ? largest : C(0);  // mutate: equivalent -- any number will do
}

template <class C>
struct ExpSumKind {
  using Total = ExpSum;
  RowLoops<C> loops = row_loops().of<C>();

  Total nothing() const { return {-kInfinity, 0}; }
  void merge(Total& a, const Total& b) const {
    if (a.largest == -kInfinity || std::isinf(b.largest)) {
      a = {std::max(a.largest, b.largest), a.sum + b.sum};  // at most one sum is not 0, or infinite
    } else if (a.largest >= b.largest) {
      a.sum += b.sum * std::exp(b.largest - a.largest);
    } else {
      a = {b.largest, b.sum + a.sum * std::exp(a.largest - b.largest)};
    }
  }
  void add_row(const C* x, std::int64_t n, Total& total) const {
    const C largest = loops.max(x, n);
    if (std::isnan(largest)) return merge(total, {kInfinity, largest});
    merge(total, {largest, loops.exp_minus(x, anchor(largest), nullptr, n)});
  }
  void add_columns(const C* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   Total* totals) const {
    C largest[256], by[256], sum[256] = {}, term[256];
    std::fill(largest, largest + columns, -std::numeric_limits<C>::infinity());
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t j = 0; j < columns; ++j) {
        const C v = x[r * stride + j];
        largest[j] = v > largest[j] ? v : largest[j];  // mutate: equivalent -- equal values
      }
    for (std::int64_t j = 0; j < columns; ++j) by[j] = anchor(largest[j]);
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t j = 0; j < columns; ++j) term[j] = x[r * stride + j] - by[j];
      loops.exp_minus(term, C(0), term, columns);
      for (std::int64_t j = 0; j < columns; ++j) sum[j] += term[j];
    }
    for (std::int64_t j = 0; j < columns; ++j) merge(totals[j], {largest[j], sum[j]});
  }
  double result(const Total& total) const { return anchor(total.largest) + std::log(total.sum); }
};

}  // namespace

void LogSumExp::forward(Cpu, const Io& io) const {
  const AnyView& x = io.in[0];
  reduce_floats([]<class C>(TypeTag<C>) { return ExpSumKind<C>{}; }, x, io.out[0],
                reduced_axes(dim, x.rank), keepdim);
}

}  // namespace limpid
