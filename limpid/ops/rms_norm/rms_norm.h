#pragma once
// Root-mean-square normalisation. Reference and gradient are in rms_norm.cpp, the fast kernels in
// rms_norm_cpu.cpp, cases in rms_norm_cases.cpp.

#include <optional>

#include "limpid/op/apply.h"

namespace limpid {

struct RmsNorm {
  Shape normalized_shape;  ///< the last dimensions of the input, over which the mean goes
  double eps = 0x1p-23;

  static constexpr OpDoc doc{
      .name = "rms_norm",
      .title = "RmsNorm",
      .summary = "Divides the last dimensions by the root of their mean square, then scales them.",
      .formula = "y = x / sqrt(mean of x^2 + eps) weight, of each sample",
      .inputs = "input, weight?",
      .shapes = "(..., *normalized_shape), weight (*normalized_shape) -> as input",
      .source = "Zhang and Sennrich, Root mean square layer normalization, NeurIPS 2019"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("normalized_shape", &RmsNorm::normalized_shape),
                      field("eps", &RmsNorm::eps)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs);
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// `normalized_shape` are the last dimensions of `input`, and the shape of `weight`. Without `eps`
/// it is the spacing of the computing dtype at 1: 2^-52 for float64, else 2^-23, as in PyTorch.
Tensor rms_norm(const Tensor& input, const Shape& normalized_shape, const Tensor& weight = {},
                std::optional<double> eps = std::nullopt);

}  // namespace limpid
