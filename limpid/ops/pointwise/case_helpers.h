#pragma once
// Short ways to write the cases of this folder.

#include <cmath>
#include <string>
#include <vector>

#include "limpid/op/make_case.h"

namespace limpid::pointwise_cases {

/// Where formulas break: signed zeros, infinities, NaN, subnormals and the ends of the range.
inline const std::vector<double> kHard = {0.0,  -0.0,  1.0,  -1.0,  0.5,   -2.5,  kInf,  -kInf,
                                          kNan, 1e-40, 3e38, -3e38, 1e-30, -1e-3, 100.0, -100.0};

inline CaseInput given(std::vector<double> values, DType dtype = DType::f32) {
  const auto count = static_cast<std::int64_t>(values.size());
  return {.shape = {count}, .dtype = dtype, .values = std::move(values)};
}
/// Drawn from [low, high).
inline CaseInput drawn(Shape shape, DType dtype = DType::f32, double low = -2, double high = 2) {
  return {.shape = std::move(shape), .dtype = dtype, .low = low, .high = high};
}
/// Hard values against each other: a column of them and a row.
inline CaseInput hard_column() {
  return {.shape = {static_cast<std::int64_t>(kHard.size()), 1}, .values = kHard};
}

/// Shapes, layouts and dtypes that every op of two inputs must take. `torch` is in terms of a and
/// b.
std::vector<Case> binary_cases(const AnyOp& op, const std::string& torch, double low = -2,
                               double high = 2);
/// The same for one input in [low, high).
std::vector<Case> unary_cases(const AnyOp& op, const std::string& torch, double low = -2,
                              double high = 2);
/// The same for an op that takes floats only: `unary_cases` without integers, and their refusal.
std::vector<Case> float_cases(const AnyOp& op, const std::string& torch, double low = -2,
                              double high = 2);
/// One input with given values, where central differences make no sense.
inline Case hard_case(const char* name, const AnyOp& op, const std::string& torch,
                      CaseInput input = given(kHard)) {
  return {.name = name, .inputs = {std::move(input)}, .op = op, .torch = torch, .smooth = false};
}
inline std::vector<Case> operator+(std::vector<Case> a, std::vector<Case> b) {
  for (Case& c : b) a.push_back(std::move(c));
  return a;
}

}  // namespace limpid::pointwise_cases
