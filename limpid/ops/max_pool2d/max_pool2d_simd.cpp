#include "limpid/ops/max_pool2d/take_larger.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

// Written without branches, so that the compiler makes vector code of it.
template <int kStep>
void take_larger(const float* __restrict x, std::int64_t n, std::int32_t first,
                 std::int32_t place_step, float* __restrict best, std::int32_t* __restrict index) {
  const auto count = static_cast<std::int32_t>(n);
  for (std::int32_t i = 0; i < count; ++i) {
    const float v = x[i * kStep], b = best[i];
    const std::int32_t place = first + i * place_step, before = index[i];
    const bool larger = !(v <= b);                       // or one of them is NaN
    const bool takes = larger & !((b != b) & (v == v));  // but a number does not replace NaN
    best[i] = takes ? v : b;
    index[i] = takes ? place : before;
  }
}

}  // namespace

constinit const PoolLoops pool_loops{.step1 = take_larger<1>, .step2 = take_larger<2>};

}  // namespace limpid::LIMPID_SIMD_LEVEL
