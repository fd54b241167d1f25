// The activations and the error function, compiled once a SIMD level. The formulas are in
// activation_formulas.h.

#include "limpid/ops/pointwise/activation_formulas.h"
#include "limpid/ops/pointwise/loop_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

using namespace formula;

constinit const ActivationLoops activation_loops{.gelu = costly_row<Gelu, 1>(),
                                                 .gelu_tanh = costly_row<GeluTanh, 1>(),
                                                 .silu = costly_row<Silu, 1>(),
                                                 .mish = costly_row<Mish, 1>(),
                                                 .elu = parameter_row<Elu, 1, 3>(),
                                                 .softplus = parameter_row<Softplus, 1, 2>(),
                                                 .leaky_relu = parameter_row<LeakyRelu, 1, 1>(),
                                                 .hardsigmoid = float_row<Hardsigmoid, 1>(),
                                                 .hardswish = float_row<Hardswish, 1>(),
                                                 .erf = costly_row<Erf, 1>(),
                                                 .erfc = float_row<Erfc, 1>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
