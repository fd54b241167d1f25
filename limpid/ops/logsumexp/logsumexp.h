#pragma once
// log(sum of e^x): the smooth maximum.

#include "limpid/op/apply.h"

namespace limpid {

struct LogSumExp {
  Shape dim;             ///< axes to add along; none: all of them
  bool keepdim = false;  ///< they stay, with size 1

  static constexpr OpDoc doc{
      .name = "logsumexp",
      .title = "LogSumExp",
      .summary = "The logarithm of the sum of exponentials along axes.",
      .formula = "y[rest] = m + log(sum over dim of e^(x[dim, rest] - m)), with m = max over dim",
      .shapes = "any shape -> the shape without `dim` (or with 1 there)",
      .source = "Blanchard, Higham, Higham, Accurately computing the log-sum-exp (2021)"};
  static constexpr OpTraits traits{.promotion = Promotion::floating,
                                   .accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &LogSumExp::dim), field("keepdim", &LogSumExp::keepdim)};
  }

  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1, .outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Without overflow, however large the elements. Of nothing, or of nothing but -infinity, it is
/// -infinity. `dim` empty means all axes. Integers and bool become float32.
Tensor logsumexp(const Tensor& input, const Shape& dim, bool keepdim = false);

}  // namespace limpid
