#pragma once
// Reductions of any float dtype, by a Kind (see reduce_over.h) that is written for float and double
// only and gives its result as a double, which is rounded once. 16-bit floats are widened in
// blocks.
//
//   template <class C> struct Kind {
//     using Total = ...;
//     Total nothing() const;
//     void add_row(const C* x, std::int64_t n, Total& total) const;
//     void add_columns(const C* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
//                      Total* totals) const;
//     void merge(Total& into, const Total& other) const;
//     double result(const Total& total) const;
//   };

#include "limpid/backends/cpu/moment_loops.h"
#include "limpid/backends/cpu/reduce_over.h"
#include "limpid/core/rows.h"

namespace limpid {

/// A Kind for elements of type `Element`.
template <class Element, class Kind>
struct RoundedKind {
  using X = Element;
  using Y = Element;
  using Total = typename Kind::Total;
  static constexpr bool kWide = std::is_floating_point_v<X>;
  static constexpr std::int64_t kBlock = 2048, kRows = 32, kColumns = 256;
  Kind kind;

  Total nothing() const { return kind.nothing(); }
  void merge(Total& into, const Total& other) const { kind.merge(into, other); }
  Y finish(const Total& total) const { return convert<Y>(kind.result(total)); }

  void add_row(const X* x, std::int64_t n, Total& total) const {
    float wide[kWide ? 1 : kBlock];
    for (std::int64_t i = 0; i < n; i += kBlock) {
      const std::int64_t count = std::min(kBlock, n - i);
      if constexpr (kWide) {
        kind.add_row(x + i, count, total);
      } else {
        widen(x + i, wide, count);
        kind.add_row(wide, count, total);
      }
    }
  }
  /// At most kColumns columns.
  void add_columns(const X* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   Total* totals) const {
    float wide[kWide ? 1 : kRows * kColumns];
    for (std::int64_t begin = 0; begin < rows; begin += kRows) {
      const std::int64_t count = std::min(kRows, rows - begin);
      const X* from = x + begin * stride;
      if constexpr (kWide) {
        kind.add_columns(from, stride, count, columns, totals);
      } else {
        for (std::int64_t r = 0; r < count; ++r)
          widen(from + r * stride, wide + r * kColumns, columns);
        kind.add_columns(wide, kColumns, count, columns, totals);
      }
    }
  }

 private:
  static void widen(const X* x, float* y, std::int64_t n) {
    if constexpr (std::is_same_v<X, Half>) moment_loops().widen_f16(x, y, n);
    else moment_loops().widen_bf16(x, y, n);
  }
};

/// y = x, of a floating dtype, reduced over the axes whose bit is set. `make(TypeTag<C>{})` gives
/// the Kind for C, float or double. It is handed rows of at most 2048 elements, and blocks of at
/// most 32 rows and 256 columns.
template <class Make>
void reduce_floats(const Make& make, const AnyView& x, const AnyView& y, std::uint64_t axes,
                   bool keepdim) {
  visit_float(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    using C = std::conditional_t<std::is_floating_point_v<X>, X, float>;
    const auto kind = make(TypeTag<C>{});
    reduce_over(RoundedKind<X, std::remove_const_t<decltype(kind)>>{kind}, x, y, axes, keepdim);
  });
}

}  // namespace limpid
