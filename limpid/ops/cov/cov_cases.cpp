#include "limpid/op/case.h"
#include "limpid/ops/cov/cov.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/tensor/creation.h"

namespace limpid {

std::vector<Case> Cov::cases() {
  const auto call = [](double correction) {
    return [=](std::span<const Tensor> in) { return Tensors(cov(in[0], correction)); };
  };
  return {
      {.name = "three variables", .inputs = {{{3, 6}}}, .call = call(1), .torch = "a.cov()"},
      {.name = "population", .inputs = {{{2, 5}}}, .call = call(0), .torch = "a.cov(correction=0)"},
      {.name = "one variable", .inputs = {{{6}}}, .call = call(1), .torch = "a.cov()"},
      {.name = "three axes",
       .inputs = {{{2, 3, 4}}},
       .call = call(1),
       .error = "cov: input has shape (2, 3, 4), but variables and observations make two axes"},
      {.name = "integers",
       .inputs = {{.shape = {2, 3}, .dtype = DType::i64}},
       .call = call(1),
       .error = "cov: input has dtype int64, but a covariance is a float"},
  };
}

std::vector<Case> Corrcoef::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors(corrcoef(in[0])); };
  return {
      // On the diagonal r is 1, where the cut has a kink.
      {.name = "three variables",
       .inputs = {{.shape = {3, 6}, .requires_grad = false}},
       .call = call,
       .torch = "a.corrcoef()"},
      {.name = "off the diagonal",
       .inputs = {{{3, 6}}},
       .call = [](auto in) { return Tensors(corrcoef(in[0]) * (1 - eye(3))); },
       .torch = "a.corrcoef() * (1 - torch.eye(3))"},
      {.name = "one variable",
       .inputs = {{.shape = {6}, .requires_grad = false}},
       .call = call,
       .torch = "a.corrcoef()"},
  };
}

}  // namespace limpid
