#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/logcumsumexp/logcumsumexp.h"

namespace limpid {

std::vector<Case> LogCumsumExp::cases() {
  constexpr double inf = INFINITY;
  const auto op = [](std::int64_t dim) { return any(LogCumsumExp{dim}); };
  return {
      {.name = "rows", .inputs = {{{3, 5}}}, .op = op(1), .torch = "a.logcumsumexp(1)"},
      {.name = "columns", .inputs = {{{5, 3}}}, .op = op(0), .torch = "a.logcumsumexp(0)"},
      {.name = "middle", .inputs = {{{2, 5, 3}}}, .op = op(-2), .torch = "a.logcumsumexp(-2)"},
      {.name = "nine rows", .inputs = {{{9, 40}}}, .op = op(1), .torch = "a.logcumsumexp(1)"},
      {.name = "far apart",
       .inputs = {{.shape = {2, 4},
                   .values = {-1000, 0, 1000, 900, 500, -500, 501, 502},
                   .requires_grad = false}},
       .op = op(1),
       .torch = "a.logcumsumexp(1)"},
      {.name = "rows far apart",
       .inputs = {{.shape = {2, 2}, .values = {0, 0, 1000, -1000}, .requires_grad = false}},
       .op = op(0),
       .torch = "a.logcumsumexp(0)"},
      {.name = "infinities and NaN",
       .inputs = {{.shape = {4, 3},
                   .values = {-inf, -inf, 1, 1, inf, 2, inf, inf, -inf, 1, NAN, 2},
                   .requires_grad = false}},
       .op = op(1),
       .torch = "a.logcumsumexp(1)"},
      {.name = "masked at the start",
       .inputs = {{.shape = {4}, .values = {-inf, -inf, 1, 2}, .requires_grad = false}},
       .op = op(0),
       .torch = "a.logcumsumexp(0)"},
      {.name = "far apart, with a gradient",
       .inputs = {{.shape = {5}, .values = {-100, 0, 3, 2, -20}}},
       .op = op(0)},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = op(0), .torch = "a.logcumsumexp(0)"},
      {.name = "empty axis", .inputs = {{{3, 0}}}, .op = op(1), .torch = "a.logcumsumexp(1)"},
      {.name = "integers",
       .inputs = {{.shape = {3}, .dtype = DType::i64}},
       .op = op(0),
       .error = "logcumsumexp: input has dtype int64, but a logarithm is a float"},
      {.name = "large",
       .inputs = {{{512, 512}}},
       .op = op(1),
       .torch = "a.logcumsumexp(1)",
       .speed = true},
  };
}

}  // namespace limpid
