// Everything is added in double: squares of float32 neither overflow nor vanish. Orders 1 and 2
// have loops of their own in vector instructions; the others are rare.

#include <cmath>

#include "limpid/backends/cpu/reduce_floats.h"
#include "limpid/core/reduction.h"
#include "limpid/ops/vector_norm/vector_norm.h"

namespace limpid {

namespace {

template <class C>
struct SquareKind {
  using Total = double;
  MomentLoops<C> loops = moment_loops().of<C>();

  Total nothing() const { return 0; }
  void merge(Total& into, Total other) const { into += other; }
  void add_row(const C* x, std::int64_t n, Total& total) const { total += loops.squares(x, n); }
  void add_columns(const C* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   Total* totals) const {
    const double shift[256] = {};
    double sums[256] = {}, squares[256] = {};  // of this block: long sums are more exact in parts
    loops.column_deviations(x, stride, rows, columns, shift, sums, squares);
    for (std::int64_t j = 0; j < columns; ++j) totals[j] += squares[j];
  }
  double result(Total total) const { return std::sqrt(total); }
};

template <class C>
struct AbsoluteKind {
  using Total = double;
  MomentLoops<C> loops = moment_loops().of<C>();

  Total nothing() const { return 0; }
  void merge(Total& into, Total other) const { into += other; }
  void add_row(const C* x, std::int64_t n, Total& total) const { total += loops.absolutes(x, n); }
  void add_columns(const C* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   Total* totals) const {
    double sums[256] = {};
    loops.column_absolutes(x, stride, rows, columns, sums);
    for (std::int64_t j = 0; j < columns; ++j) totals[j] += sums[j];
  }
  double result(Total total) const { return total; }
};

/// The largest |x|, or the smallest for ord = -infinity; NaN if there is one.
template <class C, bool kLargest>
struct ExtremeKind {
  using Total = double;

  Total nothing() const { return kLargest ? 0 : std::numeric_limits<double>::infinity(); }
  void merge(Total& into, Total other) const {
    if (!(kLargest ? into >= other : into <= other) && !std::isnan(into)) into = other;
  }
  void add_row(const C* x, std::int64_t n, Total& total) const {
    for (std::int64_t i = 0; i < n; ++i) merge(total, std::abs(static_cast<double>(x[i])));
  }
  void add_columns(const C* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   Total* totals) const {
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t j = 0; j < columns; ++j)
        merge(totals[j], std::abs(static_cast<double>(x[r * stride + j])));
  }
  double result(Total total) const { return total; }
};

/// Any other order, 0 among them.
template <class C>
struct PowerKind {
  using Total = double;
  double ord;

  double term(C x) const {
    return ord == 0 ? double(x != 0) : std::pow(std::abs(static_cast<double>(x)), ord);
  }
  Total nothing() const { return 0; }
  void merge(Total& into, Total other) const { into += other; }
  void add_row(const C* x, std::int64_t n, Total& total) const {
    for (std::int64_t i = 0; i < n; ++i) total += term(x[i]);
  }
  void add_columns(const C* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   Total* totals) const {
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t j = 0; j < columns; ++j) totals[j] += term(x[r * stride + j]);
  }
  double result(Total total) const {  // 1 / ord needs more digits than double has
    return ord == 0 ? total
                    : static_cast<double>(std::pow(total, 1 / static_cast<long double>(ord)));
  }
};

}  // namespace

void VectorNorm::forward(Cpu, const Io& io) const {
  const auto run = [&](const auto& make) {
    reduce_floats(make, io.in[0], io.out[0], reduced_axes(dim, io.in[0].rank), keepdim);
  };
  if (ord == 2) run([]<class C>(TypeTag<C>) { return SquareKind<C>{}; });
  else if (ord == 1) run([]<class C>(TypeTag<C>) { return AbsoluteKind<C>{}; });
  else if (!std::isinf(ord)) run([&]<class C>(TypeTag<C>) { return PowerKind<C>{ord}; });
  else if (std::signbit(ord)) run([]<class C>(TypeTag<C>) { return ExtremeKind<C, false>{}; });
  else run([]<class C>(TypeTag<C>) { return ExtremeKind<C, true>{}; });
}

}  // namespace limpid
