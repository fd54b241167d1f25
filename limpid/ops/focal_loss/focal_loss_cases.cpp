#include "limpid/op/case.h"
#include "limpid/ops/focal_loss/focal_loss.h"

namespace limpid {

namespace {

/// torchvision's formula, written out.
std::string in_torch(const std::string& alpha, const std::string& gamma, const std::string& end) {
  return "((a.sigmoid() * (1 - b) + (1 - a.sigmoid()) * b) ** " + gamma +
         " * F.binary_cross_entropy_with_logits(a, b, reduction='none')" +
         (alpha.empty() ? "" : " * (b * " + alpha + " + (1 - b) * (1 - " + alpha + "))") + ")" +
         end;
}

}  // namespace

std::vector<Case> SigmoidFocalLoss::cases() {
  const auto of = [](SigmoidFocalLossOptions o) {
    return [o](std::span<const Tensor> in) { return Tensors(sigmoid_focal_loss(in[0], in[1], o)); };
  };
  const CaseInput x{{2, 4}};
  const CaseInput t{.shape = {2, 4}, .values = {0, 1, 1, 0, 0, 0, 1, 1}, .requires_grad = false};
  return {
      {.name = "none", .inputs = {x, t}, .call = of({}), .torch = in_torch("0.25", "2", "")},
      {.name = "mean, gamma 3",
       .inputs = {x, t},
       .call = of({.alpha = 0.5, .gamma = 3, .reduction = "mean"}),
       .torch = in_torch("0.5", "3", ".mean()")},
      {.name = "sum, no alpha, gamma 1",
       .inputs = {x, t},
       .call = of({.alpha = -1, .gamma = 1, .reduction = "sum"}),
       .torch = in_torch("", "1", ".sum()")},
      {.name = "alpha 0 counts what did not happen",
       .inputs = {x, t},
       .call = of({.alpha = 0}),
       .torch = in_torch("0.0", "2", "")},
      {.name = "gamma 0 is cross entropy",
       .inputs = {x, t},
       .call = of({.alpha = -1, .gamma = 0}),
       .torch = "F.binary_cross_entropy_with_logits(a, b, reduction='none')"},
      {.name = "soft targets",
       .inputs = {x, {.shape = {2, 4}, .low = 0, .high = 1}},
       .call = of({}),
       .torch = in_torch("0.25", "2", "")},
      {.name = "scores of any size",
       .inputs = {{.shape = {4}, .values = {1000, -1000, 1000, -1000}},
                  {.shape = {4}, .values = {0, 1, 1, 0}, .requires_grad = false}},
       .call = of({}),
       .torch = in_torch("0.25", "2", ""),
       .smooth = false},
      {.name = "unequal shapes",
       .inputs = {x, {{8}}},
       .call = of({}),
       .error =
           "sigmoid_focal_loss: input has shape (2, 4) but target has shape (8,); a loss needs "
           "equal shapes; target.reshape((2, 4)) has that of input"},
      {.name = "alpha above 1",
       .inputs = {x, t},
       .call = of({.alpha = 1.5}),
       .error = "sigmoid_focal_loss: alpha must be at most 1 (below 0: no weighting), got 1.5"},
      {.name = "negative gamma",
       .inputs = {x, t},
       .call = of({.gamma = -2}),
       .error = "gamma must not be negative, got -2"},
  };
}

}  // namespace limpid
