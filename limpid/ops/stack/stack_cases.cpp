#include "limpid/op/case.h"
#include "limpid/ops/stack/stack.h"

namespace limpid {

std::vector<Case> Stack::cases() {
  const auto call = [](std::int64_t dim) {
    return [dim](std::span<const Tensor> in) { return Tensors(stack(in, dim)); };
  };
  return {
      {.name = "first axis",
       .inputs = {{{2, 3}}, {{2, 3}}, {{2, 3}}},
       .call = call(0),
       .torch = "torch.stack((a, b, c))"},
      {.name = "last axis",
       .inputs = {{{2, 3}}, {{2, 3}}},
       .call = call(-1),
       .torch = "torch.stack((a, b), -1)"},
      {.name = "middle axis",
       .inputs = {{{2, 3}}, {{2, 3}}},
       .call = call(1),
       .torch = "torch.stack((a, b), 1)"},
      {.name = "0-d",
       .inputs = {{Shape{}}, {Shape{}}},
       .call = call(0),
       .torch = "torch.stack((a, b))"},
      {.name = "empty",
       .inputs = {{{0, 2}}, {{0, 2}}},
       .call = call(1),
       .torch = "torch.stack((a, b), 1)"},
      {.name = "promotion",
       .inputs = {{{3}}, {.shape = {3}, .dtype = DType::i64}},
       .call = call(0),
       .torch = "torch.stack((a, b))"},
      {.name = "shapes differ",
       .inputs = {{{2, 3}}, {{2, 4}}},
       .call = call(0),
       .error = "stack: tensor 1 has shape (2, 4) but tensor 0 has shape (2, 3)"},
      {.name = "axis out of range",
       .inputs = {{{2}}, {{2}}},
       .call = call(2),
       .error = "axis 2 is out of range"},
  };
}

std::vector<Case> Hstack::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors(hstack(in)); };
  return {
      {.name = "matrices",
       .inputs = {{{2, 3}}, {{2, 1}}},
       .call = call,
       .torch = "torch.hstack((a, b))"},
      {.name = "vectors", .inputs = {{{3}}, {{2}}}, .call = call, .torch = "torch.hstack((a, b))"},
      {.name = "0-d",
       .inputs = {{Shape{}}, {Shape{}}},
       .call = call,
       .torch = "torch.hstack((a, b))"},
      {.name = "other rows",
       .inputs = {{{2, 3}}, {{3, 3}}},
       .call = call,
       .error = "hstack: tensor 1 has shape (3, 3)"},
      {.name = "none", .inputs = {}, .call = call, .error = "hstack: needs at least one tensor"},
  };
}

std::vector<Case> Vstack::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors(vstack(in)); };
  return {
      {.name = "a vector and a matrix",
       .inputs = {{{3}}, {{2, 3}}},
       .call = call,
       .torch = "torch.vstack((a, b))"},
      {.name = "0-d",
       .inputs = {{Shape{}}, {Shape{}}},
       .call = call,
       .torch = "torch.vstack((a, b))"},
      {.name = "none", .inputs = {}, .call = call, .error = "vstack: needs at least one tensor"},
  };
}

std::vector<Case> Dstack::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors(dstack(in)); };
  return {
      {.name = "vectors", .inputs = {{{3}}, {{3}}}, .call = call, .torch = "torch.dstack((a, b))"},
      {.name = "matrices and a volume",
       .inputs = {{{2, 3}}, {{2, 3, 2}}},
       .call = call,
       .torch = "torch.dstack((a, b))"},
      {.name = "0-d",
       .inputs = {{Shape{}}, {Shape{}}},
       .call = call,
       .torch = "torch.dstack((a, b))"},
      {.name = "none", .inputs = {}, .call = call, .error = "dstack: needs at least one tensor"},
  };
}

}  // namespace limpid
