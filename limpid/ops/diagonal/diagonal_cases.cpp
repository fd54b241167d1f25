#include "limpid/op/case.h"
#include "limpid/ops/diagonal/diagonal.h"

namespace limpid {

std::vector<Case> Diagonal::cases() {
  return {
      {.name = "square", .inputs = {{{3, 3}}}, .op = any(Diagonal{}), .torch = "a.diagonal()"},
      {.name = "wide", .inputs = {{{2, 5}}}, .op = any(Diagonal{}), .torch = "a.diagonal()"},
      {.name = "above", .inputs = {{{4, 5}}}, .op = any(Diagonal{2}), .torch = "a.diagonal(2)"},
      {.name = "below", .inputs = {{{4, 3}}}, .op = any(Diagonal{-2}), .torch = "a.diagonal(-2)"},
      {.name = "the last element above",
       .inputs = {{{3, 4}}},
       .op = any(Diagonal{3}),
       .torch = "a.diagonal(3)"},
      {.name = "outside", .inputs = {{{3, 4}}}, .op = any(Diagonal{9}), .torch = "a.diagonal(9)"},
      {.name = "far below",
       .inputs = {{{3, 4}}},
       .op = any(Diagonal{std::int64_t{-1} << 62}),
       .torch = "a.diagonal(-9)"},
      {.name = "outer axes",
       .inputs = {{{2, 3, 4, 3}}},
       .op = any(Diagonal{-1, 3, 1}),
       .torch = "a.diagonal(-1, 3, 1)"},
      {.name = "negative axes",
       .inputs = {{{2, 4, 3}}},
       .op = any(Diagonal{1, -2, -1}),
       .torch = "a.diagonal(1, -2, -1)"},
      {.name = "empty", .inputs = {{{0, 4}}}, .op = any(Diagonal{}), .torch = "a.diagonal()"},
      {.name = "one axis twice",
       .inputs = {{{3, 3}}},
       .op = any(Diagonal{0, 1, -1}),
       .error = "diagonal: dim1 and dim2 are both dimension 1"},
      {.name = "a vector",
       .inputs = {{{3}}},
       .op = any(Diagonal{}),
       .error = "diagonal: needs at least 2 dimensions, got shape (3,)"},
  };
}

std::vector<Case> DiagEmbed::cases() {
  const auto of = [](std::int64_t offset, std::int64_t dim1, std::int64_t dim2) {
    return
        [=](std::span<const Tensor> in) { return Tensors(diag_embed(in[0], offset, dim1, dim2)); };
  };
  return {
      {.name = "vector", .inputs = {{{3}}}, .call = of(0, -2, -1), .torch = "torch.diag_embed(a)"},
      {.name = "batch above",
       .inputs = {{{2, 3}}},
       .call = of(2, -2, -1),
       .torch = "torch.diag_embed(a, 2)"},
      {.name = "axes in front, below",
       .inputs = {{{2, 3}}},
       .call = of(-1, 2, 0),
       .torch = "torch.diag_embed(a, -1, 2, 0)"},
      {.name = "empty",
       .inputs = {{{2, 0}}},
       .call = of(1, -2, -1),
       .torch = "torch.diag_embed(a, 1)"},
      {.name = "one axis twice",
       .inputs = {{{3}}},
       .call = of(0, 1, -1),
       .error = "diag_embed: dim1 and dim2 are both dimension 1"},
      {.name = "0-d",
       .inputs = {{Shape{}}},
       .call = of(0, -2, -1),
       .error = "diag_embed: a 0-d tensor is no diagonal"},
      {.name = "huge offset",
       .inputs = {{{3}}},
       .call = of(INT64_MIN, -2, -1),
       .error = "diag_embed: offset -9223372036854775808 makes matrices larger than fits"},
  };
}

std::vector<Case> Diag::cases() {
  const auto of = [](std::int64_t diagonal) {
    return [=](std::span<const Tensor> in) { return Tensors(diag(in[0], diagonal)); };
  };
  return {
      {.name = "vector", .inputs = {{{3}}}, .call = of(-1), .torch = "torch.diag(a, -1)"},
      {.name = "matrix", .inputs = {{{3, 5}}}, .call = of(1), .torch = "torch.diag(a, 1)"},
      {.name = "three axes",
       .inputs = {{{2, 3, 3}}},
       .call = of(0),
       .error = "diag: takes a vector or a matrix, got shape (2, 3, 3)"},
  };
}

}  // namespace limpid
