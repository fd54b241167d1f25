#pragma once
// The inner loops of average pooling. Compiled once a SIMD level.

#include <cstdint>

#include "limpid/backends/cpu/simd.h"

namespace limpid {

template <class T>
struct MeanLoops {
  /// out = the sum of `count` rows of n elements, `step` apart.
  void (*sum_rows)(const T* x, std::int64_t step, std::int64_t count, std::int64_t n, T* out);
  /// out[o] = x[o stride] + ... + x[o stride + kernel - 1] for n windows.
  void (*sum_windows)(const T* x, std::int64_t stride, std::int64_t kernel, std::int64_t n, T* out);
  /// to[o stride + j] += from[o] for j < kernel, for n windows.
  void (*spread)(const T* from, std::int64_t stride, std::int64_t kernel, std::int64_t n, T* to);
  /// out[o] = x[o] / (divisors[o] factor).
  void (*divide)(const T* x, const T* divisors, T factor, std::int64_t n, T* out);
  /// to += from.
  void (*add)(const T* from, std::int64_t n, T* to);
};

#define LIMPID_DECLARE_LEVEL(level)              \
  namespace level {                              \
  extern const MeanLoops<float> mean_loops_f32;  \
  extern const MeanLoops<double> mean_loops_f64; \
  }
LIMPID_DECLARE_LEVEL(baseline)
LIMPID_DECLARE_LEVEL(avx2)
LIMPID_DECLARE_LEVEL(avx512)
#undef LIMPID_DECLARE_LEVEL

}  // namespace limpid
