#pragma once
// Group normalisation. Reference and gradient are in group_norm.cpp, the fast kernels in
// group_norm_cpu.cpp, cases in group_norm_cases.cpp.

#include "limpid/op/apply.h"

namespace limpid {

struct GroupNorm {
  std::int64_t num_groups = 1;  ///< neighbouring channels that share a mean and variance
  double eps = 1e-5;

  static constexpr OpDoc doc{
      .name = "group_norm",
      .title = "GroupNorm",
      .summary = "Normalises groups of channels of each sample, then scales and shifts channels.",
      .formula = "y = (x - mean) / sqrt(var + eps) weight + bias; mean and biased var of a group",
      .inputs = "input, weight?, bias?",
      .shapes = "(N, C, ...) with C divisible by num_groups, weight and bias (C,) -> as input",
      .source = "Wu and He, Group normalization, ECCV 2018"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("num_groups", &GroupNorm::num_groups), field("eps", &GroupNorm::eps)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs);
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// Channels are dimension 1. ShapeError when num_groups does not divide them; ValueError when a
/// group has one value only, whose variance is 0 (as in PyTorch), or for a negative eps.
Tensor group_norm(const Tensor& input, std::int64_t num_groups, const Tensor& weight = {},
                  const Tensor& bias = {}, double eps = 1e-5);

}  // namespace limpid
