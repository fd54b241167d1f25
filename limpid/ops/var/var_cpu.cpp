// One pass over memory: the mean and the squared deviations of a block are found while it is in the
// cache, in double, and blocks are brought together by the formula of Chan, Golub and LeVeque. No
// difference of large sums is taken, so a variance far smaller than the mean keeps its digits.

#include <cmath>

#include "limpid/backends/cpu/reduce_floats.h"
#include "limpid/core/reduction.h"
#include "limpid/ops/var/var.h"

namespace limpid {

namespace {

/// Of n elements: their mean, and the sum of the squares of what lies beside it.
struct Moments {
  double n, mean, squares;
};

template <class C>
struct MomentKind {
  using Total = Moments;
  double divisor;
  bool root;
  MomentLoops<C> loops = moment_loops().of<C>();

  Total nothing() const { return {0, 0, 0}; }
  // The mean of both is m_a + d n_b / n with d = m_b - m_a; each side's squares grow by its share
  // of d^2.
  void merge(Total& a, const Total& b) const {
    if (b.n == 0) return;
    const double n = a.n + b.n, d = b.mean - a.mean;
    a.mean += d * (b.n / n);
    a.squares += b.squares + d * d * (a.n * b.n / n);
    a.n = n;
  }
  /// From the sums of n deviations from `near`, and of their squares.
  static Total around(double near, double n, double sum, double squares) {
    const double rest = sum / n;      // nearly 0: what rounding left between `near` and the mean
    const double mean = near + rest;  // mutate: equivalent -- below the digits that tests see
    return {n, mean, std::max(squares - sum * rest, 0.0)};
  }
  void add_row(const C* x, std::int64_t n, Total& total) const {
    double sum = 0, squares = 0;  // mutate: equivalent -- any number near the mean will do
    const auto count = static_cast<double>(n);
    loops.deviations(x, 0, n, &sum, &squares);
    const double near = sum / count;
    sum = squares = 0;
    loops.deviations(x, near, n, &sum, &squares);
    merge(total, around(near, count, sum, squares));
  }
  void add_columns(const C* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   Total* totals) const {
    double near[256] = {}, sums[256] = {}, squares[256] = {};
    const auto count = static_cast<double>(rows);
    loops.column_deviations(x, stride, rows, columns, near, sums, squares);
    for (std::int64_t j = 0; j < columns; ++j) {
      near[j] = sums[j] / count;
      sums[j] = squares[j] = 0;
    }
    loops.column_deviations(x, stride, rows, columns, near, sums, squares);
    for (std::int64_t j = 0; j < columns; ++j)
      merge(totals[j], around(near[j], count, sums[j], squares[j]));
  }
  double result(const Total& total) const {
    const double variance = (total.n ? total.squares : 0) / divisor;
    return root ? std::sqrt(variance) : variance;
  }
};

void spread(const Spread& op, const Io& io, bool root) {
  const AnyView& x = io.in[0];
  const double divisor = op.divisor(shape_of(x));
  reduce_floats(
      [&]<class C>(TypeTag<C>) {
        return MomentKind<C>{divisor, root};
      },
      x, io.out[0], reduced_axes(op.dim, x.rank), op.keepdim);
}

}  // namespace

void Var::forward(Cpu, const Io& io) const { spread(*this, io, /*root=*/false); }
void Std::forward(Cpu, const Io& io) const { spread(*this, io, /*root=*/true); }

}  // namespace limpid
