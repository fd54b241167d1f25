#include <cmath>

#include "limpid/core/str.h"
#include "limpid/op/case.h"
#include "limpid/ops/argmax/argmax.h"

namespace limpid {

namespace {

template <class O>
std::vector<Case> both(const std::string& name) {
  const auto torch = [&](int dim, const char* rest = "") {
    return str("torch.", name, "(a, ", dim, rest, ")");
  };
  constexpr double inf = INFINITY, nan = NAN;
  return {
      {.name = "rows", .inputs = {{{3, 5}}}, .op = any(O{{1}}), .torch = torch(1)},
      {.name = "columns, kept",
       .inputs = {{{5, 3}}},
       .op = any(O{{0, true}}),
       .torch = torch(0, ", keepdim=True")},
      {.name = "long row", .inputs = {{{2, 1030}}}, .op = any(O{{1}}), .torch = torch(1)},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(O{{0}}), .torch = torch(0)},
      {.name = "no rows", .inputs = {{{0, 3}}}, .op = any(O{{1}}), .torch = torch(1)},
      {.name = "first of equals",
       .inputs = {{.shape = {3, 4}, .values = {1, 3, 3, 1, 0, -0.0, 0, -0.0, 2, 2, 2, 2}}},
       .op = any(O{{1}}),
       .torch = torch(1)},
      {.name = "NaN and infinities",
       .inputs = {{.shape = {4, 4},
                   .values = {1, nan, inf, nan, inf, 2, inf, -inf, -inf, -inf, -inf, -inf, nan, nan,
                              nan, nan}}},
       .op = any(O{{1}}),
       .torch = torch(1)},
      {.name = "int64",
       .inputs = {{.shape = {3, 40}, .dtype = DType::i64, .low = -1e12, .high = 1e12}},
       .op = any(O{{1}}),
       .torch = torch(1)},
      {.name = "bool",
       .inputs = {{.shape = {3}, .dtype = DType::boolean}},
       .op = any(O{{0}}),
       .error = str(name, ": input is bool, which has no order")},
      {.name = "empty axis",
       .inputs = {{{3, 0}}},
       .op = any(O{{1}}),
       .error = str(name, ": dimension 1 is empty")},
      {.name = "large",
       .inputs = {{{1024, 1024}}},
       .op = any(O{{1}}),
       .torch = torch(1),
       .speed = true},
  };
}

}  // namespace

std::vector<Case> Argmax::cases() { return both<Argmax>("argmax"); }
std::vector<Case> Argmin::cases() { return both<Argmin>("argmin"); }

}  // namespace limpid
