#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/mean/mean.h"

namespace limpid {

std::vector<Case> Mean::cases() {
  return {
      {.name = "all", .inputs = {{{3, 4}}}, .op = any(Mean{}), .torch = "a.mean()"},
      {.name = "rows", .inputs = {{{3, 7}}}, .op = any(Mean{.dim = {1}}), .torch = "a.mean(1)"},
      {.name = "columns", .inputs = {{{7, 3}}}, .op = any(Mean{.dim = {0}}), .torch = "a.mean(0)"},
      {.name = "keepdim",
       .inputs = {{{2, 3, 4}}},
       .op = any(Mean{.dim = {0, -1}, .keepdim = true}),
       .torch = "a.mean((0, -1), keepdim=True)"},
      {.name = "channels",
       .inputs = {{{2, 5, 3, 4}}},
       .op = any(Mean{.dim = {2, 3}}),
       .torch = "a.mean((2, 3))"},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(Mean{}), .torch = "a.mean()"},
      {.name = "of nothing",
       .inputs = {{{0}}},
       .op = any(Mean{}),
       .torch = "a.mean()",
       .smooth = false},
      {.name = "empty axis",
       .inputs = {{{0, 3}}},
       .op = any(Mean{.dim = {0}}),
       .torch = "a.mean(0)",
       .smooth = false},
      {.name = "f16 whose sum overflows",
       .inputs = {{.shape = {3000}, .dtype = DType::f16, .low = 90, .high = 110}},
       .op = any(Mean{}),
       .torch = "a.mean()",
       .smooth = false},
      {.name = "infinities and NaN",
       .inputs = {{.shape = {3, 2}, .values = {1, INFINITY, INFINITY, -INFINITY, NAN, 1}}},
       .op = any(Mean{.dim = {1}}),
       .torch = "a.mean(1)",
       .smooth = false},
      {.name = "integers",
       .inputs = {{.shape = {3}, .dtype = DType::i64}},
       .op = any(Mean{}),
       .error = "mean: input has dtype int64, but a mean is a float"},
      {.name = "bool",
       .inputs = {{.shape = {3}, .dtype = DType::boolean}},
       .op = any(Mean{}),
       .error = "mean: input has dtype bool"},
      {.name = "no such axis",
       .inputs = {{{3}}},
       .op = any(Mean{.dim = {1}}),
       .error = "mean: axis 1 is out of range"},
      {.name = "large",
       .inputs = {{{1024, 1024}}},
       .op = any(Mean{}),
       .torch = "a.mean()",
       .speed = true},
  };
}

}  // namespace limpid
