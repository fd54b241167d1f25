// Sine, cosine and tangent, compiled once a SIMD level. The formulas are in
// backends/cpu/simd_trigonometric.h.

#include "limpid/backends/cpu/simd_trigonometric.h"
#include "limpid/ops/pointwise/loop_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace formula {

struct Sin {
  template <class V>
  static V apply(V x) {
    return sin_batch(x);
  }
};
struct Cos {
  template <class V>
  static V apply(V x) {
    return cos_batch(x);
  }
};
struct Tan {
  template <class V>
  static V apply(V x) {
    return tan_batch(x);
  }
};

}  // namespace formula

constinit const TrigonometricLoops trigonometric_loops{.sin = float_row<formula::Sin, 1>(),
                                                       .cos = float_row<formula::Cos, 1>(),
                                                       .tan = float_row<formula::Tan, 1>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
