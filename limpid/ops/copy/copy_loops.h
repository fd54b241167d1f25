#pragma once
// Conversions that have vector instructions of their own.

#include "limpid/backends/cpu/strided_loop.h"

namespace limpid {

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
