#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/distribution_loss/distribution_loss.h"

namespace limpid {

std::vector<Case> KlDiv::cases() {
  const auto of = [](KlDivOptions o) {
    return [o](std::span<const Tensor> in) { return Tensors(kl_div(in[0], in[1], o)); };
  };
  const CaseInput x{.shape = {3, 4}, .low = -3, .high = 0};
  const CaseInput t{.shape = {3, 4}, .low = 0.05, .high = 0.9};
  return {
      {.name = "mean", .inputs = {x, t}, .call = of({}), .torch = "F.kl_div(a, b)"},
      {.name = "batchmean",
       .inputs = {x, t},
       .call = of({.reduction = "batchmean"}),
       .torch = "F.kl_div(a, b, reduction='batchmean')"},
      {.name = "sum, target in logarithms",
       .inputs = {x, x},
       .call = of({.reduction = "sum", .log_target = true}),
       .torch = "F.kl_div(a, b, reduction='sum', log_target=True)"},
      {.name = "none",
       .inputs = {x, t},
       .call = of({.reduction = "none"}),
       .torch = "F.kl_div(a, b, reduction='none')"},
      {.name = "targets of 0 and 1",
       .inputs = {{{3}}, {.shape = {3}, .values = {0, 1, 0}, .requires_grad = false}},
       .call = of({.reduction = "none"}),
       .torch = "F.kl_div(a, b, reduction='none')"},
      {.name = "unequal shapes",
       .inputs = {x, {{4}}},
       .call = of({}),
       .error = "kl_div: input has shape (3, 4) but target has shape (4,)"},
      {.name = "unknown reduction",
       .inputs = {x, t},
       .call = of({.reduction = "batch"}),
       .error = "kl_div: reduction is 'batch'; it must be 'batchmean', 'mean', 'sum' or 'none'"},
      {.name = "batchmean of a number",
       .inputs = {{Shape{}}, {Shape{}}},
       .call = of({.reduction = "batchmean"}),
       .error = "kl_div: input is 0-d"},
  };
}

std::vector<Case> GaussianNllLoss::cases() {
  const auto of = [](GaussianNllLossOptions o) {
    return [o](std::span<const Tensor> in) {
      return Tensors(gaussian_nll_loss(in[0], in[1], in[2], o));
    };
  };
  const auto variance = [](Shape shape) {
    return CaseInput{.shape = std::move(shape), .low = 0.2, .high = 3};
  };
  const CaseInput x{{3, 4}};
  return {
      {.name = "mean",
       .inputs = {x, x, variance({3, 4})},
       .call = of({}),
       .torch = "F.gaussian_nll_loss(a, b, c)"},
      {.name = "full, sum",
       .inputs = {x, x, variance({3, 4})},
       .call = of({.full = true, .reduction = "sum"}),
       .torch = "F.gaussian_nll_loss(a, b, c, full=True, reduction='sum')"},
      {.name = "one variance a sample, none",
       .inputs = {x, x, variance({3})},
       .call = of({.reduction = "none"}),
       .torch = "F.gaussian_nll_loss(a, b, c, reduction='none')"},
      {.name = "one variance a sample, with its axis",
       .inputs = {x, x, variance({3, 1})},
       .call = of({}),
       .torch = "F.gaussian_nll_loss(a, b, c)"},
      {.name = "one variance a row of samples of rows",
       .inputs = {{{2, 3, 2}}, {{2, 3, 2}}, variance({2, 3})},
       .call = of({}),
       .torch = "F.gaussian_nll_loss(a, b, c)"},
      {.name = "no samples",
       .inputs = {{{0, 2}}, {{0, 2}}, variance({0, 2})},
       .call = of({.reduction = "none"}),
       .torch = "F.gaussian_nll_loss(a, b, c, reduction='none')"},
      {.name = "one negative variance",
       .inputs = {{{1}}, {{1}}, {.shape = {1}, .values = {-2}}},
       .call = of({}),
       .error = "gaussian_nll_loss: var has the negative element -2"},
      {.name = "a variance of one axis beside a number",
       .inputs = {{Shape{}}, {Shape{}}, variance({1})},
       .call = of({}),
       .error = "gaussian_nll_loss: var has shape (1,); it must be (), the shape of the input"},
      {.name = "variances below eps",
       .inputs = {{{3}}, {{3}}, {.shape = {3}, .values = {0, 0.01, 2}}},
       .call = of({.eps = 0.125, .reduction = "none"}),
       .torch = "F.gaussian_nll_loss(a, b, c, eps=0.125, reduction='none')",
       .smooth = false},
      {.name = "infinite variance",
       .inputs = {{{2}}, {{2}}, {.shape = {2}, .values = {INFINITY, 1}}},
       .call = of({.reduction = "none"}),
       .torch = "F.gaussian_nll_loss(a, b, c, reduction='none')",
       .smooth = false},
      {.name = "negative variance",
       .inputs = {{{3}}, {{3}}, {.shape = {3}, .values = {1, -0.5, 2}}},
       .call = of({}),
       .error = "gaussian_nll_loss: var has the negative element -0.5"},
      {.name = "variance of another shape",
       .inputs = {x, x, variance({4})},
       .call = of({}),
       .error = "gaussian_nll_loss: var has shape (4,); it must be (3, 4), the shape of the input, "
                "(3, 1) or (3,)"},
      {.name = "unequal shapes",
       .inputs = {x, {{4}}, variance({3, 4})},
       .call = of({}),
       .error = "input has shape (3, 4) but target has shape (4,)"},
      {.name = "eps of 0",
       .inputs = {x, x, variance({3, 4})},
       .call = of({.eps = 0}),
       .error = "eps must be above 0, got 0"},
  };
}

std::vector<Case> PoissonNllLoss::cases() {
  const auto of = [](PoissonNllLossOptions o) {
    return [o](std::span<const Tensor> in) { return Tensors(poisson_nll_loss(in[0], in[1], o)); };
  };
  const CaseInput x{{6}}, rate{.shape = {6}, .low = 0.1, .high = 3};
  const CaseInput count{.shape = {6}, .values = {0, 1, 2, 5, 9, 3}, .requires_grad = false};
  return {
      {.name = "mean", .inputs = {x, count}, .call = of({}), .torch = "F.poisson_nll_loss(a, b)"},
      {.name = "rates, sum",
       .inputs = {rate, count},
       .call = of({.log_input = false, .reduction = "sum"}),
       .torch = "F.poisson_nll_loss(a, b, log_input=False, reduction='sum')"},
      {.name = "full, none",
       .inputs = {x, count},
       .call = of({.full = true, .reduction = "none"}),
       .torch = "F.poisson_nll_loss(a, b, full=True, reduction='none')"},
      {.name = "a rate of 0",
       .inputs = {{.shape = {2}, .values = {0, 0}}, {.shape = {2}, .values = {0, 3}}},
       .call = of({.log_input = false, .eps = 0.25}),
       .torch = "F.poisson_nll_loss(a, b, log_input=False, eps=0.25)",
       .smooth = false},
      {.name = "unequal shapes",
       .inputs = {x, {{6, 1}}},
       .call = of({}),
       .error = "poisson_nll_loss: input has shape (6,) but target has shape (6, 1)"},
  };
}

}  // namespace limpid
