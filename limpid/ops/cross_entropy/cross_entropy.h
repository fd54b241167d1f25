#pragma once
// The loss of classification, straight from scores: log-softmax and negative log-likelihood in one.

#include "limpid/op/apply.h"

namespace limpid {

/// What becomes of the losses of the samples.
enum class LossReduction : std::uint8_t { mean, sum, none };

struct CrossEntropy {
  std::int64_t ignore_index = -100;  ///< samples with this target count for nothing
  std::string reduction = "mean";    ///< "mean", "sum" or "none"
  double label_smoothing = 0;        ///< share of the target that is spread over all classes

  static constexpr OpDoc doc{
      .name = "cross_entropy",
      .title = "CrossEntropy",
      .summary = "Says how far scores are from the right classes: the loss of classification.",
      .formula = "loss = mean over samples of -log softmax(x)[target]",
      .inputs = "input, target, weight?",
      .shapes = "scores (N, C) or (N, C, d1, ...) and classes (N) or (N, d1, ...) -> () or, without "
                "reduction, the shape of the target",
      .source = "Bridle, Probabilistic interpretation of feedforward classification network outputs (1990)"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("ignore_index", &CrossEntropy::ignore_index),
                      field("reduction", &CrossEntropy::reduction),
                      field("label_smoothing", &CrossEntropy::label_smoothing)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 7}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();

  LossReduction reduction_kind() const;
};

/// In the order of torch.nn.functional.cross_entropy.
struct CrossEntropyOptions {
  Tensor weight = {};  ///< one factor a class (C,); none: all 1
  std::int64_t ignore_index = -100;
  std::string reduction = "mean";
  double label_smoothing = 0;
};

/// Cross-entropy between scores `input` (N, C), (C,) or (N, C, d1, ...), any float, and classes `target`
/// (int64, without the axis C). The mean is over samples that count, weighted by the weights of their
/// classes. Scores far apart are no trouble: nothing is clamped.
/// ShapeError for shapes that do not belong together, IndexError for a class out of range (with its
/// position), DTypeError for targets that are not int64.
Tensor cross_entropy(const Tensor& input, const Tensor& target, CrossEntropyOptions options = {});

}  // namespace limpid
