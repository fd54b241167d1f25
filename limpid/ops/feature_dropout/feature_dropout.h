#pragma once
// Dropout of whole channels, and dropout for selu: composites of dropout. Cases are in
// feature_dropout_cases.cpp.

#include "limpid/op/operator.h"

namespace limpid {

struct FeatureDropout {
  static constexpr OpDoc doc{
      .name = "feature_dropout",
      .title = "FeatureDropout",
      .summary = "Zeroes whole channels at random and scales the others, so that the mean stays.",
      .formula = "y[n, c, ...] = x[n, c, ...] / (1 - p) if u_nc >= p, else 0; u_nc in [0, 1)",
      .shapes = "(N, C, ...) -> the same; floats only",
      .source =
          "Tompson et al., Efficient object localization using convolutional networks, CVPR "
          "2015"};
  static std::vector<Case> cases();
};

struct AlphaDropout {
  static constexpr OpDoc doc{
      .name = "alpha_dropout",
      .title = "AlphaDropout",
      .summary = "Dropout after selu: keeps mean 0 and variance 1.",
      .formula =
          "y = a (x if u >= p, else s) + b, s = -1.758, a = (1 - p + p (1 - p) s^2)^(-1/2), "
          "b = -a p s",
      .shapes = "any shape -> the same; floats only",
      .source = "Klambauer et al., Self-normalizing neural networks, NeurIPS 2017"};
  static std::vector<Case> cases();
};

/// Zeroes each channel of each sample with probability p. As dropout1d, dropout2d and dropout3d in
/// PyTorch, which differ in the ranks that they take for samples of a batch: here input is (N, C,
/// ...).
Tensor feature_dropout(const Tensor& input, double p = 0.5, bool training = true);
/// Input (N, C, L), or (C, L) without a batch.
Tensor dropout1d(const Tensor& input, double p = 0.5, bool training = true);
/// Input (N, C, H, W), or (C, H, W) without a batch.
Tensor dropout2d(const Tensor& input, double p = 0.5, bool training = true);
/// Input (N, C, D, H, W), or (C, D, H, W) without a batch.
Tensor dropout3d(const Tensor& input, double p = 0.5, bool training = true);

/// Elements dropped become selu's lowest value, and a line puts mean and variance right.
Tensor alpha_dropout(const Tensor& input, double p = 0.5, bool training = false);

}  // namespace limpid
