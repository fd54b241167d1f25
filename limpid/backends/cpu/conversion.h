#pragma once
// From one dtype to another, element by element.

#include "limpid/backends/cpu/strided_loop.h"

namespace limpid {

/// The loop for run_loop(): between float32 and the 16-bit floats, of the SIMD level.
Loop conversion(DType from, DType to);

struct HalfLoops {
  Loop f32_to_f16, f32_to_bf16, f16_to_f32, bf16_to_f32;
};

namespace baseline {
extern const HalfLoops half_loops;
}
namespace avx2 {
extern const HalfLoops half_loops;
}
namespace avx512 {
extern const HalfLoops half_loops;
}

}  // namespace limpid
