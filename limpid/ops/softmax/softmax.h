#pragma once
// softmax: scores become probabilities. Reference and gradient are in softmax.cpp, the fast kernel
// in softmax_cpu.cpp, the cases that test both in softmax_cases.cpp.

#include "limpid/op/apply.h"

namespace limpid {

struct Softmax {
  std::int64_t dim = -1;  ///< the axis along which the results add up to 1

  static constexpr OpDoc doc{
      .name = "softmax",
      .title = "Softmax",
      .summary = "Turns scores along an axis into probabilities that add up to 1.",
      .formula = "y_i = e^(x_i - m) / sum over j of e^(x_j - m), with m = max over j of x_j",
      .shapes = "any shape -> the same",
      .source =
          "Bridle, Probabilistic interpretation of feedforward classification network outputs "
          "(1990)"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("dim", &Softmax::dim)}; }

  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// Probabilities along `dim`, of the shape and dtype of `input` (a float: DTypeError otherwise).
/// A row that holds NaN, +infinity, or nothing but -infinity has no probabilities: it becomes NaN,
/// as in PyTorch. IndexError when there is no axis `dim`.
Tensor softmax(const Tensor& input, std::int64_t dim);

}  // namespace limpid
