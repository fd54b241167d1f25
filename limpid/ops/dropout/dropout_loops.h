#pragma once
// The table of loops behind dropout's Cpu kernel, one a SIMD level.

#include <cstdint>

#include "limpid/core/dtype.h"

namespace limpid {

/// y_i = x_i scale where the i-th number drawn is at least threshold / 2^24, else x_i 0, for
/// elements [begin, end) of contiguous memory. `begin` is a multiple of 64.
struct DropoutTask {
  std::uint64_t seed, offset;
  std::uint32_t threshold;
  double scale;
  const void* x;
  void* y;
};
using DropoutLoop = void (*)(const DropoutTask& task, std::int64_t begin, std::int64_t end);

struct DropoutLoops {
  DropoutLoop f32, f64;
};

namespace baseline {
extern const DropoutLoops dropout_loops;
}
namespace avx2 {
extern const DropoutLoops dropout_loops;
}
namespace avx512 {
extern const DropoutLoops dropout_loops;
}

}  // namespace limpid
