// The gradients of the activations, compiled once a SIMD level.

#include "limpid/ops/pointwise/activation_formulas.h"
#include "limpid/ops/pointwise/loop_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

using namespace formula;

constinit const ActivationGradientLoops activation_gradient_loops{
    .gelu = costly_row<GeluBackward, 2>(),
    .gelu_tanh = costly_row<GeluTanhBackward, 2>(),
    .silu = costly_row<SiluBackward, 2>(),
    .mish = float_row<MishBackward, 2>(),
    .elu = parameter_row<EluBackward, 2, 3>(),
    .softplus = parameter_row<SoftplusBackward, 2, 2>(),
    .leaky_relu = parameter_row<LeakyReluBackward, 2, 1>(),
    .hardtanh = parameter_row<HardtanhBackward, 2, 2>(),
    .hardsigmoid = float_row<HardsigmoidBackward, 2>(),
    .hardswish = float_row<HardswishBackward, 2>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
