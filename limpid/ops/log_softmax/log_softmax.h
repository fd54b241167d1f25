#pragma once
// log_softmax: the logarithm of softmax, without going through probabilities that are rounded to 0.

#include "limpid/op/apply.h"

namespace limpid {

struct LogSoftmax {
  std::int64_t dim = -1;  ///< the axis along which the probabilities add up to 1

  static constexpr OpDoc doc{
      .name = "log_softmax",
      .title = "LogSoftmax",
      .summary = "Logarithms of the probabilities that softmax gives.",
      .formula = "y_i = (x_i - m) - log(sum over j of e^(x_j - m)), with m = max over j of x_j",
      .shapes = "any shape -> the same"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("dim", &LogSoftmax::dim)}; }

  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// log(softmax(input, dim)), exact also where softmax is too small for the dtype. Floats only
/// (DTypeError); NaN and infinities as in softmax. IndexError when there is no axis `dim`.
Tensor log_softmax(const Tensor& input, std::int64_t dim);

}  // namespace limpid
