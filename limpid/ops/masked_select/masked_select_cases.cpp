#include <cmath>
#include <limits>

#include "limpid/op/make_case.h"
#include "limpid/ops/masked_select/masked_select.h"

namespace limpid {

namespace {}  // namespace

std::vector<Case> MaskedSelect::cases() {
  const AnyOp op = any(MaskedSelect{});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::string torch = "torch.masked_select(a, b)";
  return {
      {.name = "same shape", .inputs = {{{3, 4}}, mask({3, 4})}, .op = op, .torch = torch},
      {.name = "rows", .inputs = {{{3, 4}}, mask({3, 1}, {1, 0, 1})}, .op = op, .torch = torch},
      {.name = "mask larger", .inputs = {{{4}}, mask({3, 4})}, .op = op, .torch = torch},
      {.name = "both broadcast",
       .inputs = {{{3, 1}}, mask({1, 4}, {1, 0, 1, 1})},
       .op = op,
       .torch = torch},
      {.name = "transposed",
       .inputs = {{.shape = {4, 5}, .arrangement = Arrangement::transposed}, mask({4, 5})},
       .op = op,
       .torch = torch},
      {.name = "transposed mask",
       .inputs = {{{4, 5}},
                  {.shape = {4, 5},
                   .dtype = DType::boolean,
                   .arrangement = Arrangement::transposed}},
       .op = op,
       .torch = torch},
      {.name = "nan and inf",
       .inputs = {{.shape = {3}, .values = {nan, 1, INFINITY}}, mask({3}, {1, 0, 1})},
       .op = op,
       .torch = torch,
       .smooth = false},
      {.name = "all false", .inputs = {{{3}}, mask({3}, {0, 0, 0})}, .op = op, .torch = torch},
      {.name = "empty", .inputs = {{{0, 3}}, mask({0, 3})}, .op = op, .torch = torch},
      {.name = "0-d", .inputs = {{Shape{}}, mask({}, {1})}, .op = op, .torch = torch},
      {.name = "integers",
       .inputs = {{.shape = {9}, .dtype = DType::i16}, mask({9})},
       .op = op,
       .torch = torch},
      {.name = "bool", .inputs = {mask({9}), mask({9})}, .op = op, .torch = torch},
      {.name = "float mask",
       .inputs = {{{3}}, {{3}}},
       .op = op,
       .error = "masked_select: the mask must be bool, not float32"},
      {.name = "mismatch",
       .inputs = {{{3}}, mask({4})},
       .op = op,
       .error = "masked_select: shapes (3,) and (4,) do not broadcast"},
      {.name = "large",
       .inputs = {{{1024, 1024}}, mask({1024, 1024})},
       .op = op,
       .torch = torch,
       .speed = true},
  };
}

std::vector<Case> MaskedScatter::cases() {
  const AnyOp op = any(MaskedScatter{});
  const std::string torch = "torch.masked_scatter(a, b, c)";
  return {
      {.name = "just enough",
       .inputs = {{{2, 3}}, mask({2, 3}, {1, 0, 1, 0, 0, 1}), {{3}}},
       .op = op,
       .torch = torch},
      {.name = "some unused",
       .inputs = {{{2, 3}}, mask({2, 3}, {0, 1, 0, 0, 1, 0}), {{2, 2}}},
       .op = op,
       .torch = torch},
      {.name = "rows", .inputs = {{{2, 3}}, mask({2, 1}, {0, 1}), {{4}}}, .op = op, .torch = torch},
      {.name = "mask larger",
       .inputs = {{{3}}, mask({2, 3}, {0, 1, 1, 1, 0, 1}), {{4}}},
       .op = op,
       .torch = torch},
      {.name = "transposed source",
       .inputs = {{{6}},
                  mask({6}, {1, 1, 0, 1, 1, 1}),
                  {.shape = {2, 3}, .arrangement = Arrangement::transposed}},
       .op = op,
       .torch = torch},
      {.name = "all false",
       .inputs = {{{3}}, mask({3}, {0, 0, 0}), {{0}}},
       .op = op,
       .torch = torch},
      {.name = "0-d", .inputs = {{Shape{}}, mask({}, {1}), {{1}}}, .op = op, .torch = torch},
      {.name = "too few",
       .inputs = {{{3}}, mask({3}, {1, 1, 1}), {{2}}},
       .op = op,
       .error = "more places than the 2 elements of source"},
      {.name = "other dtype",
       .inputs = {{{3}}, mask({3}), {.shape = {3}, .dtype = DType::i64}},
       .op = op,
       .error = "source is int64 but the input is float32"},
  };
}

}  // namespace limpid
