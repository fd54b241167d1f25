#pragma once
// Losses that compare two tensors element by element, and add up or average what they find.
// References and gradients are in pointwise_loss.cpp, the fast kernels in pointwise_loss_cpu.cpp,
// cases in pointwise_loss_cases.cpp.

#include "limpid/op/apply.h"
#include "limpid/ops/pointwise_loss/loss_reduction.h"

namespace limpid {

inline constexpr std::string_view kLossShapes =
    "two equal shapes -> (), or the same for reduction 'none'";

/// What the cards here share: two floats of equal shape in, and a reduction.
struct PointwiseLossCard {
  static constexpr OpTraits traits{.promotion = Promotion::common,
                                   .accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static Saves saves(Needs) { return {.inputs = 3}; }
};

struct MseLoss : PointwiseLossCard {
  std::string reduction = "mean";

  MseLoss() = default;
  explicit MseLoss(std::string how) : reduction(std::move(how)) {}
  static constexpr OpDoc doc{.name = "mse_loss",
                             .title = "MseLoss",
                             .summary = "The squared error.",
                             .formula = "l_i = (x_i - t_i)^2, then their mean or sum",
                             .inputs = "input, target",
                             .shapes = kLossShapes};
  static constexpr auto attributes() { return std::tuple{field("reduction", &MseLoss::reduction)}; }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct L1Loss : PointwiseLossCard {
  std::string reduction = "mean";

  L1Loss() = default;
  explicit L1Loss(std::string how) : reduction(std::move(how)) {}
  static constexpr OpDoc doc{
      .name = "l1_loss",
      .title = "L1Loss",
      .summary = "The absolute error.",
      .formula = "l_i = |x_i - t_i|, then their mean or sum; its slope at 0 is taken as 0",
      .inputs = "input, target",
      .shapes = kLossShapes};
  static constexpr auto attributes() { return std::tuple{field("reduction", &L1Loss::reduction)}; }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct SmoothL1Loss : PointwiseLossCard {
  std::string reduction = "mean";
  double beta = 1;  ///< where the square ends and the straight line begins; 0: the line alone

  SmoothL1Loss() = default;
  SmoothL1Loss(std::string how, double width) : reduction(std::move(how)), beta(width) {}
  static constexpr OpDoc doc{
      .name = "smooth_l1_loss",
      .title = "SmoothL1Loss",
      .summary = "The absolute error, rounded off by a square near 0.",
      .formula =
          "with d = |x_i - t_i|: l_i = d^2 / (2 beta) if d < beta, else d - beta / 2; then "
          "their mean or sum",
      .inputs = "input, target",
      .shapes = kLossShapes,
      .source = "Girshick, Fast R-CNN, ICCV 2015"};
  static constexpr auto attributes() {
    return std::tuple{field("reduction", &SmoothL1Loss::reduction),
                      field("beta", &SmoothL1Loss::beta)};
  }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct HuberLoss : PointwiseLossCard {
  std::string reduction = "mean";
  double delta = 1;  ///< where the square ends and the straight line begins

  HuberLoss() = default;
  HuberLoss(std::string how, double width) : reduction(std::move(how)), delta(width) {}
  static constexpr OpDoc doc{
      .name = "huber_loss",
      .title = "HuberLoss",
      .summary = "Half the squared error, and a straight line where that grows beyond delta.",
      .formula =
          "with d = |x_i - t_i|: l_i = d^2 / 2 if d <= delta, else delta (d - delta / 2); "
          "then their mean or sum",
      .inputs = "input, target",
      .shapes = kLossShapes,
      .source = "Huber, Robust estimation of a location parameter, 1964"};
  static constexpr auto attributes() {
    return std::tuple{field("reduction", &HuberLoss::reduction), field("delta", &HuberLoss::delta)};
  }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct BinaryCrossEntropy : PointwiseLossCard {
  std::string reduction = "mean";

  BinaryCrossEntropy() = default;
  explicit BinaryCrossEntropy(std::string how) : reduction(std::move(how)) {}
  static constexpr OpDoc doc{
      .name = "binary_cross_entropy",
      .title = "BinaryCrossEntropy",
      .summary =
          "Loss of probabilities against what happened; of scores, see "
          "binary_cross_entropy_with_logits.",
      .formula =
          "l_i = -t_i log x_i - (1 - t_i) log(1 - x_i), logarithms not below -100; then "
          "their mean or sum",
      .inputs = "input, target",
      .shapes = kLossShapes};
  static constexpr auto attributes() {
    return std::tuple{field("reduction", &BinaryCrossEntropy::reduction)};
  }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct BinaryCrossEntropyWithLogits : PointwiseLossCard {
  std::string reduction = "mean";

  BinaryCrossEntropyWithLogits() = default;
  explicit BinaryCrossEntropyWithLogits(std::string how) : reduction(std::move(how)) {}
  static constexpr OpDoc doc{
      .name = "binary_cross_entropy_with_logits",
      .title = "BinaryCrossEntropyWithLogits",
      .summary = "Loss of scores against what happened: right for scores of any size.",
      .formula =
          "l_i = max(x_i, 0) - x_i t_i + log(1 + e^-|x_i|), which is binary cross entropy of "
          "sigmoid(x_i); then their mean or sum",
      .inputs = "input, target",
      .shapes = kLossShapes};
  static constexpr auto attributes() {
    return std::tuple{field("reduction", &BinaryCrossEntropyWithLogits::reduction)};
  }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

// -- functions. `input` and `target` have equal shapes (ShapeError names both and how to mend it)
// and meet in their common floating dtype (DTypeError for integers).

Tensor mse_loss(const Tensor& input, const Tensor& target, const LossOptions& options = {});
Tensor l1_loss(const Tensor& input, const Tensor& target, const LossOptions& options = {});

struct SmoothL1LossOptions {
  std::string reduction = "mean";
  double beta = 1;  ///< at least 0
};
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target,
                      const SmoothL1LossOptions& options = {});

struct HuberLossOptions {
  std::string reduction = "mean";
  double delta = 1;  ///< above 0
};
Tensor huber_loss(const Tensor& input, const Tensor& target, const HuberLossOptions& options = {});

struct BinaryCrossEntropyOptions {
  Tensor weight = {};  ///< broadcasts to the shape of the input: how much each element counts
  std::string reduction = "mean";
};
/// ValueError names the first element of `input` or `target` outside [0, 1], and its position.
Tensor binary_cross_entropy(const Tensor& input, const Tensor& target,
                            const BinaryCrossEntropyOptions& options = {});

struct BinaryCrossEntropyWithLogitsOptions {
  Tensor weight = {};  ///< broadcasts to the shape of the input: how much each element counts
  std::string reduction = "mean";
  Tensor pos_weight =
      {};  ///< broadcasts likewise: how much more a target of 1 counts than one of 0
};
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const BinaryCrossEntropyWithLogitsOptions& options = {});

}  // namespace limpid
