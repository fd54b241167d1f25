#pragma once
// Losses as layers: called with what the model says and what is right. Options are those of the
// functions, in PyTorch's order; see them for shapes and errors.

#include "limpid/nn/module.h"
#include "limpid/ops/cross_entropy/cross_entropy.h"
#include "limpid/ops/ctc_loss/ctc_loss.h"
#include "limpid/ops/distribution_loss/distribution_loss.h"
#include "limpid/ops/focal_loss/focal_loss.h"
#include "limpid/ops/margin_loss/margin_loss.h"
#include "limpid/ops/nll_loss/nll_loss.h"
#include "limpid/ops/pointwise_loss/pointwise_loss.h"

namespace limpid::nn {

/// A loss of two tensors, input and target.
class LossOfTwo : public Module {
 public:
  Tensor forward_many(std::span<const Tensor> inputs) final;

 protected:
  virtual Tensor loss(const Tensor& input, const Tensor& target) const = 0;
};

/// A loss of three tensors.
class LossOfThree : public Module {
 public:
  Tensor forward_many(std::span<const Tensor> inputs) final;

 protected:
  virtual Tensor loss(const Tensor& a, const Tensor& b, const Tensor& c) const = 0;
};

/// A loss that is a function of two tensors with options.
template <class Options, Tensor (*function)(const Tensor&, const Tensor&, const Options&)>
class PlainLoss : public LossOfTwo {
 public:
  explicit PlainLoss(Options options = {}) : options_(std::move(options)) {}

 protected:
  Tensor loss(const Tensor& input, const Tensor& target) const override {
    return function(input, target, options_);
  }

  Options options_;
};

/// Weights of classes or elements are buffers, so that they move and are saved with the model.
template <class Options, Tensor (*function)(const Tensor&, const Tensor&, const Options&)>
class WeightedLoss : public PlainLoss<Options, function> {
 public:
  explicit WeightedLoss(Options options = {}) : PlainLoss<Options, function>(std::move(options)) {
    this->register_buffer("weight", this->options_.weight);
  }
};

// -- of classes

/// torch.nn.CrossEntropyLoss: loss(scores, classes), or loss(scores, probabilities).
class CrossEntropyLoss final : public WeightedLoss<CrossEntropyOptions, cross_entropy> {
 public:
  using WeightedLoss::WeightedLoss;
};

/// torch.nn.NLLLoss: loss(log-probabilities, classes).
class NLLLoss final : public WeightedLoss<NllLossOptions, nll_loss> {
 public:
  using WeightedLoss::WeightedLoss;
};

/// torch.nn.MultiMarginLoss: loss(scores, classes).
class MultiMarginLoss final : public WeightedLoss<MultiMarginLossOptions, multi_margin_loss> {
 public:
  using WeightedLoss::WeightedLoss;
};

/// torch.nn.BCELoss: loss(probabilities, targets).
class BCELoss final : public WeightedLoss<BinaryCrossEntropyOptions, binary_cross_entropy> {
 public:
  using WeightedLoss::WeightedLoss;
};

/// torch.nn.BCEWithLogitsLoss: loss(scores, targets).
class BCEWithLogitsLoss final
    : public WeightedLoss<BinaryCrossEntropyWithLogitsOptions, binary_cross_entropy_with_logits> {
 public:
  explicit BCEWithLogitsLoss(BinaryCrossEntropyWithLogitsOptions options = {})
      : WeightedLoss(std::move(options)) {
    register_buffer("pos_weight", options_.pos_weight);
  }
};

/// sigmoid_focal_loss as a layer: loss(scores, targets). There is none in PyTorch.
class FocalLoss final : public PlainLoss<SigmoidFocalLossOptions, sigmoid_focal_loss> {
 public:
  using PlainLoss::PlainLoss;
};

// -- of numbers

/// torch.nn.MSELoss
class MSELoss final : public PlainLoss<LossOptions, mse_loss> {
 public:
  using PlainLoss::PlainLoss;
};

/// torch.nn.L1Loss
class L1Loss final : public PlainLoss<LossOptions, l1_loss> {
 public:
  using PlainLoss::PlainLoss;
};

/// torch.nn.SmoothL1Loss
class SmoothL1Loss final : public PlainLoss<SmoothL1LossOptions, smooth_l1_loss> {
 public:
  using PlainLoss::PlainLoss;
};

/// torch.nn.HuberLoss
class HuberLoss final : public PlainLoss<HuberLossOptions, huber_loss> {
 public:
  using PlainLoss::PlainLoss;
};

// -- of distributions

/// torch.nn.KLDivLoss: loss(log-probabilities, probabilities).
class KLDivLoss final : public PlainLoss<KlDivOptions, kl_div> {
 public:
  using PlainLoss::PlainLoss;
};

/// torch.nn.PoissonNLLLoss: loss(logarithms of rates, counts).
class PoissonNLLLoss final : public PlainLoss<PoissonNllLossOptions, poisson_nll_loss> {
 public:
  using PlainLoss::PlainLoss;
};

/// torch.nn.GaussianNLLLoss: loss(means, targets, variances).
class GaussianNLLLoss final : public LossOfThree {
 public:
  explicit GaussianNLLLoss(GaussianNllLossOptions options = {}) : options_(std::move(options)) {}

