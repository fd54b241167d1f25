#pragma once
// y = x w^T + b: the fully connected layer. The fast kernel is in linear_cpu.cpp.

#include "limpid/op/apply.h"

namespace limpid {

struct Linear {
  static constexpr OpDoc doc{
      .name = "linear",
      .title = "Linear",
      .summary = "Applies an affine map to the last axis.",
      .formula = "y[..., o] = sum over i of x[..., i] w[o, i] + b[o]",
      .inputs = "input, weight, bias?",
      .shapes = "(..., in) with weight (out, in) and bias (out,) -> (..., out)"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::lower};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }

  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const {
    return 2.0 * static_cast<double>(numel(in[0].shape)) * static_cast<double>(in[1][0]);
  }
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) {
    return {.inputs = (needs[1] ? 1u : 0u) | (needs[0] ? 2u : 0u), .specs = true};
  }
  Tensors gradient(const Backward& b) const;
  /// The same gradient in fewer steps, for when it is not differentiated again.
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// x w^T + bias along the last axis of `input` (any number of axes in front, or none): weight
/// (out, in), bias (out,) or undefined. All of one dtype, floats or integers. ShapeError when the
/// last axis of `input` is not as long as the rows of `weight`.
Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias = {});

}  // namespace limpid
