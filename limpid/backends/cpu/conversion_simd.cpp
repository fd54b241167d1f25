// Between float32 and the 16-bit floats, compiled once a SIMD level.

#include "limpid/backends/cpu/conversion.h"
#include "limpid/backends/cpu/simd_loop.h"

namespace limpid::LIMPID_SIMD_LEVEL {

/// As a formula: widening and rounding happen on the way in and out of the blocks (simd_loop.h).
struct Same {
  static float apply(float x) { return x; }
};

constinit const HalfLoops half_loops{
    .f32_to_f16 = &BlockLoop<Elements<Same>, Float16, float>::run,
    .f32_to_bf16 = &BlockLoop<Elements<Same>, BrainFloat16, float>::run,
    .f16_to_f32 = &BlockLoop<Elements<Same>, float, Float16>::run,
    .bf16_to_f32 = &BlockLoop<Elements<Same>, float, BrainFloat16>::run};

}  // namespace limpid::LIMPID_SIMD_LEVEL
