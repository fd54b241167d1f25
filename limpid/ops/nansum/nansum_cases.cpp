#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/nansum/nansum.h"

namespace limpid {

namespace {

const CaseInput kHoles{.shape = {3, 3}, .values = {1, NAN, 2, NAN, NAN, NAN, 4, -5, INFINITY}};

CaseInput without_gradient(CaseInput input) {  // PyTorch's is NaN for a row without numbers
  input.requires_grad = false;
  return input;
}

}  // namespace

std::vector<Case> Nansum::cases() {
  return {
      {.name = "rows",
       .inputs = {kHoles},
       .call = [](auto in) { return Tensors(nansum(in[0], {1})); },
       .torch = "a.nansum(1)",
       .smooth = false},
      {.name = "all, keepdim",
       .inputs = {{{3, 4}}},
       .call =
           [](auto in) {
             return Tensors(nansum(in[0], {0, 1}, true));
           },
       .torch = "a.nansum((0, 1), keepdim=True)"},
      {.name = "integers",
       .inputs = {{.shape = {3, 4}, .dtype = DType::i32}},
       .call = [](auto in) { return Tensors(nansum(in[0], {0})); },
       .torch = "a.nansum(0)"},
  };
}

std::vector<Case> Nanmean::cases() {
  return {
      {.name = "rows",
       .inputs = {without_gradient(kHoles)},
       .call = [](auto in) { return Tensors(nanmean(in[0], {1})); },
       .torch = "a.nanmean(1)"},
      {.name = "all",
       .inputs = {{{3, 4}}},
       .call = [](auto in) { return Tensors(nanmean(in[0])); },
       .torch = "a.nanmean()"},
  };
}

std::vector<Case> CountNonzero::cases() {
  return {
      {.name = "rows",
       .inputs = {{.shape = {2, 3}, .values = {0, NAN, 2, -0.0, 0, -1}}},
       .call = [](auto in) { return Tensors(count_nonzero(in[0], {1})); },
       .torch = "a.count_nonzero(1)"},
      {.name = "all of bool",
       .inputs = {{.shape = {2, 30}, .dtype = DType::boolean}},
       .call = [](auto in) { return Tensors(count_nonzero(in[0])); },
       .torch = "a.count_nonzero()"},
  };
}

std::vector<Case> Aminmax::cases() {
  return {
      {.name = "all",
       .inputs = {{{3, 4}}},
       .call =
           [](auto in) {
             const auto [low, high] = aminmax(in[0]);
             return Tensors(low, high);
           },
       .torch = "torch.aminmax(a)"},
      {.name = "rows, keepdim, NaN",
       .inputs = {{.shape = {2, 3}, .values = {3, 1, 2, 4, NAN, 5}, .requires_grad = false}},
       .call =
           [](auto in) {
             const auto [low, high] = aminmax(in[0], {1}, true);
             return Tensors(low, high);
           },
       .torch = "torch.aminmax(a, dim=1, keepdim=True)"},
  };
}

}  // namespace limpid
