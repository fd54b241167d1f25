#pragma once
// Loops behind variances, norms and products, for float and double: all in double, so that
// squares of float neither overflow nor lose digits. One table a SIMD level.

#include <cstdint>

#include "limpid/backends/cpu/simd.h"
#include "limpid/core/dtype.h"

namespace limpid {

template <class T>
struct MomentLoops {
  /// *sum += the sum of x - shift, and *squares += that of its square.
  void (*deviations)(const T* x, double shift, std::int64_t n, double* sum, double* squares);
  /// The same for columns: of x[r stride + j] - shift[j] over rows r, into sums[j] and squares[j].
  void (*column_deviations)(const T* x, std::int64_t stride, std::int64_t rows,
                            std::int64_t columns, const double* shift, double* sums,
                            double* squares);
  /// The sum of |x|, that of x^2, and the product of x.
  double (*absolutes)(const T* x, std::int64_t n);
  double (*squares)(const T* x, std::int64_t n);
  double (*product)(const T* x, std::int64_t n);
  /// totals[j] += the sum over rows r of |x[r stride + j]|.
  void (*column_absolutes)(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                           double* totals);
  /// totals[j] *= the product over rows r of x[r stride + j].
  void (*column_products)(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                          double* totals);
};

struct AllMomentLoops {
  MomentLoops<float> f32;
  MomentLoops<double> f64;
  /// y = x, for n 16-bit floats (as they are stored).
  void (*widen_f16)(const void* x, float* y, std::int64_t n);
  void (*widen_bf16)(const void* x, float* y, std::int64_t n);
  template <class T>
  const MomentLoops<T>& of() const {
    if constexpr (std::is_same_v<T, double>) return f64;
    else return f32;
  }
};

#define LIMPID_DECLARE_LEVEL(level)         \
  namespace level {                         \
  extern const AllMomentLoops moment_loops; \
  }
LIMPID_DECLARE_LEVEL(baseline)
LIMPID_DECLARE_LEVEL(avx2)
LIMPID_DECLARE_LEVEL(avx512)
#undef LIMPID_DECLARE_LEVEL

/// The loops for this processor.
inline const AllMomentLoops& moment_loops() {
  static const AllMomentLoops& chosen = at_level(simd_level(), LIMPID_LEVELS(moment_loops));
  return chosen;
}

}  // namespace limpid
