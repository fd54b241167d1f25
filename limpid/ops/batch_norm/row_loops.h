#pragma once
// The loops of batch normalisation over rows of channels, which is how channels-last maps and
// matrices (N, C) lie: x[r columns + j], r < rows. One table a SIMD level; 16-bit floats are
// widened a few rows at a time, in the first cache.

#include <cstdint>

#include "limpid/backends/cpu/simd.h"

namespace limpid {

struct BatchNormLoops {
  /// sums[j] += the sum over r of x - about[j], and squares[j] += that of its square.
  void (*deviations)(const void* x, std::int64_t rows, std::int64_t columns, const float* about,
                     double* sums, double* squares);
  /// y = (x - centre[j]) factor[j] + shift[j]
  void (*normalise)(const void* x, std::int64_t rows, std::int64_t columns, const float* centre,
                    const float* factor, const float* shift, void* y);
  /// sums[j] += the sum over r of dy, and products[j] += that of dy (x - centre[j]).
  void (*products)(const void* x, const void* dy, std::int64_t rows, std::int64_t columns,
                   const float* centre, double* sums, double* products);
  /// dx = of_dy[j] dy - of_x[j] (x - centre[j]) - constant[j]
  void (*gradient)(const void* x, const void* dy, std::int64_t rows, std::int64_t columns,
                   const float* centre, const float* of_dy, const float* of_x,
                   const float* constant, void* dx);
};

/// By the type of the elements.
struct BatchNormTable {
  BatchNormLoops f32, f16, bf16;
};

#define LIMPID_DECLARE_LEVEL(level)             \
  namespace level {                             \
  extern const BatchNormTable batch_norm_loops; \
  }
LIMPID_DECLARE_LEVEL(baseline)
LIMPID_DECLARE_LEVEL(avx2)
LIMPID_DECLARE_LEVEL(avx512)
#undef LIMPID_DECLARE_LEVEL

}  // namespace limpid
