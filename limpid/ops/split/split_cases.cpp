#include "limpid/op/case.h"
#include "limpid/ops/split/split.h"

namespace limpid {

std::vector<Case> Split::cases() {
  const auto of = [](std::int64_t size, std::int64_t dim) {
    return [=](std::span<const Tensor> in) { return Tensors(split(in[0], size, dim)); };
  };
  const auto into = [](Shape sizes, std::int64_t dim) {
    return [=](std::span<const Tensor> in) {
      return Tensors(split(in[0], std::span<const std::int64_t>(sizes), dim));
    };
  };
  return {
      {.name = "even", .inputs = {{{4, 3}}}, .call = of(2, 0), .torch = "a.split(2)"},
      {.name = "remainder", .inputs = {{{5, 3}}}, .call = of(2, 0), .torch = "a.split(2)"},
      {.name = "columns", .inputs = {{{2, 5}}}, .call = of(2, 1), .torch = "a.split(2, 1)"},
      {.name = "larger than the axis",
       .inputs = {{{2, 3}}},
       .call = of(7, -1),
       .torch = "a.split(7, -1)"},
      {.name = "empty axis", .inputs = {{{0, 3}}}, .call = of(0, 0), .torch = "a.split(0)"},
      {.name = "given sizes",
       .inputs = {{{2, 6}}},
       .call = into({1, 0, 5}, 1),
       .torch = "a.split((1, 0, 5), 1)"},
      {.name = "size 0",
       .inputs = {{{2, 3}}},
       .call = of(0, 1),
       .error = "split: parts of size 0 cannot make up dimension 1 of size 3"},
      {.name = "sizes do not add up",
       .inputs = {{{2, 6}}},
       .call = into({1, 4}, 1),
       .error = "split: the sizes (1, 4) do not add up to dimension 1 of size 6"},
      {.name = "64 sizes, which are named",
       .inputs = {{{2}}},
       .call = [](auto in) { return Tensors(split(in[0], std::vector<std::int64_t>(64, 1), 0)); },
       .error = "split: the sizes (1, 1, 1"},
      {.name = "sizes whose sum wraps around to the right one",
       .inputs = {{.shape = {1}, .dtype = DType::u8}},
       .call =
           [](std::span<const Tensor> in) {
             constexpr std::int64_t n = std::int64_t{1} << 56;
             return Tensors(split(in[0].expand({n}), std::vector<std::int64_t>(257, n), 0));
           },
       .error = "split: the 257 sizes do not add up to dimension 0 of size 72057594037927936"},
      {.name = "0-d",
       .inputs = {{Shape{}}},
       .call = of(1, 0),
       .error = "split: a 0-d tensor has no dimension to cut"},
  };
}

std::vector<Case> Chunk::cases() {
  const auto into = [](std::int64_t chunks, std::int64_t dim) {
    return [=](std::span<const Tensor> in) { return Tensors(chunk(in[0], chunks, dim)); };
  };
  return {
      {.name = "even", .inputs = {{{6, 2}}}, .call = into(3, 0), .torch = "a.chunk(3)"},
      {.name = "one part", .inputs = {{{2, 3}}}, .call = into(1, 0), .torch = "a.chunk(1)"},
      {.name = "fewer parts than asked for",
       .inputs = {{{2, 5}}},
       .call = into(4, 1),
       .torch = "a.chunk(4, 1)"},
      {.name = "more parts than entries",
       .inputs = {{{2}}},
       .call = into(5, 0),
       .torch = "a.chunk(5)"},
      {.name = "empty axis", .inputs = {{{0, 3}}}, .call = into(2, 0), .torch = "a.chunk(2)"},
      {.name = "no part",
       .inputs = {{{2}}},
       .call = into(0, 0),
       .error = "chunk: needs at least 1 part, not 0"},
  };
}

}  // namespace limpid
