#include "limpid/ops/pointwise/case_helpers.h"
#include "limpid/ops/pointwise/comparison.h"

namespace limpid {

using namespace pointwise_cases;

namespace {
std::vector<Case> comparison_cases(const AnyOp& op, const std::string& torch) {
  return binary_cases(op, torch) +
         std::vector<Case>{
             {.name = "hard values",
              .inputs = {hard_column(), given(kHard)},
              .op = op,
              .torch = torch},
             {.name = "ties",
              .inputs = {given({1, 2, 3, 3}, DType::i64), given({1, 3, 2, 3}, DType::i64)},
              .op = op,
              .torch = torch},
             {.name = "signed",
              .inputs = {given({-1, 1, -128}, DType::i8), given({1, -1, 127}, DType::i8)},
              .op = op,
              .torch = torch},
             {.name = "unsigned",
              .inputs = {given({255, 1, 0}, DType::u8), given({1, 255, 0}, DType::u8)},
              .op = op,
              .torch = torch},
             {.name = "bool",
              .inputs = {given({0, 0, 1, 1}, DType::boolean), given({0, 1, 0, 1}, DType::boolean)},
              .op = op,
              .torch = torch},
         };
}
}  // namespace

std::vector<Case> Eq::cases() { return comparison_cases(any(Eq{}), "a == b"); }
std::vector<Case> Ne::cases() { return comparison_cases(any(Ne{}), "a != b"); }
std::vector<Case> Lt::cases() { return comparison_cases(any(Lt{}), "a < b"); }
std::vector<Case> Le::cases() { return comparison_cases(any(Le{}), "a <= b"); }
std::vector<Case> Gt::cases() { return comparison_cases(any(Gt{}), "a > b"); }
std::vector<Case> Ge::cases() { return comparison_cases(any(Ge{}), "a >= b"); }
std::vector<Case> LogicalAnd::cases() {
  return comparison_cases(any(LogicalAnd{}), "torch.logical_and(a, b)");
}
std::vector<Case> LogicalOr::cases() {
  return comparison_cases(any(LogicalOr{}), "torch.logical_or(a, b)");
}

std::vector<Case> LogicalNot::cases() {
  const AnyOp plain = any(LogicalNot{});
  return unary_cases(plain, "a.logical_not()") +
         std::vector<Case>{{.name = "hard values",
                            .inputs = {given(kHard)},
                            .op = plain,
                            .torch = "a.logical_not()"},
                           {.name = "bool",
                            .inputs = {given({0, 1}, DType::boolean)},
                            .op = plain,
                            .torch = "a.logical_not()"}};
}

std::vector<Case> LogicalXor::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors{logical_xor(in[0], in[1])}; };
  const std::string torch = "torch.logical_xor(a, b)";
  return {
      {.name = "hard values",
       .inputs = {hard_column(), given(kHard)},
       .call = call,
       .torch = torch},
      {.name = "int64 with float",
       .inputs = {given({0, 3, 0, -1}, DType::i64), given({0, 0, 0.5, 2})},
       .call = call,
       .torch = torch},
      {.name = "bool",
       .inputs = {given({0, 0, 1, 1}, DType::boolean), given({0, 1, 0, 1}, DType::boolean)},
       .call = call,
       .torch = torch},
  };
}

std::vector<Case> IsClose::cases() {
  const auto with = [](double rtol, double atol, bool equal_nan) {
    return [=](std::span<const Tensor> in) {
      return Tensors{isclose(in[0], in[1], rtol, atol, equal_nan)};
    };
  };
  return {
      {.name = "hard values",
       .inputs = {hard_column(), given(kHard)},
       .call = with(1e-5, 1e-8, false),
       .torch = "torch.isclose(a, b)"},
      {.name = "NaN equal",
       .inputs = {given({kNan, kNan, 1, kInf}), given({kNan, 1, 1, -kInf})},
       .call = with(1e-5, 1e-8, true),
       .torch = "torch.isclose(a, b, equal_nan=True)"},
      {.name = "on the edge",
       .inputs = {given({1, 1, 1, -2, 0}), given({1.25, 1.2, 1.3, -1.7, 0.125})},
       .call = with(0.125, 0.125, false),
       .torch = "torch.isclose(a, b, 0.125, 0.125)"},
      {.name = "int64",
       .inputs = {given({1, 100, -7}, DType::i64), given({1, 101, 7}, DType::i64)},
       .call = with(0.01, 0, false),
       .torch = "torch.isclose(a, b, 0.01, 0)"},
      {.name = "bool",
       .inputs = {given({0, 1}, DType::boolean), given({1, 1}, DType::boolean)},
       .call = with(0, 0, false),
       .torch = "torch.isclose(a, b, 0, 0)"},
      {.name = "dtypes",
       .inputs = {drawn({2}), drawn({2}, DType::f64)},
       .call = with(0, 0, false),
       .error = "isclose: input is float32 but other is float64"},
      {.name = "negative tolerance",
       .inputs = {drawn({2}), drawn({2})},
       .call = with(-1, 0, false),
       .error = "isclose: rtol is -1 and atol is 0; tolerances are at least 0"},
  };
}

namespace {
std::vector<Case> classification_cases(Tensor (*function)(const Tensor&),
                                       const std::string& torch) {
  const auto call = [function](std::span<const Tensor> in) { return Tensors{function(in[0])}; };
  return {
      {.name = "hard values", .inputs = {given(kHard)}, .call = call, .torch = torch},
      {.name = "f16",
       .inputs = {given({0, kInf, -kInf, kNan, 3}, DType::f16)},
       .call = call,
       .torch = torch},
      {.name = "int64", .inputs = {given({0, -1, 7}, DType::i64)}, .call = call, .torch = torch},
      {.name = "bool", .inputs = {given({0, 1}, DType::boolean)}, .call = call, .torch = torch},
  };
}
}  // namespace

std::vector<Case> IsNan::cases() { return classification_cases(isnan, "a.isnan()"); }
std::vector<Case> IsFinite::cases() { return classification_cases(isfinite, "a.isfinite()"); }
std::vector<Case> IsInf::cases() { return classification_cases(isinf, "a.isinf()"); }

}  // namespace limpid
