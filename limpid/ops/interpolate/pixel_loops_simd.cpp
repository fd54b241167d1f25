// Compiled once a SIMD level.

#include "limpid/backends/cpu/simd_rows.h"
#include "limpid/ops/interpolate/pixel_loops.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

template <class T>
void gather(const T* const* from, const T* weight, std::int64_t count, T* to, std::int64_t n) {
  map(n, to, [=](std::int64_t c, std::int64_t left) {
    Batch<T> sum = Batch<T>(weight[0]) * load(from[0] + c, left);
    for (std::int64_t k = 1; k < count; ++k)
      sum = multiply_add(Batch<T>(weight[k]), load(from[k] + c, left), sum);
    return sum;
  });
}

template <class T>
void spread(const T* from, const T* weight, std::int64_t count, T* const* to, std::int64_t n) {
  for (std::int64_t k = 0; k < count; ++k) {
    const T* sums = to[k];
    map(n, to[k], [=](std::int64_t c, std::int64_t left) {
      return multiply_add(Batch<T>(weight[k]), load(from + c, left), load(sums + c, left));
    });
  }
}

}  // namespace

constinit const AllPixelLoops pixel_loops{.f32 = {gather<float>, spread<float>},
                                          .f64 = {gather<double>, spread<double>}};

}  // namespace limpid::LIMPID_SIMD_LEVEL
