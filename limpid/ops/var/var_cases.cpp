#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/var/var.h"

namespace limpid {

namespace {

/// Ten numbers just above 1, in float64.
CaseInput narrow(Shape shape) {
  std::vector<double> values;
  for (const int step : {0, 3, 1, 7, 5, 2, 9, 4, 4, 8}) values.push_back(1 + step * 0x1p-26);
  return {.shape = std::move(shape),
          .dtype = DType::f64,
          .values = std::move(values),
          .requires_grad = false};
}

/// Cases that var and std share; `torch` is "torch.var" or "torch.std".
template <class O>
std::vector<Case> spread_cases(const std::string& torch) {
  const auto op = [](Shape dim = {}, double correction = 1, bool keepdim = false) {
    return any(O{{dim, correction, keepdim}});
  };
  return {
      {.name = "all", .inputs = {{{3, 4}}}, .op = op(), .torch = torch + "(a)"},
      {.name = "rows", .inputs = {{{3, 5}}}, .op = op({1}), .torch = torch + "(a, 1)"},
      {.name = "columns", .inputs = {{{7, 3}}}, .op = op({0}), .torch = torch + "(a, 0)"},
      {.name = "population",
       .inputs = {{{3, 5}}},
       .op = op({-1}, 0, true),
       .torch = torch + "(a, -1, correction=0, keepdim=True)"},
      {.name = "outer and inner",
       .inputs = {{{2, 3, 4, 5}}},
       .op = op({0, 2}),
       .torch = torch + "(a, (0, 2))"},
      {.name = "correction between integers",
       .inputs = {{{9}}},
       .op = op({0}, 1.5),
       .torch = torch + "(a, 0, correction=1.5)"},
      {.name = "long row", .inputs = {{{2, 5003}}}, .op = op({1}), .torch = torch + "(a, 1)"},
      {.name = "middle", .inputs = {{{3, 5, 7}}}, .op = op({1}), .torch = torch + "(a, 1)"},
      {.name = "more columns than a block",
       .inputs = {{{40, 530}}},
       .op = op({0}),
       .torch = torch + "(a, 0)"},
      {.name = "many rows",
       .inputs = {{.shape = {30011, 3}, .low = 1, .high = 2}},
       .op = op({0}),
       .torch = torch + "(a, 0)"},
      {.name = "longer than a piece", .inputs = {{{2, 50021}}}, .op = op(), .torch = torch + "(a)"},
      {.name = "far from zero",
       .inputs = {{.shape = {6}, .values = {10000, 10001, 10002, 10003, 10001, 10000}}},
       .op = op(),
       .torch = torch + "(a)"},
      // The rounding of a mean would show, were it taken off the squares of large numbers.
      // PyTorch's float64 has few digits left.
      {.name = "rows that hardly spread", .inputs = {narrow({2, 5})}, .op = op({1})},
      {.name = "columns that hardly spread", .inputs = {narrow({5, 2})}, .op = op({0})},
      {.name = "far apart",
       .inputs = {{.shape = {5}, .values = {1e6, 0, 1, 0, 1}}},
       .op = op(),
       .torch = torch + "(a)",
       .smooth = false},
      {.name = "f16",
       .inputs = {{.shape = {3, 600}, .dtype = DType::f16, .low = 5, .high = 6}},
       .op = op({1}),
       .torch = torch + "(a, 1)",
       .smooth = false},
      {.name = "bf16 columns",
       .inputs = {{.shape = {300, 5}, .dtype = DType::bf16}},
       .op = op({0}),
       .torch = torch + "(a, 0)",
       .smooth = false},
      {.name = "infinities and NaN",
       .inputs = {{.shape = {3, 3}, .values = {1, INFINITY, 2, 3, NAN, 4, 1, 2, 4}}},
       .op = op({1}),
       .torch = torch + "(a, 1)",
       .smooth = false},
      {.name = "one element",
       .inputs = {{.shape = {4, 1}, .requires_grad = false}},
       .op = op({1}),
       .torch = torch + "(a, 1)"},
      {.name = "fewer than the correction",
       .inputs = {{.shape = {4, 2}, .requires_grad = false}},
       .op = op({1}, 3),
       .torch = torch + "(a, 1, correction=3)"},
      {.name = "one element of the population",
       .inputs = {{.shape = {4, 1}}},
       .op = op({1}, 0),
       .torch = torch + "(a, 1, correction=0)",
       .smooth = false},
      {.name = "0-d",
       .inputs = {{.shape = {}, .requires_grad = false}},
       .op = op(),
       .torch = torch + "(a)"},
      {.name = "empty axis",
       .inputs = {{{0, 3}}},
       .op = op({0}),
       .torch = torch + "(a, 0)",
       .smooth = false},
      {.name = "no rows", .inputs = {{{0, 3}}}, .op = op({1}), .torch = torch + "(a, 1)"},
      {.name = "all equal",
       .inputs = {{.shape = {2, 3}, .values = {2, 2, 2, 1, 2, 3}}},
       .op = op({1}),
       .torch = torch + "(a, 1)",
       .smooth = false},
      {.name = "integers",
       .inputs = {{.shape = {3}, .dtype = DType::i64}},
       .op = op(),
       .error = "input has dtype int64, but a variance is a float; convert it with .to(float32)"},
      {.name = "axis out of range",
       .inputs = {{{3, 4}}},
       .op = op({2}),
       .error = "axis 2 is out of range for a tensor of 2 dimensions"},
      {.name = "large",
       .inputs = {{{1024, 1024}}},
       .op = op({1}),
       .torch = torch + "(a, 1)",
       .speed = true},
      {.name = "large columns",
       .inputs = {{{65536, 64}}},
       .op = op({0}),
       .torch = torch + "(a, 0)",
       .speed = true},
  };
}

template <class F>
std::vector<Case> pair_cases(const std::string& torch, F f) {
  const auto call = [f](Shape dim, double correction, bool keepdim) {
    return [=](std::span<const Tensor> in) {
      const auto [spread, mean] = f(in[0], dim, correction, keepdim);
      return Tensors(spread, mean);
    };
  };
  return {
      {.name = "all", .inputs = {{{3, 4}}}, .call = call({}, 1, false), .torch = torch + "(a)"},
      {.name = "columns, population",
       .inputs = {{{5, 3}}},
       .call = call({0}, 0, true),
       .torch = torch + "(a, 0, correction=0, keepdim=True)"},
  };
}

}  // namespace

std::vector<Case> Var::cases() { return spread_cases<Var>("torch.var"); }
std::vector<Case> Std::cases() { return spread_cases<Std>("torch.std"); }
std::vector<Case> VarMean::cases() { return pair_cases("torch.var_mean", &var_mean); }
std::vector<Case> StdMean::cases() { return pair_cases("torch.std_mean", &std_mean); }

}  // namespace limpid
