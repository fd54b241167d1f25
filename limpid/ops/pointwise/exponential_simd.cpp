// exp and what is made of it, compiled once a SIMD level. The formulas are in
// backends/cpu/simd_math.h.

#include "limpid/ops/pointwise/loop_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

using namespace formula;

constinit const ExponentialLoops exponential_loops{
    .exp = float_row<Exp, 1>(),
    .log = float_row<Log, 1>(),
    .sigmoid = float_row<Sigmoid, 1>(),
    .tanh = float_row<Tanh, 1>(),
    .sigmoid_backward = float_row<SigmoidBackward, 2>(),
    .tanh_backward = float_row<TanhBackward, 2>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
