#include "limpid/ops/pooling/mean_loops.h"

// Plain loops over constant strides: the compiler makes vector code of them at every level.
namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

template <class T>
void sum_rows(const T* __restrict x, std::int64_t step, std::int64_t count, std::int64_t n,
              T* __restrict out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = x[i];
  for (std::int64_t r = 1; r < count; ++r) {
    const T* __restrict row = x + r * step;
    for (std::int64_t i = 0; i < n; ++i) out[i] += row[i];
  }
}

template <int kStride, class T>
void add_strided(const T* __restrict x, std::int64_t n, T* __restrict out) {
  for (std::int64_t o = 0; o < n; ++o) out[o] += x[o * kStride];
}

template <class T>
void sum_windows(const T* __restrict x, std::int64_t stride, std::int64_t kernel, std::int64_t n,
                 T* __restrict out) {
  if (stride == 2 && kernel == 2) {
    for (std::int64_t o = 0; o < n; ++o) out[o] = x[2 * o] + x[2 * o + 1];
    return;
  }
  for (std::int64_t o = 0; o < n; ++o) out[o] = 0;
  for (std::int64_t j = 0; j < kernel; ++j) {
    if (stride == 1) add_strided<1>(x + j, n, out);
    else if (stride == 2) add_strided<2>(x + j, n, out);
    else
      for (std::int64_t o = 0; o < n; ++o) out[o] += x[o * stride + j];
  }
}

template <class T>
void spread(const T* __restrict from, std::int64_t stride, std::int64_t kernel, std::int64_t n,
            T* __restrict to) {
  if (stride == 2 && kernel == 2) {
    for (std::int64_t o = 0; o < n; ++o) to[2 * o] += from[o], to[2 * o + 1] += from[o];
    return;
  }
  for (std::int64_t j = 0; j < kernel; ++j) {
    if (stride == 1)
      for (std::int64_t o = 0; o < n; ++o) to[o + j] += from[o];
    else
      for (std::int64_t o = 0; o < n; ++o) to[o * stride + j] += from[o];
  }
}

template <class T>
void divide(const T* __restrict x, const T* __restrict divisors, T factor, std::int64_t n,
            T* __restrict out) {
  for (std::int64_t o = 0; o < n; ++o) out[o] = x[o] / (divisors[o] * factor);
}

template <class T>
void add(const T* __restrict from, std::int64_t n, T* __restrict to) {
  for (std::int64_t i = 0; i < n; ++i) to[i] += from[i];
}

}  // namespace

constinit const MeanLoops<float> mean_loops_f32{.sum_rows = sum_rows<float>,
                                                .sum_windows = sum_windows<float>,
                                                .spread = spread<float>,
                                                .divide = divide<float>,
                                                .add = add<float>};
constinit const MeanLoops<double> mean_loops_f64{.sum_rows = sum_rows<double>,
                                                 .sum_windows = sum_windows<double>,
                                                 .spread = spread<double>,
                                                 .divide = divide<double>,
                                                 .add = add<double>};

}  // namespace limpid::LIMPID_SIMD_LEVEL
