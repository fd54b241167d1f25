#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/cummax/cummax.h"

namespace limpid {

namespace {

/// Cases that cummax and cummin share; `torch` is ".cummax" or ".cummin".
template <class O>
std::vector<Case> running_cases(const std::string& torch) {
  const auto op = [](std::int64_t dim) { return any(O{{dim}}); };
  return {
      {.name = "rows", .inputs = {{{3, 7}}}, .op = op(1), .torch = "a" + torch + "(1)"},
      {.name = "columns", .inputs = {{{7, 3}}}, .op = op(0), .torch = "a" + torch + "(0)"},
      {.name = "middle", .inputs = {{{2, 5, 3}}}, .op = op(-2), .torch = "a" + torch + "(-2)"},
      {.name = "ties",
       .inputs = {{.shape = {8}, .values = {1, 2, 2, 1, 3, 1, 1, 3}}},
       .op = op(0),
       .torch = "a" + torch + "(0)",
       .smooth = false},
      {.name = "NaN and infinities",
       .inputs = {{.shape = {2, 5}, .values = {1, -INFINITY, INFINITY, NAN, 2, NAN, 1, NAN, 0, 1}}},
       .op = op(1),
       .torch = "a" + torch + "(1)",
       .smooth = false},
      {.name = "enough for threads",
       .inputs = {{{70, 600}}},
       .op = op(1),
       .torch = "a" + torch + "(1)"},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = op(0), .torch = "a" + torch + "(0)"},
      {.name = "empty axis", .inputs = {{{3, 0}}}, .op = op(1), .torch = "a" + torch + "(1)"},
      {.name = "integers",
       .inputs = {{.shape = {30}, .dtype = DType::i64, .low = -9, .high = 9}},
       .op = op(0),
       .torch = "a" + torch + "(0)"},
      {.name = "axis out of range",
       .inputs = {{{3, 4}}},
       .op = op(2),
       .error = "axis 2 is out of range for a tensor of 2 dimensions"},
      {.name = "large",
       .inputs = {{{1024, 1024}}},
       .op = op(1),
       .torch = "a" + torch + "(1)",
       .speed = true},
  };
}

}  // namespace

std::vector<Case> Cummax::cases() { return running_cases<Cummax>(".cummax"); }
std::vector<Case> Cummin::cases() { return running_cases<Cummin>(".cummin"); }

}  // namespace limpid
