#include "limpid/ops/pointwise/case_helpers.h"
#include "limpid/ops/pointwise/special.h"

namespace limpid {

using namespace pointwise_cases;

namespace {

std::vector<Case> special_cases(const AnyOp& op, const std::string& torch, double low,
                                double high) {
  return unary_cases(op, torch, low, high) +
         std::vector<Case>{
             hard_case("hard values", op, torch),
             hard_case("near 0", op, torch, given({1e-8, -1e-8, 1e-4, -1e-2, 0.3})),
             hard_case("bool", op, torch, given({0, 1}, DType::boolean)),
         };
}

/// Without integers, which these ops refuse.
std::vector<Case> float_pairs(const AnyOp& op, const std::string& torch) {
  std::vector<Case> cases = binary_cases(op, torch);
  std::erase_if(cases, [](const Case& c) {
    return is_integer(c.inputs[0].dtype) && is_integer(c.inputs[1].dtype);
  });
  cases.push_back({.name = "integers",
                   .inputs = {drawn({3}, DType::i64), drawn({3}, DType::i64)},
                   .op = op,
                   .error = str(op.info().doc.name, ": int64 is not supported")});
  return cases;
}

}  // namespace

std::vector<Case> Erf::cases() {
  const AnyOp op = any(Erf{});
  return special_cases(op, "a.erf()", -2, 2) +
         std::vector<Case>{
             hard_case("to saturation", op, "a.erf()", given({0.99, 1, 1.01, 3, 4, 5.8, -6})),
             hard_case("hard values, f64", op, "a.erf()",
                       given({0.99, 1.01, -3, 5.8, 1e-300}, DType::f64))};
}
std::vector<Case> Erfc::cases() {
  const AnyOp op = any(Erfc{});
  return special_cases(op, "a.erfc()", -2, 2) +
         std::vector<Case>{
             hard_case("tails", op, "a.double().erfc().float()", given({3, 5.5, 8, 9, -3, 11})),
             hard_case("tails, f64", op, "a.erfc()", given({5.5, 15.2, 26, -3, 28}, DType::f64))};
}
std::vector<Case> Erfinv::cases() {
  const AnyOp op = any(Erfinv{});
  return special_cases(op, "a.erfinv()", -0.95, 0.95) +
         std::vector<Case>{
             hard_case("near 1", op, "a.double().erfinv().float()",
                       given({0.999, -0.99999, 0.9999999, 0.49, 0.51})),
             hard_case("near 1, f64", op, "a.erfinv()", given({0.999, -0.99999999}, DType::f64))};
}
std::vector<Case> Lgamma::cases() {
  const AnyOp op = any(Lgamma{});
  return special_cases(op, "a.lgamma()", 2.25, 6) +
         std::vector<Case>{hard_case("between the poles", op, "a.double().lgamma().float()",
                                     given({0.5, 1, 2, -0.5, -1.5, -2.7, 30, 1000}))};
}
std::vector<Case> Digamma::cases() {
  const AnyOp op = any(Digamma{});
  const std::string torch =
      "a.double().digamma().to(a.dtype if a.is_floating_point() else "
      "torch.float32)";
  const auto constant = [](CaseInput input) {  // PyTorch's trigamma loses digits, and has no poles
    input.requires_grad = false;
    return input;
  };
  std::vector<Case> cases =
      unary_cases(op, torch, 2, 6) +
      std::vector<Case>{hard_case("poles and ends", op, torch,
                                  constant(given({0.0, -0.0, -1, kInf, kNan, 1e-30, 100}))),
                        hard_case("below 0", op, torch, given({-0.75, -1.25, -2.75, -10.1})),
                        hard_case("hard values, f64", op, "a.digamma()",
                                  constant(given({0.1, 1, 7.5, 1e10, -3.3}, DType::f64)))};
  for (Case& c : cases)
    if (c.name == "f64") c.torch = "";
  return cases;
}
std::vector<Case> Polygamma::cases() {
  const std::string torch =
      "torch.polygamma(1, a.double()).to(a.dtype if a.is_floating_point() "
      "else torch.float32)";
  std::vector<Case> common = unary_cases(any(Polygamma{}), torch, 0.5, 6);
  for (Case& c : common)  // PyTorch's float64 has 9 digits
    if (c.name == "f64") c.torch = "";
  return common +
         std::vector<Case>{
             hard_case("second derivative", any(Polygamma(2)),
                       "torch.polygamma(2, a.double()).float()", given({0.25, 1, 3.5, 20})),
             hard_case("fifth derivative", any(Polygamma(5)),
                       "torch.polygamma(5, a.double()).float()", given({0.5, 1, 3.5, 20})),
             hard_case("below 0", any(Polygamma{}), torch, given({-0.5, -1.25, -2.75, 0})),
             hard_case("below 0, second", any(Polygamma(2)),
                       "torch.polygamma(2, a.double()).float()", given({-0.25, -1.25, -2.8})),
             hard_case("far below 0", any(Polygamma{}), "",
                       given({-20000.5, -1234.25}, DType::f64)),
             {.name = "the last derivative",
              .inputs = {{.shape = {3}, .values = {12, 20, 30}, .requires_grad = false}},
              .op = any(Polygamma(100)),
              .torch = "torch.polygamma(100, a.double()).float()"},
             {.name = "n = 101",
              .inputs = {drawn({3})},
              .op = any(Polygamma(101)),
              .error = "polygamma: n is 101 but must be between 1 and 100"},
             {.name = "n = 0",
              .inputs = {drawn({3})},
              .op = any(Polygamma(0)),
              .error = "polygamma: n is 0 but must be between 1 and 100"},
         };
}

std::vector<Case> LogAddExp::cases() {
  const AnyOp op = any(LogAddExp{});
  const std::string torch = "torch.logaddexp(a, b)";
  return float_pairs(op, torch) +
         std::vector<Case>{{.name = "ties",
                            .inputs = {given({1, 0, -3}), given({1, 0, -3})},
                            .op = op,
                            .torch = torch},
                           {.name = "far apart",
                            .inputs = {given({1000, -1000, 50}), given({-1000, -1001, 49})},
                            .op = op,
                            .torch = torch,
                            .smooth = false},
                           {.name = "infinities",
                            .inputs = {given({kInf, -kInf, kInf, kNan, 1, 1}),
                                       given({kInf, -kInf, -kInf, 1, -kInf, kNan})},
                            .op = op,
                            .torch = torch,
                            .smooth = false}};
}
std::vector<Case> Xlogy::cases() {
  const AnyOp op = any(Xlogy{});
  const std::string torch = "torch.xlogy(a, b)";
  std::vector<Case> common = binary_cases(op, torch, 0.25, 4);
  return common +
         std::vector<Case>{
             {.name = "zeros",
              .inputs = {given({0, 0, 0, 0, 0, 2, -1}), given({0, 3, -1, kInf, kNan, 0, 2})},
              .op = op,
              .torch = torch,
              .smooth = false},
         };
}
std::vector<Case> Hypot::cases() {
  const AnyOp op = any(Hypot{});
  const std::string torch = "torch.hypot(a, b)";
  return float_pairs(op, torch) + std::vector<Case>{{.name = "hard values",
                                                     .inputs = {hard_column(), given(kHard)},
                                                     .op = op,
                                                     .torch = torch,
                                                     .smooth = false}};
}

}  // namespace limpid
