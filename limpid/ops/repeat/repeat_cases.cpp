#include "limpid/op/case.h"
#include "limpid/ops/repeat/repeat.h"

namespace limpid {

std::vector<Case> Repeat::cases() {
  const auto of = [](Shape sizes) {
    return [=](std::span<const Tensor> in) { return Tensors(repeat(in[0], sizes)); };
  };
  return {
      {.name = "matrix", .inputs = {{{2, 3}}}, .call = of({2, 3}), .torch = "a.repeat(2, 3)"},
      {.name = "new axes", .inputs = {{{3}}}, .call = of({2, 1, 2}), .torch = "a.repeat(2, 1, 2)"},
      {.name = "no times", .inputs = {{{2, 3}}}, .call = of({0, 1}), .torch = "a.repeat(0, 1)"},
      {.name = "0-d", .inputs = {{Shape{}}}, .call = of({3}), .torch = "a.repeat(3)"},
      {.name = "0-d as it is", .inputs = {{Shape{}}}, .call = of({}), .torch = "a.repeat(())"},
      {.name = "transposed",
       .inputs = {{.shape = {2, 3}, .arrangement = Arrangement::transposed}},
       .call = of({1, 2}),
       .torch = "a.repeat(1, 2)"},
      {.name = "too few numbers",
       .inputs = {{{2, 3}}},
       .call = of({2}),
       .error = "repeat: sizes (2,) must have a number for each of the 2 axes"},
      {.name = "negative",
       .inputs = {{{2, 3}}},
       .call = of({1, -2}),
       .error = "repeat: -2 repeats of dimension 1 are less than none"},
      {.name = "too large",
       .inputs = {{{2, 3}}},
       .call = of({1, std::int64_t{1} << 62}),
       .error = "repeat: dimension 1 would be larger than fits an int64"},
  };
}

std::vector<Case> Tile::cases() {
  const auto of = [](Shape sizes) {
    return [=](std::span<const Tensor> in) { return Tensors(tile(in[0], sizes)); };
  };
  return {
      {.name = "columns", .inputs = {{{2, 3}}}, .call = of({2}), .torch = "torch.tile(a, (2,))"},
      {.name = "new axes",
       .inputs = {{{2, 3}}},
       .call = of({2, 1, 2}),
       .torch = "torch.tile(a, (2, 1, 2))"},
      {.name = "negative",
       .inputs = {{{3}}},
       .call = of({-1}),
       .error = "tile: -1 repeats of dimension 0 are less than none"},
  };
}

std::vector<Case> RepeatInterleave::cases() {
  const auto of = [](std::int64_t repeats, std::int64_t dim) {
    return
        [=](std::span<const Tensor> in) { return Tensors(repeat_interleave(in[0], repeats, dim)); };
  };
  const auto each = [](std::int64_t dim) {
    return
        [=](std::span<const Tensor> in) { return Tensors(repeat_interleave(in[0], in[1], dim)); };
  };
  const auto counts = [](std::vector<double> values) {
    const auto n = static_cast<std::int64_t>(values.size());
    return CaseInput{.shape = {n}, .dtype = DType::i64, .values = std::move(values)};
  };
  return {
      {.name = "rows",
       .inputs = {{{2, 3}}},
       .call = of(2, 0),
       .torch = "torch.repeat_interleave(a, 2, 0)"},
      {.name = "columns",
       .inputs = {{{2, 3}}},
       .call = of(3, -1),
       .torch = "torch.repeat_interleave(a, 3, -1)"},
      {.name = "long rows",
       .inputs = {{{2, 20}}},
       .call = of(2, 0),
       .torch = "torch.repeat_interleave(a, 2, 0)"},
      {.name = "many times",
       .inputs = {{{2, 2}}},
       .call = of(17, 1),
       .torch = "torch.repeat_interleave(a, 17, 1)"},
      {.name = "flat",
       .inputs = {{{2, 2}}},
       .call = [](std::span<const Tensor> in) { return Tensors(repeat_interleave(in[0], 2)); },
       .torch = "torch.repeat_interleave(a, 2)"},
      {.name = "no times",
       .inputs = {{{2, 3}}},
       .call = of(0, 1),
       .torch = "torch.repeat_interleave(a, 0, 1)"},
      {.name = "each its own number",
       .inputs = {{{3, 2}}, counts({2, 0, 3})},
       .call = each(0),
       .torch = "torch.repeat_interleave(a, b, 0)"},
      {.name = "one number for all",
       .inputs = {{{2, 3}}, counts({2})},
       .call = each(1),
       .torch = "torch.repeat_interleave(a, b, 1)"},
      {.name = "negative",
       .inputs = {{{3}}, counts({1, -1, 1})},
       .call = each(0),
       .error = "repeat_interleave: -1 repeats at position 1 are less than none"},
      {.name = "far too often",
       .inputs = {{{2}}, counts({0x1p60})},
       .call = each(0),
       .error = "shape (2305843009213693952,) has more elements than can be addressed"},
      {.name = "more often than can be counted",
       .inputs = {{{2}}, counts({0x1p62})},
       .call = each(0),
       .error = "repeat_interleave: the result would be larger than fits an int64"},
      {.name = "two numbers for three",
       .inputs = {{{3}}, counts({1, 1})},
       .call = each(0),
       .error = "repeat_interleave: repeats of shape (2,) do not fit dimension 0 of size 3"},
  };
}

}  // namespace limpid
