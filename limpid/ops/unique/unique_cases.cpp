#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/unique/unique.h"

namespace limpid {

namespace {

Tensors all_three(const UniqueResult& result) {
  return {result.values, result.inverse, result.counts};
}

CaseInput fixed(Shape shape, std::vector<double> values, DType dtype = DType::f32) {
  return {.shape = shape, .dtype = dtype, .values = values, .requires_grad = false};
}

}  // namespace

std::vector<Case> Unique::cases() {
  const auto call = [](std::span<const Tensor> in) {
    return all_three(unique(in[0], {.return_inverse = true, .return_counts = true}));
  };
  const std::string torch = "torch.unique(a, return_inverse=True, return_counts=True)";
  const auto along = [](std::int64_t dim) {
    return [dim](std::span<const Tensor> in) {
      return all_three(unique(in[0], {.return_inverse = true, .return_counts = true, .dim = dim}));
    };
  };
  const auto torch_along = [](const std::string& dim) {
    return "torch.unique(a, return_inverse=True, return_counts=True, dim=" + dim + ")";
  };
  return {
      {.name = "floats",
       .inputs = {fixed({2, 4}, {3, 1, -2, 3, 1, 0, 3, -0.5})},
       .call = call,
       .torch = torch},
      {.name = "integers, values only",
       .inputs = {{.shape = {200}, .dtype = DType::i64, .low = -5, .high = 5}},
       .call = [](auto in) { return Tensors(unique(in[0]).values); },
       .torch = "torch.unique(a)"},
      {.name = "long",
       .inputs = {{.shape = {30, 30}, .dtype = DType::i32, .low = -50, .high = 50}},
       .call = call,
       .torch = torch},
      {.name = "NaN differs from NaN",
       .inputs = {fixed({5}, {NAN, 1, NAN, 1, INFINITY})},
       .call = call},
      {.name = "bool",
       .inputs = {fixed({3, 2}, {1, 0, 1, 1, 0, 1}, DType::boolean)},
       .call = call,
       .torch = torch},
      {.name = "all different, with a gradient",
       .inputs = {{.shape = {4}, .values = {3, 1, 2, 0}}},
       .call = [](auto in) { return Tensors(unique(in[0]).values); }},
      {.name = "0-d", .inputs = {fixed({}, {2})}, .call = call, .torch = torch},
      {.name = "nothing", .inputs = {fixed({0}, {})}, .call = call, .torch = torch},
      {.name = "rows",
       .inputs = {fixed({5, 2}, {3, 1, -2, 3, 3, 1, 3, 0.5, -2, 3})},
       .call = along(0),
       .torch = torch_along("0")},
      {.name = "columns of planes",
       .inputs = {{.shape = {2, 40, 2}, .dtype = DType::i64, .low = 0, .high = 2}},
       .call = along(-2),
       .torch = torch_along("-2")},
      {.name = "rows of bool",
       .inputs = {fixed({3, 2}, {1, 0, 0, 1, 1, 0}, DType::boolean)},
       .call = along(0),
       .torch = torch_along("0")},
      {.name = "rows, with a gradient",
       .inputs = {{.shape = {3, 2}, .values = {3, 1, 2, 0, 4, 1}}},
       .call = [](auto in) { return Tensors(unique(in[0], {.dim = 0}).values); }},
      {.name = "no rows", .inputs = {fixed({0, 3}, {})}, .call = along(0)},
      {.name = "0-d along an axis",
       .inputs = {fixed({}, {2})},
       .call = along(0),
       .error = "unique: "},
      {.name = "rows of nothing",
       .inputs = {fixed({3, 0}, {})},
       .call = along(0),
       .error = "unique: the entries along dimension 0 of shape (3, 0) are empty"},
  };
}

std::vector<Case> UniqueConsecutive::cases() {
  const auto call = [](std::span<const Tensor> in) {
    return all_three(unique_consecutive(in[0], true, true));
  };
  const std::string torch = "torch.unique_consecutive(a, return_inverse=True, return_counts=True)";
  return {
      {.name = "runs",
       .inputs = {fixed({2, 5}, {1, 1, 2, 2, 2, 1, 3, 3, 1, 1})},
       .call = call,
       .torch = torch},
      {.name = "values only",
       .inputs = {{.shape = {100}, .dtype = DType::boolean}},
       .call = [](auto in) { return Tensors(unique_consecutive(in[0]).values); },
       .torch = "torch.unique_consecutive(a)"},
      {.name = "one", .inputs = {fixed({1}, {2})}, .call = call, .torch = torch},
      {.name = "nothing", .inputs = {fixed({0}, {})}, .call = call},
  };
}

}  // namespace limpid
