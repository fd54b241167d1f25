#pragma once
// Cross entropy of class scores: how surprised the model is by the right class, -log
// softmax(x)[class]. The logarithm is taken of the sum of exponentials, never of a probability, so
// nothing is clamped.

#include <string>

#include "limpid/op/apply.h"

namespace limpid {

struct CrossEntropy {
  std::int64_t ignore_index = -100;  ///< positions with this target do not count
  std::string reduction = "mean";    ///< "mean", "sum", or "none": a loss for each position
  double label_smoothing = 0;        ///< share of the target spread evenly over all classes

  static constexpr OpDoc doc{
      .name = "cross_entropy",
      .title = "CrossEntropy",
      .summary = "Loss of class scores against class indices.",
      .formula =
          "l_i = -(1 - s) w_t log p_t - (s / C) sum over c of w_c log p_c, with p = softmax(x_i), "
          "t = target_i; mean: (sum of l_i) / (sum of w_t)",
      .inputs = "input, target, weight?",
      .shapes =
          "(N, C), (C,) or (N, C, d1, ...), target without the C, weight (C,) -> () or target's "
          "shape",
      .source = "label smoothing: Szegedy et al., Rethinking the Inception architecture (2016)"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("ignore_index", &CrossEntropy::ignore_index),
                      field("reduction", &CrossEntropy::reduction),
                      field("label_smoothing", &CrossEntropy::label_smoothing)};
  }

  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 7}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// In PyTorch's argument order.
struct CrossEntropyOptions {
  Tensor weight = {};                ///< (C,), of input's dtype: how much each class counts
  std::int64_t ignore_index = -100;  ///< positions with this target do not count
  std::string reduction = "mean";    ///< "mean", "sum" or "none"
  double label_smoothing = 0;        ///< in [0, 1]
};

/// The same against probabilities of the classes; a composite.
struct CrossEntropyOfProbabilities {
  static constexpr OpDoc doc{
      .name = "cross_entropy_of_probabilities",
      .title = "CrossEntropyOfProbabilities",
      .summary =
          "Loss of class scores against probabilities of the classes; cross_entropy does it.",
      .formula =
          "l_i = -sum over c of w_c ((1 - s) t_ic + s / C) log p_ic, with p = softmax(x_i); "
          "then their mean or sum",
      .inputs = "input, target, weight?",
      .shapes = "twice (N, C), (C,) or (N, C, d1, ...), weight (C,) -> (), or without the C"};
  static std::vector<Case> cases();
};

/// Input (N, C), (C,) or (N, C, d1, ...) of floats; target the same shape without the C, int64 (or
/// uint8) classes in [0, C), or the same shape of floats, probabilities of the classes. The mean
/// goes over positions that are not ignored, weighted; it is NaN when there are none. That of
/// probabilities goes over all positions, and ignores none. ShapeError, DTypeError, IndexError (a
/// class out of range, with its position) and ValueError (an option) say what to change.
Tensor cross_entropy(const Tensor& input, const Tensor& target,
                     const CrossEntropyOptions& options = {});
Tensor cross_entropy_of_probabilities(const Tensor& input, const Tensor& target,
                                      const CrossEntropyOptions& options = {});

/// ValueError for an unknown reduction, or label_smoothing outside [0, 1].
void check_cross_entropy_options(const std::string& reduction, double label_smoothing);

}  // namespace limpid
