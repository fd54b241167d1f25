#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/prod/prod.h"

namespace limpid {

namespace {

/// 1, -1, 2 and 1/2 in turn: their products are exact, however long.
std::vector<double> exact_factors(std::size_t n) {
  std::vector<double> out(n, 1);
  for (std::size_t i = 0; i < n; ++i)
    out[i] = i % 3 == 1 ? -1 : i % 7 == 3 ? 2 : i % 7 == 5 ? .5 : 1;
  return out;
}

}  // namespace

std::vector<Case> Prod::cases() {
  return {
      {.name = "all", .inputs = {{{3, 4}}}, .op = any(Prod{}), .torch = "a.prod()"},
      {.name = "rows", .inputs = {{{3, 5}}}, .op = any(Prod{.dim = {1}}), .torch = "a.prod(1)"},
      {.name = "columns", .inputs = {{{5, 3}}}, .op = any(Prod{.dim = {0}}), .torch = "a.prod(0)"},
      {.name = "middle, keepdim",
       .inputs = {{{2, 4, 3}}},
       .op = any(Prod{.dim = {-2}, .keepdim = true}),
       .torch = "a.prod(-2, keepdim=True)"},
      {.name = "one zero, two, none",
       .inputs = {{.shape = {3, 3}, .values = {2, 0, 3, 0, 0, 5, 1, -2, 4}}},
       .op = any(Prod{.dim = {1}}),
       .torch = "a.prod(1)"},
      {.name = "a zero among all",
       .inputs = {{.shape = {2, 3}, .values = {2, 0.5, 3, 0, -1, 5}}},
       .op = any(Prod{}),
       .torch = "a.prod()"},
      {.name = "infinities and NaN",
       .inputs = {{.shape = {3, 3}, .values = {1, INFINITY, -2, 0, INFINITY, 1, NAN, 0, 1}}},
       .op = any(Prod{.dim = {1}}),
       .torch = "a.prod(1)",
       .smooth = false},
      {.name = "empty axis",
       .inputs = {{{0, 3}}},
       .op = any(Prod{.dim = {0}}),
       .torch = "a.prod(0)"},
      {.name = "nothing at all", .inputs = {{{0}}}, .op = any(Prod{}), .torch = "a.prod()"},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(Prod{}), .torch = "a.prod()"},
      {.name = "0-d along its axis",
       .inputs = {{Shape{}}},
       .op = any(Prod{.dim = {0}}),
       .torch = "a.prod(0)"},
      {.name = "longer than a piece",
       .inputs = {{.shape = {70001}, .values = exact_factors(70001)}},
       .op = any(Prod{}),
       .torch = "a.prod()"},
      {.name = "many rows",
       .inputs = {{.shape = {50021, 3}, .values = exact_factors(150063)}},
       .op = any(Prod{.dim = {0}}),
       .torch = "a.prod(0)"},
      {.name = "more columns than a block",
       .inputs = {{.shape = {9, 300}, .low = 0.5, .high = 1.5}},
       .op = any(Prod{.dim = {0}}),
       .torch = "a.prod(0)"},
      {.name = "bool",
       .inputs = {{.shape = {3, 2}, .dtype = DType::boolean, .values = {1, 1, 1, 0, 1, 1}}},
       .op = any(Prod{.dim = {1}}),
       .torch = "a.prod(1)"},
      {.name = "i32 past its range",
       .inputs = {{.shape = {3}, .dtype = DType::i32, .values = {2147483647, -2147483647, 5}}},
       .op = any(Prod{}),
       .torch = "a.prod()"},
      {.name = "f16",
       .inputs = {{.shape = {20, 2}, .dtype = DType::f16, .low = 0.5, .high = 1.5}},
       .op = any(Prod{.dim = {0}}),
       .torch = "a.prod(0)",
       .smooth = false},
      {.name = "axis out of range",
       .inputs = {{{3, 4}}},
       .op = any(Prod{.dim = {2}}),
       .error = "prod: axis 2 is out of range for a tensor of 2 dimensions"},
      {.name = "two axes",
       .inputs = {{{3, 4}}},
       .op = any(Prod{.dim = {0, 1}}),
       .error = "prod: multiplies along one axis or over all of them, not along (0, 1)"},
      {.name = "large",
       .inputs = {{.shape = {1024, 1024}, .low = 0.9, .high = 1.1}},
       .op = any(Prod{.dim = {1}}),
       .torch = "a.prod(1)",
       .speed = true},
  };
}

}  // namespace limpid
