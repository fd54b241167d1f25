#include "limpid/ops/pointwise/case_helpers.h"
#include "limpid/ops/pointwise/trigonometric.h"

namespace limpid {

using namespace pointwise_cases;

namespace {

/// Angles around the multiples of pi/2, where the results vanish, and far from 0.
const std::vector<double> kAngles = {1.5707963, -1.5707963, 3.1415927, 0.785398,  2.3561945,
                                     4.712389,  6.2831855,  31.415926, -100.5,    5999.9,
                                     6000.1,    12345.678,  1e6,       -987654.3, 1e10};

std::vector<Case> trigonometric_cases(const AnyOp& op, const std::string& torch, double low,
                                      double high) {
  return unary_cases(op, torch, low, high) +
         std::vector<Case>{
             hard_case("hard values", op, torch),
             hard_case("near 0", op, torch, given({1e-8, -1e-8, 1e-4, -1e-2, 0.3})),
             hard_case("bool", op, torch, given({0, 1}, DType::boolean)),
         };
}
std::vector<Case> circular_cases(const AnyOp& op, const std::string& torch, double low,
                                 double high) {
  return trigonometric_cases(op, torch, low, high) +
         std::vector<Case>{
             hard_case("many angles", op, torch, given(kAngles)),
             hard_case("many angles, f64", op, torch, given(kAngles, DType::f64)),
         };
}

}  // namespace

std::vector<Case> Sin::cases() { return circular_cases(any(Sin{}), "a.sin()", -3, 3); }
std::vector<Case> Cos::cases() { return circular_cases(any(Cos{}), "a.cos()", -3, 3); }
std::vector<Case> Tan::cases() { return circular_cases(any(Tan{}), "a.tan()", -1.3, 1.3); }
std::vector<Case> Asin::cases() { return trigonometric_cases(any(Asin{}), "a.asin()", -0.9, 0.9); }
std::vector<Case> Acos::cases() { return trigonometric_cases(any(Acos{}), "a.acos()", -0.9, 0.9); }
std::vector<Case> Atan::cases() { return trigonometric_cases(any(Atan{}), "a.atan()", -3, 3); }
std::vector<Case> Sinh::cases() { return trigonometric_cases(any(Sinh{}), "a.sinh()", -2, 2); }
std::vector<Case> Cosh::cases() { return trigonometric_cases(any(Cosh{}), "a.cosh()", -2, 2); }
std::vector<Case> Asinh::cases() { return trigonometric_cases(any(Asinh{}), "a.asinh()", -3, 3); }
std::vector<Case> Acosh::cases() { return trigonometric_cases(any(Acosh{}), "a.acosh()", 1.25, 4); }
std::vector<Case> Atanh::cases() {
  return trigonometric_cases(any(Atanh{}), "a.atanh()", -0.9, 0.9);
}

std::vector<Case> Atan2::cases() {
  const AnyOp op = any(Atan2{});
  const std::string torch = "torch.atan2(a, b)";
  return binary_cases(op, torch) + std::vector<Case>{
                                       {.name = "hard values",
                                        .inputs = {hard_column(), given(kHard)},
                                        .op = op,
                                        .torch = torch,
                                        .smooth = false},
                                       {.name = "four quadrants",
                                        .inputs = {given({1, 1, -1, -1}), given({2, -2, 2, -2})},
                                        .op = op,
                                        .torch = torch},
                                   };
}

}  // namespace limpid
