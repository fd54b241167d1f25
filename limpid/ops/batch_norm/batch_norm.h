#pragma once
// Batch normalisation. Reference, gradient and the public function are in batch_norm.cpp, the fast
// kernels in batch_norm_cpu.cpp, cases in batch_norm_cases.cpp.

#include "limpid/op/apply.h"

namespace limpid {

/// The card is pure: it hands out the statistics of the batch, and the function batch_norm() moves
/// the running ones towards them.
struct BatchNorm {
  bool training = false;  ///< normalise by the batch, else by running_mean and running_var
  double eps = 1e-5;

  static constexpr OpDoc doc{
      .name = "batch_norm",
      .title = "BatchNorm",
      .summary = "Normalises each channel to mean 0 and variance 1, then scales and shifts it.",
      .formula = "y = (x - mean) / sqrt(var + eps) weight + bias, one of each for every channel",
      .inputs = "input, weight?, bias?, running_mean?, running_var?",
      .outputs = "output, mean, var",
      .shapes = "(N, C, ...) -> the same, (C,), (C,); var divides by the count (biased)",
      .source =
          "Ioffe and Szegedy, Batch normalization: accelerating deep network training by "
          "reducing internal covariate shift, ICML 2015"};
  static constexpr OpTraits traits{.keeps_layout = true,
                                   .accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::follow,
                                   .constant_outputs = 0b110};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("training", &BatchNorm::training), field("eps", &BatchNorm::eps)};
  }

  std::array<Spec, 3> infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs);
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// torch.nn.functional.batch_norm. `input` (N, C, ...) of a floating dtype; the others, each (C,)
/// or undefined, have the input's dtype, or float32 beside a 16-bit input. In training the running
/// statistics are moved in place: running = (1 - momentum) running + momentum batch, with the
/// variance divided by count - 1. Evaluation needs them. ShapeError, DTypeError; ValueError for
/// training on one value a channel.
Tensor batch_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                  const Tensor& weight = {}, const Tensor& bias = {}, bool training = false,
                  double momentum = 0.1, double eps = 1e-5);

}  // namespace limpid
