#include "limpid/ops/pointwise/case_helpers.h"
#include "limpid/ops/pointwise/rounding.h"

namespace limpid {

using namespace pointwise_cases;

namespace {

/// Halves, numbers beside integers, and sizes at which every float is an integer.
const std::vector<double> kBetween = {
    0.5,  1.5,  2.5,     -0.5,    -1.5,      -2.5,      0.49999997, 0.99999994, -0.99999994,
    0.25, -0.2, 8388607, 8388608, 8388606.5, 4194303.5, -4194303.8, 16777216,   -3};

std::vector<Case> rounding_cases(const AnyOp& op, const std::string& torch) {
  return unary_cases(op, torch) +
         std::vector<Case>{
             hard_case("hard values", op, torch),
             hard_case("between integers", op, torch, given(kBetween)),
             hard_case("between integers, f64", op, torch, given(kBetween, DType::f64)),
             hard_case("negative integers", op, torch, given({-128, 127, -1}, DType::i8)),
             {.name = "bool",
              .inputs = {given({0, 1}, DType::boolean)},
              .op = op,
              .error = std::string(op.info().doc.name) + ": bool is not supported"},
         };
}

std::vector<Case> division_cases(const AnyOp& op, const std::string& torch) {
  const auto pair = [&](const char* name, CaseInput a, CaseInput b) {
    return Case{.name = name,
                .inputs = {std::move(a), std::move(b)},
                .op = op,
                .torch = torch,
                .smooth = false};
  };
  const std::string name(op.info().doc.name);
  return binary_cases(op, torch, 1, 9) +
         std::vector<Case>{
             pair("signs", given({7, -7, 7, -7, 6, -6, 6, -6}),
                  given({3, 3, -3, -3, 3, 3, -3, -3})),
             pair("signs, int32", given({7, -7, 7, -7, 6, -6, 6, -6}, DType::i32),
                  given({3, 3, -3, -3, 3, 3, -3, -3}, DType::i32)),
             pair("fractions", given({0.3, -0.3, 1, 2.5, 7.25}, DType::f64),
                  given({0.1, 0.1, 0.1, -0.5, 2}, DType::f64)),
             pair("by zero", given({1, -1, 0, kInf, kNan}, DType::f64),
                  given({0, 0, 0, 0, 0}, DType::f64)),
             pair("infinities", given({5, -5, 5, -5, 0, kInf, kInf, kNan}, DType::f64),
                  given({kInf, kInf, -kInf, -kInf, kInf, 2, kInf, 1}, DType::f64)),
             pair("small and large", given({1e30, 1e30, 1e-30, -1e-30}, DType::f64),
                  given({3, 1e-5, 3, 3}, DType::f64)),
             pair("the smallest by -1", given({-128, 127}, DType::i8), given({-1, -1}, DType::i8)),
             pair("the smallest int64 by -1", given({-9223372036854775808.0}, DType::i64),
                  given({-1}, DType::i64)),
             pair("uint8", given({255, 200, 7}, DType::u8), given({2, 255, 7}, DType::u8)),
             {.name = "integer by zero",
              .inputs = {given({1, 2, 3}, DType::i64), given({1, 1, 0}, DType::i64)},
              .op = op,
              .error = name + ": integer division by zero: other is 0 at element 2"},
             {.name = "integers by several zeros",
              .inputs = {given({1, 2, 3}, DType::i64), given({0, 1, 0}, DType::i64)},
              .op = op,
              .error = name + ": integer division by zero: other is 0 at element 0"},
             {.name = "bool",
              .inputs = {given({1}, DType::boolean), given({1}, DType::boolean)},
              .op = op,
              .error = name + ": bool is not supported"},
         };
}

}  // namespace

std::vector<Case> Floor::cases() { return rounding_cases(any(Floor{}), "a.floor()"); }
std::vector<Case> Ceil::cases() { return rounding_cases(any(Ceil{}), "a.ceil()"); }
std::vector<Case> Round::cases() { return rounding_cases(any(Round{}), "a.round()"); }
std::vector<Case> Trunc::cases() { return rounding_cases(any(Trunc{}), "a.trunc()"); }
std::vector<Case> FloorDivide::cases() {
  return division_cases(any(FloorDivide{}), "torch.floor_divide(a.detach(), b.detach())");
}
std::vector<Case> Remainder::cases() {
  return division_cases(any(Remainder{}), "torch.remainder(a, b)");
}
std::vector<Case> Fmod::cases() { return division_cases(any(Fmod{}), "torch.fmod(a, b)"); }

std::vector<Case> Frac::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors{frac(in[0])}; };
  return {
      {.name = "between integers",
       .inputs = {given(kBetween)},
       .call = call,
       .torch = "a.frac()",
       .smooth = false},
      {.name = "drawn", .inputs = {drawn({5, 3})}, .call = call, .torch = "a.frac()"},
      {.name = "f16",
       .inputs = {given({1.5, -0.25, kNan, 7}, DType::f16)},
       .call = call,
       .torch = "a.frac()",
       .smooth = false},
      {.name = "int64",
       .inputs = {drawn({3}, DType::i64)},
       .call = call,
       .error = "frac: int64 has no part behind the point"},
  };
}

}  // namespace limpid
