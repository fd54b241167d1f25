#include "limpid/ops/pointwise/case_helpers.h"
#include "limpid/ops/pointwise/exponential.h"

namespace limpid {

using namespace pointwise_cases;

std::vector<Case> Pow::cases() {
  const AnyOp plain = any(Pow{});
  std::vector<Case> common = binary_cases(plain, "torch.pow(a, b)");
  for (Case& c : common)  // negative bases give NaN
    if (is_floating(c.inputs[0].dtype)) c.inputs[0].low = 0.25;
  const std::vector<double> bases = {0.0, -0.0, 1.0, -1.0, 2.0, -3.0, 0.5, kInf, -kInf, kNan};
  return common + std::vector<Case>{
                      {.name = "hard values",
                       .inputs = {{.shape = {10, 1}, .values = bases},
                                  given({0.0, 1.0, -1.0, 2.0, 3.0, -2.0, 0.7, kInf, -kInf, kNan})},
                       .op = plain,
                       .torch = "torch.pow(a, b)",
                       .smooth = false},
                      {.name = "exponent 2",
                       .inputs = {drawn({3, 7}), {.shape = {}, .values = {2}}},
                       .op = plain,
                       .torch = "torch.pow(a, b)",
                       .smooth = false},
                      {.name = "exponent 3",
                       .inputs = {drawn({3, 7}), {.shape = {}, .values = {3}}},
                       .op = plain,
                       .torch = "torch.pow(a, b)",
                       .smooth = false},
                      {.name = "exponent -1",
                       .inputs = {drawn({3, 7}), {.shape = {1}, .values = {-1}}},
                       .op = plain,
                       .torch = "torch.pow(a, b)",
                       .smooth = false},
                      {.name = "exponent 1",
                       .inputs = {drawn({3, 7}), {.shape = {}, .values = {1}}},
                       .op = plain,
                       .torch = "torch.pow(a, b)",
                       .smooth = false},
                      {.name = "zeros",
                       .inputs = {given({0, 2, 0, 0}), given({0, 2, -1, 2})},
                       .op = plain,
                       .torch = "torch.pow(a, b)",
                       .smooth = false},
                      {.name = "negative powers of integers",
                       .inputs = {given({1, -1, -1, 2, 0}, DType::i32),
                                  given({-3, -3, -2, -1, 0}, DType::i32)},
                       .op = plain,
                       .torch = "torch.pow(a, b)"},
                      {.name = "integers wrap",
                       .inputs = {given({3, -7}, DType::i64), given({64, 40}, DType::i64)},
                       .op = plain,
                       .torch = "torch.pow(a, b)"},
                      {.name = "bool",
                       .inputs = {given({0, 1}, DType::boolean), given({0, 1}, DType::boolean)},
                       .op = plain,
                       .error = "pow: bool is not supported"},
                  };
}

std::vector<Case> Sqrt::cases() {
  const AnyOp plain = any(Sqrt{});
  return unary_cases(plain, "a.sqrt()", 0.25, 4) +
         std::vector<Case>{{.name = "hard values",
                            .inputs = {given(kHard)},
                            .op = plain,
                            .torch = "a.sqrt()",
                            .smooth = false},
                           {.name = "bool",
                            .inputs = {given({0, 1}, DType::boolean)},
                            .op = plain,
                            .torch = "a.sqrt()"}};
}

std::vector<Case> Exp::cases() {
  const AnyOp plain = any(Exp{});
  return unary_cases(plain, "a.exp()") +
         std::vector<Case>{
             {.name = "hard values",
              .inputs = {given(kHard)},
              .op = plain,
              .torch = "a.exp()",
              .smooth = false},
             {.name = "to the ends of the range",
              .inputs = {given({88.7, 88.8, -87.3, -87.4, -103.9, -104.1, 1e-8, -1e-8})},
              .op = plain,
              .torch = "a.exp()",
              .smooth = false},
             {.name = "to the ends of the range, f64",
              .inputs = {given({709.7, 709.8, -708.3, -745.1, -745.2}, DType::f64)},
              .op = plain,
              .torch = "a.exp()",
              .smooth = false},
         };
}

std::vector<Case> Log::cases() {
  const AnyOp plain = any(Log{});
  return unary_cases(plain, "a.log()", 0.25, 4) +
         std::vector<Case>{
             {.name = "hard values",
              .inputs = {given(kHard)},
              .op = plain,
              .torch = "a.log()",
              .smooth = false},
             {.name = "around 1",
              .inputs = {given({0.999, 0.9999999, 1.0, 1.0000001, 1.001})},
              .op = plain,
              .torch = "a.log()",
              .smooth = false},
             {.name = "subnormals",
              .inputs = {given({1e-310, 5e-324, 2.3e-308}, DType::f64)},
              .op = plain,
              .torch = "a.log()",
              .smooth = false},
         };
}

std::vector<Case> Exp2::cases() {
  const AnyOp plain = any(Exp2{});
  return unary_cases(plain, "a.exp2()") +
         std::vector<Case>{
             hard_case("hard values", plain, "a.exp2()"),
             hard_case("whole powers", plain, "a.exp2()", given({-126, -1, 0, 1, 10, 127})),
             hard_case("to the ends of the range", plain, "a.exp2()",
                       given({127.9, 128, -126, -126.5, -149, -150, 1e-8})),
             hard_case("to the ends of the range, f64", plain, "a.exp2()",
                       given({1023.9, 1024, -1022, -1074, -1075}, DType::f64))};
}

std::vector<Case> Expm1::cases() {
  const AnyOp plain = any(Expm1{});
  return unary_cases(plain, "a.expm1()") +
         std::vector<Case>{
             hard_case("hard values", plain, "a.expm1()"),
             hard_case("near 0", plain, "a.expm1()", given({1e-8, -1e-8, 1e-4, -1e-2, 0.3, -0.4})),
             hard_case("to the ends of the range", plain, "a.expm1()",
                       given({88.7, 88.8, 29.9, 30, 30.1, -17, -60}))};
}

std::vector<Case> Log2::cases() {
  const AnyOp plain = any(Log2{});
  return unary_cases(plain, "a.log2()", 0.25, 4) +
         std::vector<Case>{
             hard_case("hard values", plain, "a.log2()"),
             hard_case("powers of 2", plain, "a.log2()", given({0.125, 1, 2, 8, 1024, 1e-40})),
             hard_case("around 1", plain, "a.log2()", given({0.999, 0.9999999, 1.0000001, 1.001}))};
}

std::vector<Case> Log10::cases() {
  const AnyOp plain = any(Log10{});
  return unary_cases(plain, "a.log10()", 0.25, 4) +
         std::vector<Case>{
             hard_case("hard values", plain, "a.log10()"),
             hard_case("powers of 10", plain, "a.log10()", given({0.001, 1, 10, 1000, 1e10})),
             hard_case("around 1", plain, "a.log10()", given({0.999, 0.9999999, 1.0000001}))};
}

std::vector<Case> Log1p::cases() {
  const AnyOp plain = any(Log1p{});
  return unary_cases(plain, "a.log1p()", -0.75, 4) +
         std::vector<Case>{
             hard_case("hard values", plain, "a.log1p()"),
             hard_case("near 0", plain, "a.log1p()", given({1e-8, -1e-8, 1e-4, -1e-2, 0.3, -0.4})),
             hard_case("near -1", plain, "a.log1p()", given({-0.99999, -0.999, -1.0000001}))};
}

std::vector<Case> Rsqrt::cases() {
  const AnyOp plain = any(Rsqrt{});
  return unary_cases(plain, "a.rsqrt()", 0.25, 4) +
         std::vector<Case>{hard_case("hard values", plain, "a.rsqrt()")};
}

}  // namespace limpid
