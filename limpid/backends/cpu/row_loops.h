#pragma once
// Loops over one dense row, of which reductions, softmax and losses are made. One table a SIMD
// level.

#include <cstdint>

#include "limpid/backends/cpu/simd.h"
#include "limpid/core/dtype.h"

namespace limpid {

/// On n floats or doubles. `y` may be `x`.
template <class T>
struct RowLoops {
  /// The largest; NaN if one is NaN, -infinity if there is none.
  T (*max)(const T* x, std::int64_t n);
  /// The smallest; NaN if one is NaN, infinity if there is none.
  T (*min)(const T* x, std::int64_t n);
  /// The place of the first element equal to `value`, or n.
  std::int64_t (*find)(const T* x, T value, std::int64_t n);
  T (*sum)(const T* x, std::int64_t n);
  T (*dot)(const T* a, const T* b, std::int64_t n);
  /// The sum of a (shift - b); of shift - b with a == nullptr.
  T (*dot_below)(const T* a, const T* b, T shift, std::int64_t n);
  /// y = e^(x - shift); gives the sum of y. With y == nullptr only the sum.
  T (*exp_minus)(const T* x, T shift, T* y, std::int64_t n);
  /// y = y + x
  void (*add)(const T* x, T* y, std::int64_t n);
  /// y = factor x
  void (*scale)(const T* x, T factor, T* y, std::int64_t n);
  /// y = (x - a) - b
  void (*minus)(const T* x, T a, T b, T* y, std::int64_t n);
  /// y = x (z - shift)
  void (*times_minus)(const T* x, const T* z, T shift, T* y, std::int64_t n);
  /// y = x - factor e^z
  void (*minus_exp)(const T* x, const T* z, T factor, T* y, std::int64_t n);
};

/// Sums of elements of any dtype: totals are double for floats and int64 for integers and bool.
struct SumLoops {
  /// *total += the sum of n elements at x.
  using Row = void (*)(const void* x, std::int64_t n, void* total);
  /// totals[j] += the sum over rows r of x[r * stride + j], for j < columns.
  using Columns = void (*)(const void* x, std::int64_t stride, std::int64_t rows,
                           std::int64_t columns, void* totals);
  Row row[kDTypes] = {};
  Columns columns[kDTypes] = {};
};

struct AllRowLoops {
  RowLoops<float> f32;
  RowLoops<double> f64;
  SumLoops sums;
  template <class T>
  const RowLoops<T>& of() const {
    if constexpr (std::is_same_v<T, double>) return f64;
    else return f32;
  }
};

#define LIMPID_DECLARE_LEVEL(level)   \
  namespace level {                   \
  extern const AllRowLoops row_loops; \
  }
LIMPID_DECLARE_LEVEL(baseline)
LIMPID_DECLARE_LEVEL(avx2)
LIMPID_DECLARE_LEVEL(avx512)
#undef LIMPID_DECLARE_LEVEL

/// The loops for this processor.
inline const AllRowLoops& row_loops() {
  static const AllRowLoops& chosen = at_level(simd_level(), LIMPID_LEVELS(row_loops));
  return chosen;
}

}  // namespace limpid