 private:
  Tensor loss(const Tensor& input, const Tensor& target, const Tensor& var) const override {
    return gaussian_nll_loss(input, target, var, options_);
  }
  GaussianNllLossOptions options_;
};

// -- of margins

/// torch.nn.HingeEmbeddingLoss: loss(distances, targets of 1 and -1).
class HingeEmbeddingLoss final : public PlainLoss<HingeEmbeddingLossOptions, hinge_embedding_loss> {
 public:
  using PlainLoss::PlainLoss;
};

/// torch.nn.SoftMarginLoss: loss(scores, targets of 1 and -1).
class SoftMarginLoss final : public PlainLoss<SoftMarginLossOptions, soft_margin_loss> {
 public:
  using PlainLoss::PlainLoss;
};

/// torch.nn.MarginRankingLoss: loss(scores, other scores, targets of 1 and -1).
class MarginRankingLoss final : public LossOfThree {
 public:
  explicit MarginRankingLoss(MarginRankingLossOptions options = {})
      : options_(std::move(options)) {}

 private:
  Tensor loss(const Tensor& input1, const Tensor& input2, const Tensor& target) const override {
    return margin_ranking_loss(input1, input2, target, options_);
  }
  MarginRankingLossOptions options_;
};

/// torch.nn.TripletMarginLoss: loss(anchors, positives, negatives).
class TripletMarginLoss final : public LossOfThree {
 public:
  explicit TripletMarginLoss(TripletMarginLossOptions options = {})
      : options_(std::move(options)) {}

 private:
  Tensor loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative) const override {
    return triplet_margin_loss(anchor, positive, negative, options_);
  }
  TripletMarginLossOptions options_;
};

/// torch.nn.CosineEmbeddingLoss: loss(vectors, other vectors, targets of 1 and -1).
class CosineEmbeddingLoss final : public LossOfThree {
 public:
  explicit CosineEmbeddingLoss(CosineEmbeddingLossOptions options = {})
      : options_(std::move(options)) {}

 private:
  Tensor loss(const Tensor& input1, const Tensor& input2, const Tensor& target) const override {
    return cosine_embedding_loss(input1, input2, target, options_);
  }
  CosineEmbeddingLossOptions options_;
};

// -- of sequences

/// torch.nn.CTCLoss: loss(log_probs, targets, input_lengths, target_lengths).
class CTCLoss final : public Module {
 public:
  explicit CTCLoss(CtcLossOptions options = {}) : options_(std::move(options)) {}
  Tensor forward_many(std::span<const Tensor> inputs) override;

 private:
  CtcLossOptions options_;
};

}  // namespace limpid::nn
