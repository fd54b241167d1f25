#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/any/any.h"

namespace limpid {

namespace {

/// Zeros (or ones) with one other value at `place`, for long inputs.
std::vector<double> all_but_one(std::size_t n, std::size_t place, double rest, double other) {
  std::vector<double> out(n, rest);
  out[place] = other;
  return out;
}

/// Cases that any and all share; `torch` is "torch.any" or "torch.all".
template <class O>
std::vector<Case> verdict_cases(const std::string& torch) {
  const auto op = [](Shape dim = {}, bool keepdim = false) { return any(O{{dim, keepdim}}); };
  const bool decides = std::is_same_v<O, Any>;
  const auto rare = [=](std::size_t n, std::size_t place) {
    return all_but_one(n, place, !decides, decides);
  };
  const CaseInput mixed{
      .shape = {4, 3}, .dtype = DType::boolean, .values = {0, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0}};
  return {
      {.name = "all axes", .inputs = {mixed}, .op = op(), .torch = torch + "(a)"},
      {.name = "rows", .inputs = {mixed}, .op = op({1}), .torch = torch + "(a, 1)"},
      {.name = "columns", .inputs = {mixed}, .op = op({0}), .torch = torch + "(a, 0)"},
      {.name = "keepdim",
       .inputs = {mixed},
       .op = op({-1}, true),
       .torch = torch + "(a, -1, keepdim=True)"},
      {.name = "two axes",
       .inputs = {{.shape = {2, 3, 4}, .dtype = DType::boolean}},
       .op = op({0, 2}),
       .torch = torch + "(a, (0, 2))"},
      {.name = "floats, NaN and both zeros",
       .inputs = {{.shape = {5, 2}, .values = {0, -0.0, NAN, 0, 1, 1e-40, INFINITY, 2, NAN, 1}}},
       .op = op({1}),
       .torch = torch + "(a, 1)"},
      {.name = "uint8 stays uint8",
       .inputs = {{.shape = {3, 2}, .dtype = DType::u8, .values = {0, 0, 7, 0, 3, 255}}},
       .op = op({1}),
       .torch = torch + "(a, 1)"},
      {.name = "int64",
       .inputs = {{.shape = {3, 2}, .dtype = DType::i64, .values = {0, 0, -7, 0, 4294967296, 2}}},
       .op = op({1}),
       .torch = torch + "(a, 1)"},
      {.name = "the last of many decides",
       .inputs = {{.shape = {70001}, .dtype = DType::boolean, .values = rare(70001, 70000)}},
       .op = op(),
       .torch = torch + "(a)"},
      {.name = "none of many decides",
       .inputs = {{.shape = {70001}, .values = std::vector<double>(70001, !decides)}},
       .op = op(),
       .torch = torch + "(a)"},
      {.name = "one column of many rows",
       .inputs = {{.shape = {50021, 3}, .dtype = DType::boolean, .values = rare(150063, 150061)}},
       .op = op({0}),
       .torch = torch + "(a, 0)"},
      {.name = "0-d", .inputs = {{.shape = {}, .values = {1}}}, .op = op(), .torch = torch + "(a)"},
      {.name = "empty axis", .inputs = {{{0, 3}}}, .op = op({0}), .torch = torch + "(a, 0)"},
      {.name = "no rows", .inputs = {{{0, 3}}}, .op = op({1}), .torch = torch + "(a, 1)"},
      {.name = "axis out of range",
       .inputs = {{{3, 4}}},
       .op = op({2}),
       .error = "axis 2 is out of range for a tensor of 2 dimensions"},
      {.name = "large",
       .inputs = {{.shape = {1024, 1024},
                   .dtype = DType::boolean,
                   .values = rare(1048576, 1048575)}},
       .op = op(),
       .torch = torch + "(a)",
       .speed = true},
  };
}

}  // namespace

std::vector<Case> Any::cases() { return verdict_cases<Any>("torch.any"); }
std::vector<Case> All::cases() { return verdict_cases<All>("torch.all"); }

}  // namespace limpid
