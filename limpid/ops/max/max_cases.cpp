#include <cmath>

#include "limpid/core/str.h"
#include "limpid/op/make_case.h"
#include "limpid/ops/max/max.h"

namespace limpid {

namespace {

/// The same cases for max and min; `name` in the texts.
template <class O>
std::vector<Case> along(const std::string& name) {
  const auto torch = [&](int dim, const char* rest = "") {
    return str("torch.", name, "(a, ", dim, rest, ")");
  };
  return {
      {.name = "rows", .inputs = {{{3, 5}}}, .op = any(O{{1}}), .torch = torch(1)},
      {.name = "columns", .inputs = {{{5, 3}}}, .op = any(O{{0}}), .torch = torch(0)},
      {.name = "vector", .inputs = {{{7}}}, .op = any(O{{0}}), .torch = torch(0)},
      {.name = "middle, kept",
       .inputs = {{{2, 7, 3}}},
       .op = any(O{{-2, true}}),
       .torch = torch(-2, ", keepdim=True")},
      {.name = "long row",
       .inputs = {{{2, 1030}}},
       .op = any(O{{1}}),
       .torch = torch(1),
       .smooth = false},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(O{{0}}), .torch = torch(0)},
      {.name = "no rows", .inputs = {{{0, 3}}}, .op = any(O{{1}}), .torch = torch(1)},
      {.name = "first of equals wins",
       .inputs = {{.shape = {3, 6},
                   .values = {1, 3, 3, -5, 3, -5, 0, -0.0, 0, -0.0, 0, 0, 2, 2, 2, 2, 2, 2}}},
       .op = any(O{{1}}),
       .torch = torch(1),
       .smooth = false},
      {.name = "many equals",
       .inputs = {{.shape = {3, 100}, .low = 1, .high = 1}},
       .op = any(O{{1}}),
       .torch = torch(1),
       .smooth = false},
      {.name = "NaN and infinities",
       .inputs = {{.shape = {5, 4},
                   .values = {1,     kNan,  kInf, kNan, kInf, 2,    kInf, -kInf, -kInf, -kInf,
                              -kInf, -kInf, kNan, kNan, kNan, kNan, 1,    2,     3,     kNan}}},
       .op = any(O{{1}}),
       .torch = torch(1),
       .smooth = false},
      {.name = "NaN in a long row",
       .inputs = {{.shape = {40},
                   .values = {1,  2,  3,  4,  5,  6,    7,  8,  9,    10, 11, 12, 13, 14,
                              15, 16, 17, 18, 19, kNan, 21, 22, kNan, 24, 25, 26, 27, 28,
                              29, 30, 31, 32, 33, 34,   35, 36, 37,   38, 39, 40}}},
       .op = any(O{{0}}),
       .torch = torch(0),
       .smooth = false},
      {.name = "int64",
       .inputs = {{.shape = {3, 40}, .dtype = DType::i64, .low = -1e12, .high = 1e12}},
       .op = any(O{{1}}),
       .torch = torch(1)},
      {.name = "bool",
       .inputs = {{.shape = {3, 4}, .dtype = DType::boolean}},
       .op = any(O{{1}}),
       .torch = torch(1)},
      {.name = "empty axis",
       .inputs = {{{0, 3}}},
       .op = any(O{{0}}),
       .error = str(name, ": dimension 0 is empty, so it has no extreme element")},
      {.name = "no such axis",
       .inputs = {{{2, 3}}},
       .op = any(O{{2}}),
       .error = str(name, ": axis 2 is out of range")},
      {.name = "large",
       .inputs = {{{1024, 1024}}},
       .op = any(O{{1}}),
       .torch = torch(1),
       .speed = true},
      {.name = "large columns",
       .inputs = {{{1024, 1024}}},
       .op = any(O{{0}}),
       .torch = torch(0),
       .speed = true},
  };
}

/// The same cases for amax and amin. `whole` is what PyTorch calls it over all elements: its
/// gradient at NaN goes to the NaNs, where that of amax is NaN everywhere.
template <class O>
std::vector<Case> over(const std::string& name, const std::string& whole) {
  const auto torch = [&](const char* rest) { return str("torch.", name, "(a", rest, ")"); };
  return {
      {.name = "all", .inputs = {{{3, 5}}}, .op = any(O{}), .torch = torch("")},
      {.name = "rows", .inputs = {{{3, 5}}}, .op = any(O{{.dim = {1}}}), .torch = torch(", 1")},
      {.name = "first and last, kept",
       .inputs = {{{3, 5, 2}}},
       .op = any(O{{{0, 2}, true}}),
       .torch = torch(", (0, 2), keepdim=True")},
      {.name = "last two",
       .inputs = {{{3, 5, 2}}},
       .op = any(O{{{1, 2}}}),
       .torch = torch(", (1, 2)")},
      {.name = "many", .inputs = {{{70001}}}, .op = any(O{}), .torch = torch(""), .smooth = false},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(O{}), .torch = torch("")},
      {.name = "equals share the gradient",
       .inputs = {{.shape = {2, 4}, .values = {1, 3, 3, 1, 3, 1, 1, 2}}},
       .op = any(O{}),
       .torch = torch(""),
       .smooth = false},
      {.name = "equals in rows",
       .inputs = {{.shape = {2, 4}, .values = {1, 3, 3, 1, 3, 1, 1, 2}}},
       .op = any(O{{.dim = {1}}}),
       .torch = torch(", 1"),
       .smooth = false},
      {.name = "NaN",
       .inputs = {{.shape = {4}, .values = {1, kNan, 3, kNan}}},
       .op = any(O{}),
       .torch = str("torch.", whole, "(a)"),
       .smooth = false},
      {.name = "infinities",
       .inputs = {{.shape = {3}, .values = {-kInf, 1, kInf}}},
       .op = any(O{}),
       .torch = torch(""),
       .smooth = false},
      {.name = "int32",
       .inputs = {{.shape = {3, 40}, .dtype = DType::i32, .low = -1e9, .high = 1e9}},
       .op = any(O{}),
       .torch = torch("")},
      {.name = "of nothing",
       .inputs = {{{0}}},
       .op = any(O{}),
       .error = str(name, ": dimension 0 is empty, so there is no extreme element")},
      {.name = "large",
       .inputs = {{{1024, 1024}}},
       .op = any(O{}),
       .torch = torch(""),
       .speed = true},
  };
}

}  // namespace

std::vector<Case> Max::cases() { return along<Max>("max"); }
std::vector<Case> Min::cases() { return along<Min>("min"); }
std::vector<Case> Amax::cases() { return over<Amax>("amax", "max"); }
std::vector<Case> Amin::cases() { return over<Amin>("amin", "min"); }

}  // namespace limpid
