#pragma once
// Tables of the pointwise loops, one field a formula and one entry a dtype; null where an op does
// not take the dtype. Every SIMD level has its own tables.

#include "limpid/backends/cpu/simd.h"
#include "limpid/backends/cpu/strided_loop.h"

namespace limpid {

/// Loops of one formula, by dtype.
struct LoopRow {
  Loop loops[kDTypes] = {};
  Loop operator[](DType dtype) const { return loops[static_cast<int>(dtype)]; }
};

/// arithmetic_simd.cpp. Operands and result share the dtype.
struct ArithmeticLoops {
  LoopRow add, sub, mul, div, maximum, minimum;
  LoopRow add_scaled;  ///< x + alpha y, of (x, y, alpha); alpha is float for 16-bit floats
  LoopRow clamp;       ///< of (x, low, high)
  LoopRow neg, abs, sign, sqrt, reciprocal, relu;
  LoopRow relu_backward;  ///< of (dy, y)
};

/// exponential_simd.cpp. Floats only.
struct ExponentialLoops {
  LoopRow exp, log, sigmoid, tanh;
  LoopRow sigmoid_backward, tanh_backward;  ///< of (dy, y)
};

/// comparison_simd.cpp. Results are bool, but for `where`, which takes (condition, x, y).
/// x > y is y < x.
struct ComparisonLoops {
  LoopRow eq, ne, lt, le, logical_and, logical_or, logical_not;
  LoopRow where;
};

#define LIMPID_DECLARE_LEVEL(level)                \
  namespace level {                                \
  extern const ArithmeticLoops arithmetic_loops;   \
  extern const ExponentialLoops exponential_loops; \
  extern const ComparisonLoops comparison_loops;   \
  }
LIMPID_DECLARE_LEVEL(baseline)
LIMPID_DECLARE_LEVEL(avx2)
LIMPID_DECLARE_LEVEL(avx512)
#undef LIMPID_DECLARE_LEVEL

}  // namespace limpid
