// Losses, as in torch.nn.functional. The options that PyTorch calls deprecated, size_average and
// reduce, are left out; those behind them are keywords, so that no place means something else.

#include <variant>
#include <vector>

#include "limpid/ops/all_ops/loss.h"
#include "limpid/tensor/creation.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

using OptionalTensor = std::optional<Tensor>;

void add_differences(nb::module_& nn) {
  op<MseLoss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const std::string& reduction) {
        return mse_loss(input, target, {.reduction = reduction});
      },
      "input"_a, "target"_a, nb::kw_only(), "reduction"_a = "mean");
  op<L1Loss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const std::string& reduction) {
        return l1_loss(input, target, {.reduction = reduction});
      },
      "input"_a, "target"_a, nb::kw_only(), "reduction"_a = "mean");
  op<SmoothL1Loss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const std::string& reduction, double beta) {
        return smooth_l1_loss(input, target, {.reduction = reduction, .beta = beta});
      },
      "input"_a, "target"_a, nb::kw_only(), "reduction"_a = "mean", "beta"_a = 1.0);
  op<HuberLoss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const std::string& reduction, double delta) {
        return huber_loss(input, target, {.reduction = reduction, .delta = delta});
      },
      "input"_a, "target"_a, "reduction"_a = "mean", "delta"_a = 1.0);
}

void add_entropies(nb::module_& nn) {
  op<CrossEntropy>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const OptionalTensor& weight,
         std::int64_t ignore_index, const std::string& reduction, double label_smoothing) {
        return cross_entropy(input, target,
                             {.weight = or_none(weight),
                              .ignore_index = ignore_index,
                              .reduction = reduction,
                              .label_smoothing = label_smoothing});
      },
      "input"_a, "target"_a, "weight"_a = nb::none(), nb::kw_only(), "ignore_index"_a = -100,
      "reduction"_a = "mean", "label_smoothing"_a = 0.0);
  op<NllLoss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const OptionalTensor& weight,
         std::int64_t ignore_index, const std::string& reduction) {
        return nll_loss(
            input, target,
            {.weight = or_none(weight), .ignore_index = ignore_index, .reduction = reduction});
      },
      "input"_a, "target"_a, "weight"_a = nb::none(), nb::kw_only(), "ignore_index"_a = -100,
      "reduction"_a = "mean");
  op<BinaryCrossEntropy>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const OptionalTensor& weight,
         const std::string& reduction) {
        return binary_cross_entropy(input, target,
                                    {.weight = or_none(weight), .reduction = reduction});
      },
      "input"_a, "target"_a, "weight"_a = nb::none(), nb::kw_only(), "reduction"_a = "mean");
  op<BinaryCrossEntropyWithLogits>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const OptionalTensor& weight,
         const std::string& reduction, const OptionalTensor& pos_weight) {
        return binary_cross_entropy_with_logits(
            input, target,
            {.weight = or_none(weight), .reduction = reduction, .pos_weight = or_none(pos_weight)});
      },
      "input"_a, "target"_a, "weight"_a = nb::none(), nb::kw_only(), "reduction"_a = "mean",
      "pos_weight"_a = nb::none());
  op<SigmoidFocalLoss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, double alpha, double gamma,
         const std::string& reduction) {
        return sigmoid_focal_loss(input, target,
                                  {.alpha = alpha, .gamma = gamma, .reduction = reduction});
      },
      "inputs"_a, "targets"_a, "alpha"_a = 0.25, "gamma"_a = 2.0, "reduction"_a = "none");
}

void add_distributions(nb::module_& nn) {
  op<KlDiv>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const std::string& reduction, bool log_target) {
        return kl_div(input, target, {.reduction = reduction, .log_target = log_target});
      },
      "input"_a, "target"_a, nb::kw_only(), "reduction"_a = "mean", "log_target"_a = false);
  op<GaussianNllLoss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const Operand& var, bool full, double eps,
         const std::string& reduction) {
        return gaussian_nll_loss(input, target,
                                 var.beside(input).expand(var ? var.tensor.shape() : input.shape()),
                                 {.full = full, .eps = eps, .reduction = reduction});
      },
      "input"_a, "target"_a, "var"_a, "full"_a = false, "eps"_a = 1e-6, "reduction"_a = "mean");
  op<PoissonNllLoss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, bool log_input, bool full, double eps,
         const std::string& reduction) {
        return poisson_nll_loss(
            input, target,
            {.log_input = log_input, .full = full, .eps = eps, .reduction = reduction});
      },
      "input"_a, "target"_a, "log_input"_a = true, "full"_a = false, nb::kw_only(), "eps"_a = 1e-8,
      "reduction"_a = "mean");
}

