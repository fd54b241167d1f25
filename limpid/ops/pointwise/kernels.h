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
  LoopRow lerp;        ///< of (x, y, weight)
  LoopRow neg, abs, sign, sqrt, reciprocal, relu;
  LoopRow relu_backward;  ///< of (dy, y)
};

/// exponential_simd.cpp. Floats only.
struct ExponentialLoops {
  LoopRow exp, log, sigmoid, tanh;
  LoopRow exp2, expm1, log2, log10, log1p, rsqrt;
  LoopRow sigmoid_backward, tanh_backward;  ///< of (dy, y)
};

/// comparison_simd.cpp. Results are bool, but for `where`, which takes (condition, x, y).
/// x > y is y < x.
struct ComparisonLoops {
  LoopRow eq, ne, lt, le, logical_and, logical_or, logical_not;
  LoopRow where;
};

/// rounding_simd.cpp. Bits: integers and bool only.
struct RoundingLoops {
  LoopRow floor, ceil, round, trunc;
  LoopRow bitwise_and, bitwise_or, bitwise_xor, bitwise_not;
};

/// trigonometric_simd.cpp. Floats only.
struct TrigonometricLoops {
  LoopRow sin, cos, tan;
};

/// activation_simd.cpp. Floats only; behind x, the numbers of the card.
struct ActivationLoops {
  LoopRow gelu, gelu_tanh, silu, mish;
  LoopRow elu;         ///< of (x, scale alpha, scale, input_scale)
  LoopRow softplus;    ///< of (x, beta, threshold)
  LoopRow leaky_relu;  ///< of (x, negative_slope)
  LoopRow hardsigmoid, hardswish;
  LoopRow erf, erfc;
};

/// activation_backward_simd.cpp. Of dy, x and the numbers of the card.
struct ActivationGradientLoops {
  LoopRow gelu, gelu_tanh, silu, mish, elu, softplus, leaky_relu, hardtanh, hardsigmoid, hardswish;
};

#define LIMPID_DECLARE_LEVEL(level)                               \
  namespace level {                                               \
  extern const ArithmeticLoops arithmetic_loops;                  \
  extern const ExponentialLoops exponential_loops;                \
  extern const ComparisonLoops comparison_loops;                  \
  extern const RoundingLoops rounding_loops;                      \
  extern const ActivationLoops activation_loops;                  \
  extern const ActivationGradientLoops activation_gradient_loops; \
  extern const TrigonometricLoops trigonometric_loops;            \
  }
LIMPID_DECLARE_LEVEL(baseline)
LIMPID_DECLARE_LEVEL(avx2)
LIMPID_DECLARE_LEVEL(avx512)
#undef LIMPID_DECLARE_LEVEL

}  // namespace limpid
