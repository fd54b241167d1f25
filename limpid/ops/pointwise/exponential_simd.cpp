// exp and what is made of it, compiled once a SIMD level. The formulas are in
// backends/cpu/simd_math.h.

#include "limpid/ops/pointwise/loop_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace formula {

struct Exp2 {
  template <class V>
  static V apply(V x) {
    return exp2_batch(x);
  }
};
struct Expm1 {
  template <class V>
  static V apply(V x) {
    return expm1_batch(x);
  }
};
struct Log2 {
  template <class V>
  static V apply(V x) {
    return log2_batch(x);
  }
};
struct Log10 {
  template <class V>
  static V apply(V x) {
    return log10_batch(x);
  }
};
struct Log1p {
  template <class V>
  static V apply(V x) {
    return log1p_batch(x);
  }
};
struct Rsqrt {
  template <class V>
  static V apply(V x) {
    return V(1) / xsimd::sqrt(x);
  }
};

}  // namespace formula

using namespace formula;

constinit const ExponentialLoops exponential_loops{
    .exp = costly_row<Exp, 1>(),
    .log = costly_row<Log, 1>(),
    .sigmoid = costly_row<Sigmoid, 1>(),
    .tanh = costly_row<Tanh, 1>(),
    .exp2 = float_row<Exp2, 1>(),
    .expm1 = float_row<Expm1, 1>(),
    .log2 = float_row<Log2, 1>(),
    .log10 = float_row<Log10, 1>(),
    .log1p = float_row<Log1p, 1>(),
    .rsqrt = float_row<Rsqrt, 1>(),
    .sigmoid_backward = float_row<SigmoidBackward, 2>(),
    .tanh_backward = float_row<TanhBackward, 2>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
