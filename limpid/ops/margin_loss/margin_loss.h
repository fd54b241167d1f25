#pragma once
// Losses that are 0 beyond a margin: composites. Cases are in margin_loss_cases.cpp.

#include <string>

#include "limpid/op/operator.h"

namespace limpid {

struct HingeEmbeddingLoss {
  static constexpr OpDoc doc{
      .name = "hinge_embedding_loss",
      .title = "HingeEmbeddingLoss",
      .summary = "Distances that should be small where the target is 1, and large where it is -1.",
      .formula = "l_i = x_i if t_i = 1, max(0, margin - x_i) if t_i = -1; then their mean or sum",
      .inputs = "input, target",
      .shapes = "two equal shapes -> (), or the same for reduction 'none'"};
  static std::vector<Case> cases();
};

struct SoftMarginLoss {
  static constexpr OpDoc doc{.name = "soft_margin_loss",
                             .title = "SoftMarginLoss",
                             .summary = "The logistic loss, of scores against targets of 1 and -1.",
                             .formula = "l_i = log(1 + e^(-t_i x_i)), then their mean or sum",
                             .inputs = "input, target",
                             .shapes = "two equal shapes -> (), or the same for reduction 'none'"};
  static std::vector<Case> cases();
};

struct MarginRankingLoss {
  static constexpr OpDoc doc{
      .name = "margin_ranking_loss",
      .title = "MarginRankingLoss",
      .summary = "Which of two scores should be larger: the first (target 1) or the second (-1).",
      .formula = "l_i = max(0, -t_i (x1_i - x2_i) + margin), then their mean or sum",
      .inputs = "input1, input2, target",
      .shapes = "three equal shapes -> (), or the same for reduction 'none'"};
  static std::vector<Case> cases();
};

struct MultiMarginLoss {
  static constexpr OpDoc doc{
      .name = "multi_margin_loss",
      .title = "MultiMarginLoss",
      .summary = "Scores of wrong classes should stay a margin below that of the right one.",
      .formula = "l_n = w_t / C sum over c != t of max(0, margin - x_t + x_c)^p, then mean or sum",
      .inputs = "input, target, weight?",
      .shapes = "(N, C) with target (N,), or (C,) with (); weight (C,) -> () or target's shape"};
  static std::vector<Case> cases();
};

struct TripletMarginLoss {
  static constexpr OpDoc doc{
      .name = "triplet_margin_loss",
      .title = "TripletMarginLoss",
      .summary = "An anchor should be closer to a positive than to a negative, by a margin.",
      .formula =
          "l_i = max(0, |a_i - p_i| - |a_i - n_i| + margin), |d| = (sum of |d + eps|^p)^(1/p)",
      .inputs = "anchor, positive, negative",
      .shapes = "three times (..., D) -> (), or (...) for reduction 'none'",
      .source = "Balntas et al., Learning local feature descriptors with triplets, BMVC 2016"};
  static std::vector<Case> cases();
};

struct CosineEmbeddingLoss {
  static constexpr OpDoc doc{
      .name = "cosine_embedding_loss",
      .title = "CosineEmbeddingLoss",
      .summary = "Vectors should point the same way where the target is 1, not where it is -1.",
      .formula = "l_i = 1 - cos_i if t_i = 1, max(0, cos_i - margin) if t_i = -1; then mean or sum",
      .inputs = "input1, input2, target",
      .shapes = "(N, D), (N, D), (N,), or (D,), (D,), () -> (), or target's shape"};
  static std::vector<Case> cases();
};

struct HingeEmbeddingLossOptions {
  double margin = 1;
  std::string reduction = "mean";
};
/// Distances x against targets of 1 and -1, of equal shapes.
Tensor hinge_embedding_loss(const Tensor& input, const Tensor& target,
                            const HingeEmbeddingLossOptions& options = {});

struct SoftMarginLossOptions {
  std::string reduction = "mean";
};
/// Right for scores of any size (PyTorch's overflows beyond 88).
Tensor soft_margin_loss(const Tensor& input, const Tensor& target,
                        const SoftMarginLossOptions& options = {});

struct MarginRankingLossOptions {
  double margin = 0;
  std::string reduction = "mean";
};
Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                           const MarginRankingLossOptions& options = {});

struct MultiMarginLossOptions {
  std::int64_t p = 1;  ///< 1 or 2
  double margin = 1;
  Tensor weight = {};  ///< (C,): how much each class counts
  std::string reduction = "mean";
};
/// IndexError names a class out of range, and its position.
Tensor multi_margin_loss(const Tensor& input, const Tensor& target,
                         const MultiMarginLossOptions& options = {});

struct TripletMarginLossOptions {
  double margin = 1;  ///< above 0
  double p = 2;       ///< of the norm; above 0
  double eps = 1e-6;
  bool swap = false;  ///< the negative counts from the positive where that is closer
  std::string reduction = "mean";
};
Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletMarginLossOptions& options = {});

struct CosineEmbeddingLossOptions {
  double margin = 0;  ///< in [-1, 1]
  std::string reduction = "mean";
};
Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                             const CosineEmbeddingLossOptions& options = {});

}  // namespace limpid
