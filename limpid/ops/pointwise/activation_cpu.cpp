// The Cpu kernels of smooth_activation.h and piecewise_activation.h.

#include "limpid/ops/pointwise/bounds.h"
#include "limpid/ops/pointwise/piecewise_activation.h"
#include "limpid/ops/pointwise/run_loops.h"
#include "limpid/ops/pointwise/smooth_activation.h"

namespace limpid {

namespace {

const ActivationLoops& forward_loops() {
  static const ActivationLoops& table = at_level(simd_level(), LIMPID_LEVELS(activation_loops));
  return table;
}
const ActivationGradientLoops& gradient_loops() {
  static const ActivationGradientLoops& table =
      at_level(simd_level(), LIMPID_LEVELS(activation_gradient_loops));
  return table;
}

void run_costly(const LoopRow& row, const Io& io) { run(row, io, kCostlyGrain); }
Tensors costly_backward(const LoopRow& row, const Backward& b) {
  return {run_backward(row, b.dy(), b.input(), kCostlyGrain)};
}

}  // namespace

void Gelu::forward(Cpu, const Io& io) const {
  run_costly(approximate == "tanh" ? forward_loops().gelu_tanh : forward_loops().gelu, io);
}
Tensors Gelu::backward(Cpu, const Backward& b) const {
  return costly_backward(approximate == "tanh" ? gradient_loops().gelu_tanh : gradient_loops().gelu,
                         b);
}

void Silu::forward(Cpu, const Io& io) const { run_costly(forward_loops().silu, io); }
Tensors Silu::backward(Cpu, const Backward& b) const {
  return costly_backward(gradient_loops().silu, b);
}

void Mish::forward(Cpu, const Io& io) const { run_costly(forward_loops().mish, io); }
Tensors Mish::backward(Cpu, const Backward& b) const {
  return costly_backward(gradient_loops().mish, b);
}

void Elu::forward(Cpu, const Io& io) const {
  run_with_numbers(forward_loops().elu, io.out[0], io.in, kCostlyGrain, alpha * scale, scale,
                   input_scale);
}
Tensors Elu::backward(Cpu, const Backward& b) const {
  return {run_backward_with_numbers(gradient_loops().elu, b.dy(), b.input(), kCostlyGrain,
                                    alpha * scale, scale, input_scale)};
}

void Softplus::forward(Cpu, const Io& io) const {
  run_with_numbers(forward_loops().softplus, io.out[0], io.in, kCostlyGrain, beta, threshold);
}
Tensors Softplus::backward(Cpu, const Backward& b) const {
  return {run_backward_with_numbers(gradient_loops().softplus, b.dy(), b.input(), kCostlyGrain,
                                    beta, threshold)};
}

void LeakyRelu::forward(Cpu, const Io& io) const {
  run_with_numbers(forward_loops().leaky_relu, io.out[0], io.in, kCheapGrain, negative_slope);
}
Tensors LeakyRelu::backward(Cpu, const Backward& b) const {
  return {run_backward_with_numbers(gradient_loops().leaky_relu, b.dy(), b.input(), kCheapGrain,
                                    negative_slope)};
}

/// The formula of clamp, for integers too.
void Hardtanh::forward(Cpu, const Io& io) const {
  visit_dtype(io.out[0].dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    Constant low(bound<X>(min_val)), high(bound<X>(max_val));
    const AnyView in[] = {io.in[0], low.view(), high.view()};
    run_loop(at_level(simd_level(), LIMPID_LEVELS(arithmetic_loops)).clamp[io.out[0].dtype],
             io.out[0], in);
  });
}
Tensors Hardtanh::backward(Cpu, const Backward& b) const {
  return {run_backward_with_numbers(gradient_loops().hardtanh, b.dy(), b.input(), kCheapGrain,
                                    min_val, max_val)};
}

void Hardsigmoid::forward(Cpu, const Io& io) const { run(forward_loops().hardsigmoid, io); }
Tensors Hardsigmoid::backward(Cpu, const Backward& b) const {
  return {run_backward(gradient_loops().hardsigmoid, b.dy(), b.input())};
}

void Hardswish::forward(Cpu, const Io& io) const { run(forward_loops().hardswish, io); }
Tensors Hardswish::backward(Cpu, const Backward& b) const {
  return {run_backward(gradient_loops().hardswish, b.dy(), b.input())};
}

}  // namespace limpid
