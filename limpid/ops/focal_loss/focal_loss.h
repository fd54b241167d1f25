#pragma once
// Focal loss: cross entropy in which easy examples count less. A composite; cases are in
// focal_loss_cases.cpp.

#include <string>

#include "limpid/op/operator.h"

namespace limpid {

struct SigmoidFocalLoss {
  static constexpr OpDoc doc{
      .name = "sigmoid_focal_loss",
      .title = "SigmoidFocalLoss",
      .summary = "Binary cross entropy of scores in which easy examples count less.",
      .formula =
          "l_i = a_i (1 - p_i)^gamma (-log p_i), with p = sigmoid(x) and a = alpha where t = "
          "1, p = 1 - sigmoid(x) and a = 1 - alpha where t = 0",
      .inputs = "input, target",
      .shapes = "two equal shapes -> the same, or () for reduction 'mean' or 'sum'",
      .source = "Lin et al., Focal loss for dense object detection, ICCV 2017"};
  static std::vector<Case> cases();
};

struct SigmoidFocalLossOptions {
  double alpha = 0.25;  ///< the share of positives in [0, 1]; below 0: no weighting
  double gamma = 2;     ///< how much less easy examples count; at least 0
  std::string reduction = "none";
};
/// As torchvision.ops.sigmoid_focal_loss, from scores of any size.
Tensor sigmoid_focal_loss(const Tensor& input, const Tensor& target,
                          const SigmoidFocalLossOptions& options = {});

}  // namespace limpid