void add_margins(nb::module_& nn) {
  op<HingeEmbeddingLoss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, double margin, const std::string& reduction) {
        return hinge_embedding_loss(input, target, {.margin = margin, .reduction = reduction});
      },
      "input"_a, "target"_a, "margin"_a = 1.0, nb::kw_only(), "reduction"_a = "mean");
  op<SoftMarginLoss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, const std::string& reduction) {
        return soft_margin_loss(input, target, {.reduction = reduction});
      },
      "input"_a, "target"_a, nb::kw_only(), "reduction"_a = "mean");
  op<MultiMarginLoss>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& target, std::int64_t p, double margin,
         const OptionalTensor& weight, const std::string& reduction) {
        return multi_margin_loss(
            input, target,
            {.p = p, .margin = margin, .weight = or_none(weight), .reduction = reduction});
      },
      "input"_a, "target"_a, "p"_a = 1, "margin"_a = 1.0, "weight"_a = nb::none(), nb::kw_only(),
      "reduction"_a = "mean");
}

void add_pair_losses(nb::module_& nn) {
  op<MarginRankingLoss>(
      nn, kFunction,
      [](const Tensor& input1, const Tensor& input2, const Tensor& target, double margin,
         const std::string& reduction) {
        return margin_ranking_loss(input1, input2, target,
                                   {.margin = margin, .reduction = reduction});
      },
      "input1"_a, "input2"_a, "target"_a, "margin"_a = 0.0, nb::kw_only(), "reduction"_a = "mean");
  op<CosineEmbeddingLoss>(
      nn, kFunction,
      [](const Tensor& input1, const Tensor& input2, const Tensor& target, double margin,
         const std::string& reduction) {
        return cosine_embedding_loss(input1, input2, target,
                                     {.margin = margin, .reduction = reduction});
      },
      "input1"_a, "input2"_a, "target"_a, "margin"_a = 0.0, nb::kw_only(), "reduction"_a = "mean");
  op<TripletMarginLoss>(
      nn, kFunction,
      [](const Tensor& anchor, const Tensor& positive, const Tensor& negative, double margin,
         double p, double eps, bool swap, const std::string& reduction) {
        return triplet_margin_loss(
            anchor, positive, negative,
            {.margin = margin, .p = p, .eps = eps, .swap = swap, .reduction = reduction});
      },
      "anchor"_a, "positive"_a, "negative"_a, "margin"_a = 1.0, "p"_a = 2.0, "eps"_a = 1e-6,
      "swap"_a = false, nb::kw_only(), "reduction"_a = "mean");
}

/// Lengths of samples: a tensor, or ints.
using Lengths = std::variant<Tensor, std::vector<std::int64_t>>;
Tensor as_tensor(const Lengths& lengths) {
  if (const Tensor* given = std::get_if<Tensor>(&lengths)) return *given;
  return tensor(std::get<std::vector<std::int64_t>>(lengths));
}

void add_sequences(nb::module_& nn) {
  op<CtcLoss>(
      nn, kFunction,
      [](const Tensor& log_probs, const Tensor& targets, const Lengths& input_lengths,
         const Lengths& target_lengths, std::int64_t blank, const std::string& reduction,
         bool zero_infinity) {
        return ctc_loss(log_probs, targets, as_tensor(input_lengths), as_tensor(target_lengths),
                        {.blank = blank, .reduction = reduction, .zero_infinity = zero_infinity});
      },
      "log_probs"_a, "targets"_a, "input_lengths"_a, "target_lengths"_a, "blank"_a = 0,
      "reduction"_a = "mean", "zero_infinity"_a = false);
}

}  // namespace

void add_loss_ops(nb::module_& m) {
  nb::module_ nn = functional(m);
  add_differences(nn);
  add_entropies(nn);
  add_distributions(nn);
  add_margins(nn);
  add_pair_losses(nn);
  add_sequences(nn);
}

}  // namespace limpid::python
