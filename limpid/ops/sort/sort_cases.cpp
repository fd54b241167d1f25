#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/sort/sort.h"

namespace limpid {

namespace {

/// 0 ... m - 1 in a scattered order, over and over: many ties.
std::vector<double> ties(std::size_t n, std::size_t m) {
  std::vector<double> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<double>(i * 7919 % 1009 % m) - 3;
  return out;
}

}  // namespace

std::vector<Case> Sort::cases() {
  const auto op = [](std::int64_t dim = -1, bool descending = false) {
    return any(Sort{dim, descending});
  };
  const std::string stable = ", stable=True)", falling = ", descending=True, stable=True)";
  const CaseInput hard{
      .shape = {2, 7},
      .values = {NAN, 1, INFINITY, -0.0, 0, -INFINITY, NAN, 0, -0.0, -1e-40, 1e-40, NAN, 3, -3}};
  return {
      {.name = "rows", .inputs = {{{3, 5}}}, .op = op(), .torch = "a.sort()"},
      {.name = "columns", .inputs = {{{5, 3}}}, .op = op(0), .torch = "a.sort(0)"},
      {.name = "middle, falling",
       .inputs = {{{2, 5, 3}}},
       .op = op(-2, true),
       .torch = "a.sort(-2, descending=True)"},
      {.name = "ties keep their order",
       .inputs = {{.shape = {2, 50}, .values = ties(100, 7)}},
       .op = op(1),
       .torch = "a.sort(dim=1" + stable,
       .smooth = false},
      {.name = "ties keep their order, falling",
       .inputs = {{.shape = {2, 50}, .values = ties(100, 7)}},
       .op = op(1, true),
       .torch = "a.sort(dim=1" + falling,
       .smooth = false},
      {.name = "ties of a long row",
       .inputs = {{.shape = {1000}, .values = ties(1000, 40)}},
       .op = op(0),
       .torch = "a.sort(dim=0" + stable,
       .smooth = false},
      {.name = "ties of a long row, falling",
       .inputs = {{.shape = {1000}, .values = ties(1000, 40)}},
       .op = op(0, true),
       .torch = "a.sort(dim=0" + falling,
       .smooth = false},
      {.name = "NaN, infinities and both zeros",
       .inputs = {hard},
       .op = op(1),
       .torch = "a.sort(dim=1" + stable,
       .smooth = false},
      {.name = "NaN, infinities and both zeros, falling",
       .inputs = {hard},
       .op = op(1, true),
       .torch = "a.sort(dim=1" + falling,
       .smooth = false},
      {.name = "long rows",
       .inputs = {{.shape = {3, 5003}, .low = -1e6, .high = 1e6}},
       .op = op(1),
       .torch = "a.sort(dim=1" + stable},
      {.name = "float64 by all its bytes",
       .inputs = {{.shape = {2, 700}, .dtype = DType::f64, .low = -1, .high = 1}},
       .op = op(1),
       .torch = "a.sort(dim=1" + stable,
       .smooth = false},
      {.name = "int64 by all its bytes",
       .inputs = {{.shape = {2, 700}, .dtype = DType::i64, .low = -4e15, .high = 4e15}},
       .op = op(1),
       .torch = "a.sort(dim=1" + stable},
      {.name = "int32",
       .inputs = {{.shape = {900}, .dtype = DType::i32, .low = -2147483648.0, .high = 2147483647}},
       .op = op(0, true),
       .torch = "a.sort(dim=0" + falling},
      {.name = "uint8",
       .inputs = {{.shape = {900}, .dtype = DType::u8, .low = 0, .high = 255}},
       .op = op(0),
       .torch = "a.sort(dim=0" + stable},
      {.name = "bool",
       .inputs = {{.shape = {3, 6}, .dtype = DType::boolean}},
       .op = op(1, true),
       .torch = "a.sort(dim=1" + falling},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = op(), .torch = "a.sort()"},
      {.name = "empty axis", .inputs = {{{3, 0}}}, .op = op(), .torch = "a.sort()"},
      {.name = "no rows", .inputs = {{{0, 3}}}, .op = op(), .torch = "a.sort()"},
      {.name = "axis out of range",
       .inputs = {{{3, 4}}},
       .op = op(2),
       .error = "sort: axis 2 is out of range for a tensor of 2 dimensions"},
      {.name = "large", .inputs = {{{1000000}}}, .op = op(), .torch = "a.sort()", .speed = true},
      {.name = "large rows",
       .inputs = {{{1024, 1024}}},
       .op = op(),
       .torch = "a.sort()",
       .speed = true},
      {.name = "short rows",
       .inputs = {{{16384, 64}}},
       .op = op(),
       .torch = "a.sort()",
       .speed = true},
  };
}

std::vector<Case> Argsort::cases() {
  return {
      {.name = "rows",
       .inputs = {{{3, 5}}},
       .call = [](auto in) { return Tensors(argsort(in[0])); },
       .torch = "a.argsort()"},
      {.name = "falling columns with ties",
       .inputs = {{.shape = {50, 2}, .values = ties(100, 7)}},
       .call = [](auto in) { return Tensors(argsort(in[0], 0, true)); },
       .torch = "a.argsort(dim=0, descending=True, stable=True)"},
  };
}

std::vector<Case> Msort::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors(msort(in[0])); };
  return {
      {.name = "columns", .inputs = {{{5, 3}}}, .call = call, .torch = "torch.msort(a)"},
      {.name = "three axes", .inputs = {{{4, 2, 3}}}, .call = call, .torch = "torch.msort(a)"},
  };
}

}  // namespace limpid
