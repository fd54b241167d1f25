// Partial sums of few elements are added in the elements' own precision and these in double
// (backends/cpu/row_loops_simd.cpp), so a long sum is more exact than one running total would be.

#include "limpid/backends/cpu/sum_over.h"

#include "limpid/backends/cpu/reduce_over.h"
#include "limpid/backends/cpu/row_loops.h"

namespace limpid {

namespace {

template <class Element>
struct Summation {
  using X = Element;
  using Total = std::conditional_t<is_float_type<X>, double, std::int64_t>;
  using Y = std::conditional_t<is_float_type<X>, X, std::int64_t>;
  static constexpr std::int64_t kColumns = 1024;  // 4 KiB of a row: long enough to be fetched ahead

  double divisor;
  SumLoops::Row row = row_loops().sums.row[static_cast<int>(dtype_of<X>())];
  SumLoops::Columns columns = row_loops().sums.columns[static_cast<int>(dtype_of<X>())];

  Total nothing() const { return 0; }
  void add_row(const X* x, std::int64_t n, Total& total) const { row(x, n, &total); }
  void add_columns(const X* x, std::int64_t stride, std::int64_t rows, std::int64_t count,
                   Total* totals) const {
    columns(x, stride, rows, count, totals);
  }
  void merge(Total& into, Total other) const {
    if constexpr (is_float_type<X>) into += other;
    else  // wraps around as int64 does in PyTorch
      into =
          static_cast<Total>(static_cast<std::uint64_t>(into) + static_cast<std::uint64_t>(other));
  }
  Y finish(Total total) const {
    if constexpr (is_float_type<X>) return convert<Y>(total / divisor);
    else return total;
  }
};

}  // namespace

void sum_over(const AnyView& x, const AnyView& y, std::uint64_t axes, bool keepdim,
              double divisor) {
  visit_dtype(x.dtype, [&](auto tag) {
    reduce_over(Summation<typename decltype(tag)::type>{divisor}, x, y, axes, keepdim);
  });
}

}  // namespace limpid
