#pragma once
// The inner loop of max pooling: one element of many windows at once. Compiled once a SIMD level.

#include <cstdint>

#include "limpid/backends/cpu/simd.h"

namespace limpid {

/// For n windows: v = x[i * step], at place first + i * place_step of the plane, becomes best[i],
/// and its place index[i], if it is larger or NaN. The step is a constant of the function.
using TakeLarger = void (*)(const float* x, std::int64_t n, std::int32_t first,
                            std::int32_t place_step, float* best, std::int32_t* index);
/// One window of a channels-last map: rows x columns elements, `row_step` and `column_step` apart
/// from `x` on. Their places in the plane begin with `first`.
struct ChannelWindow {
  const float* x;
  std::int64_t rows, columns, row_step, column_step;
  std::int32_t first, place_row, place_column;
  /// Set where places are so many that they leave the caches before anyone reads them: they are
  /// written past the caches, and what a window lying so many elements on reads is asked for.
  std::int64_t far_ahead;
};
struct PoolLoops {
  TakeLarger step1, step2;
  /// The winners of the window in each of n neighbouring channels.
  void (*window)(const ChannelWindow& w, std::int64_t n, float* values, std::int64_t* indices);
};

#define LIMPID_DECLARE_LEVEL(level)  \
  namespace level {                  \
  extern const PoolLoops pool_loops; \
  }
LIMPID_DECLARE_LEVEL(baseline)
LIMPID_DECLARE_LEVEL(avx2)
LIMPID_DECLARE_LEVEL(avx512)
#undef LIMPID_DECLARE_LEVEL

}  // namespace limpid
