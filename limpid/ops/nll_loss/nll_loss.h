#pragma once
// Negative log-likelihood of classes, from log-probabilities. Cases are in nll_loss_cases.cpp.

#include <string>

#include "limpid/op/apply.h"

namespace limpid {

struct NllLoss {
  std::int64_t ignore_index = -100;  ///< positions with this target do not count
  std::string reduction = "mean";    ///< "mean", "sum", or "none": a loss for each position

  static constexpr OpDoc doc{
      .name = "nll_loss",
      .title = "NllLoss",
      .summary = "Loss of log-probabilities against class indices; of scores, see cross_entropy.",
      .formula = "l_i = -w_t x_i[t] with t = target_i; mean: (sum of l_i) / (sum of w_t)",
      .inputs = "input, target, weight?",
      .shapes =
          "(N, C), (C,) or (N, C, d1, ...), target without the C, weight (C,) -> () or target's "
          "shape"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("ignore_index", &NllLoss::ignore_index),
                      field("reduction", &NllLoss::reduction)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  /// One element a position is read: the reference does no more, and there is nothing to share.
  void forward(Cpu, const Io& io) const { forward(Reference{}, io); }
  static Saves saves(Needs) { return {.inputs = 6, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// In PyTorch's argument order.
struct NllLossOptions {
  Tensor weight = {};                ///< (C,), of input's dtype: how much each class counts
  std::int64_t ignore_index = -100;  ///< positions with this target do not count
  std::string reduction = "mean";    ///< "mean", "sum" or "none"
};

/// As cross_entropy, but of log-probabilities (log_softmax). IndexError names a class out of range,
/// and its position.
Tensor nll_loss(const Tensor& input, const Tensor& target, const NllLossOptions& options = {});

}  // namespace limpid
