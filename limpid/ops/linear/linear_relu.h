#pragma once
// y = max(x w^T + b, 0): a fully connected layer with its activation, in one pass over the output.
// A caller says so; nothing joins the two ops behind its back. Kernels are in linear_cpu.cpp.

#include "limpid/ops/linear/linear.h"

namespace limpid {

struct LinearRelu {
  static constexpr OpDoc doc{
      .name = "linear_relu",
      .title = "LinearRelu",
      .summary = "relu(linear(input, weight, bias)) in one step.",
      .formula = "y[..., o] = max(sum over i of x[..., i] w[o, i] + b[o], 0)",
      .inputs = Linear::doc.inputs,
      .shapes = Linear::doc.shapes};
  static constexpr OpTraits traits = Linear::traits;
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }

  Spec infer(const Inputs& in) const { return Linear{}.infer(in); }
  double flops(const Inputs& in) const { return Linear{}.flops(in); }
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  /// As linear, and the output: it is 0 where the slope is.
  static Saves saves(Needs needs) {
    return {.inputs = Linear::saves(needs).inputs, .outputs = 1, .specs = true};
  }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// relu(linear(input, weight, bias)); arguments and errors are those of linear. NaN stays NaN.
Tensor linear_relu(const Tensor& input, const Tensor& weight, const Tensor& bias = {});

}  // namespace limpid
