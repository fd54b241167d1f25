#pragma once
// The running logarithm of the sum of exponentials along an axis.

#include "limpid/op/apply.h"

namespace limpid {

struct LogCumsumExp {
  std::int64_t dim = 0;  ///< the axis to add along

  static constexpr OpDoc doc{
      .name = "logcumsumexp",
      .title = "LogCumsumExp",
      .summary = "The logarithm of the running sums of exponentials along an axis.",
      .formula = "y_i = log(e^(x_0) + ... + e^(x_i)), without overflow",
      .shapes = "any shape -> the same"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("dim", &LogCumsumExp::dim)}; }

  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1, .outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Floats only (DTypeError), as in PyTorch.
Tensor logcumsumexp(const Tensor& input, std::int64_t dim);

}  // namespace limpid
