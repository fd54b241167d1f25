#include "limpid/ops/pointwise/case_helpers.h"
#include "limpid/ops/pointwise/piecewise_activation.h"

namespace limpid {

using namespace pointwise_cases;

namespace {

using Call = std::function<Tensors(std::span<const Tensor>)>;

std::vector<Case> composite_cases(const Call& call, const std::string& torch,
                                  std::vector<double> edges) {
  const auto one = [&](const char* name, CaseInput a, bool smooth = true) {
    return Case{
        .name = name, .inputs = {std::move(a)}, .call = call, .torch = torch, .smooth = smooth};
  };
  CaseInput transposed = drawn({5, 7});
  transposed.arrangement = Arrangement::transposed;
  return {
      one("matrix", drawn({3, 5}, DType::f32, -5, 8)),
      one("0-d", drawn({})),
      one("empty", drawn({0, 3})),
      one("transposed", transposed),
      one("f64", drawn({9}, DType::f64, -5, 8)),
      one("bf16", drawn({9}, DType::bf16), false),
      one("hard values", given(kHard), false),
      one("edges", given(std::move(edges)), false),
  };
}

Case integer_case(const Call& call, const std::string& torch) {
  return {.name = "int64",
          .inputs = {given({-3, -1, 0, 1, 5, 6, 7}, DType::i64)},
          .call = call,
          .torch = torch};
}

}  // namespace

std::vector<Case> LeakyRelu::cases() {
  const AnyOp plain = any(LeakyRelu{}), steep = any(LeakyRelu(-0.5));
  return float_cases(plain, "F.leaky_relu(a)") +
         std::vector<Case>{
             hard_case("hard values", plain, "F.leaky_relu(a)"),
             hard_case("another slope", steep, "F.leaky_relu(a, -0.5)"),
             hard_case("another slope, f16", steep, "F.leaky_relu(a, -0.5)",
                       drawn({37}, DType::f16)),
             hard_case("a steep wall", any(LeakyRelu(kInf)), "F.leaky_relu(a, float('inf'))",
                       given({0, 1, -1, 0.5, kNan})),
         };
}

std::vector<Case> Hardtanh::cases() {
  const AnyOp plain = any(Hardtanh{}), other = any(Hardtanh(-0.5, 1.25));
  std::vector<Case> common = unary_cases(plain, "F.hardtanh(a)");
  for (Case& c : common)  // PyTorch refuses unsigned integers
    if (c.inputs[0].dtype == DType::u8) c.torch = "";
  return common +
         std::vector<Case>{
             hard_case("hard values", plain, "F.hardtanh(a)"),
             hard_case("on the bounds", plain, "F.hardtanh(a)", given({-1, 1, 0.5, -2, 2})),
             hard_case("other bounds", other, "F.hardtanh(a, -0.5, 1.25)",
                       given({-0.5, 1.25, 0, 3, -3})),
             hard_case("other bounds, bf16", other, "F.hardtanh(a, -0.5, 1.25)",
                       drawn({37}, DType::bf16)),
             hard_case("one bound", any(Hardtanh(1, 1)), "F.hardtanh(a, 1, 1)", given({0, 1, 2})),
             {.name = "bounds in the wrong order",
              .inputs = {drawn({3})},
              .op = any(Hardtanh(2, 1)),
              .error = "hardtanh: min_val is 2, above max_val, which is 1"},
             {.name = "bool",
              .inputs = {given({0, 1}, DType::boolean)},
              .op = plain,
              .error = "hardtanh: bool is not supported"},
         };
}

std::vector<Case> Hardsigmoid::cases() {
  const AnyOp plain = any(Hardsigmoid{});
  std::vector<Case> common = float_cases(plain, "F.hardsigmoid(a)", -5, 5);
  for (Case& c : common)  // PyTorch's gradient in float64 has the digits of a float 1/6
    if (c.name == "f64") c.torch = "F.hardtanh(a + 3, 0.0, 6.0) / 6";
  return common +
         std::vector<Case>{hard_case("hard values", plain, "F.hardsigmoid(a)"),
                           hard_case("edges", plain, "F.hardsigmoid(a)",
                                     given({-3, 3, -2.9999998, 2.9999998, 0})),
                           hard_case("edges, bf16", plain, "F.hardsigmoid(a)",
                                     given({-3, 3, -2.984375, 2.984375, 0.0079}, DType::bf16))};
}

std::vector<Case> Hardswish::cases() {
  const AnyOp plain = any(Hardswish{});
  return float_cases(plain, "F.hardswish(a)", -5, 5) +
         std::vector<Case>{
             hard_case("hard values", plain, "F.hardswish(a)",
                       given({0.0, -0.0, kInf, -kInf, kNan, 1e-30, 100, -100})),
             hard_case("the ends of the range", plain, "", given({3e38, -3e38})),
             hard_case("edges", plain, "F.hardswish(a)", given({-3, 3, -2.9999998, 2.9999998, 0}))};
}

std::vector<Case> Relu6::cases() {
  const Call call = [](auto in) { return Tensors{relu6(in[0])}; };
  return composite_cases(call, "F.relu6(a)", {0, 6, 5.9, 6.1, -0.1}) +
         std::vector<Case>{integer_case(call, "F.relu6(a)")};
}
std::vector<Case> Threshold::cases() {
  const Call call = [](auto in) { return Tensors{threshold(in[0], 0.5, -20)}; };
  const Call whole = [](auto in) { return Tensors{threshold(in[0], 2, 9)}; };
  return composite_cases(call, "F.threshold(a, 0.5, -20)", {0.5, 0.4, 0.6}) +
         std::vector<Case>{integer_case(whole, "F.threshold(a, 2, 9)")};
}
std::vector<Case> Rrelu::cases() {
  return composite_cases([](auto in) { return Tensors{rrelu(in[0], 0.25, 0.75)}; },
                         "F.rrelu(a, 0.25, 0.75)", {0.5, -0.5, 0.1, -2}) +
         std::vector<Case>{{.name = "one bound",
                            .inputs = {given({1, -1})},
                            .call = [](auto in) { return Tensors{rrelu(in[0], 0.5, 0.5)}; },
                            .torch = "F.rrelu(a, 0.5, 0.5)"},
                           {.name = "one bound, drawn in training",
                            .inputs = {given({0.5, 2, -0.5, -3})},
                            .call = [](auto in) { return Tensors{rrelu(in[0], 0.5, 0.5, true)}; },
                            .torch = "F.rrelu(a, 0.5, 0.5, training=True)",
                            .smooth = false},
                           {.name = "an infinite bound",
                            .inputs = {drawn({3})},
                            .call = [](auto in) { return Tensors{rrelu(in[0], 0.5, kInf)}; },
                            .error = "rrelu: lower must not be above upper, and both finite"},
                           {.name = "bounds that cross",
                            .inputs = {drawn({3})},
                            .call = [](auto in) { return Tensors{rrelu(in[0], 0.5, 0.25)}; },
                            .error = "rrelu: lower must not be above upper"},
                           {.name = "int64",
                            .inputs = {drawn({3}, DType::i64)},
                            .call = [](auto in) { return Tensors{rrelu(in[0])}; },
                            .error = "rrelu: int64 is not supported"}};
}
std::vector<Case> Hardshrink::cases() {
  return composite_cases([](auto in) { return Tensors{hardshrink(in[0])}; }, "F.hardshrink(a)",
                         {-0.5, 0.5, 0.4, -0.6}) +
         std::vector<Case>{{.name = "int64",
                            .inputs = {drawn({3}, DType::i64)},
                            .call = [](auto in) { return Tensors{hardshrink(in[0])}; },
                            .error = "hardshrink: int64 is not supported"}};
}
std::vector<Case> Softshrink::cases() {
  return composite_cases([](auto in) { return Tensors{softshrink(in[0], 0.75)}; },
                         "F.softshrink(a, 0.75)", {-0.75, 0.75, 0.7, -0.8}) +
         std::vector<Case>{{.name = "lambd of 0",
                            .inputs = {given({1, -1, 0.25, -0.5})},
                            .call = [](auto in) { return Tensors{softshrink(in[0], 0)}; },
                            .torch = "F.softshrink(a, 0)",
                            .smooth = false},
                           {.name = "negative lambd",
                            .inputs = {drawn({3})},
                            .call = [](auto in) { return Tensors{softshrink(in[0], -1)}; },
                            .error = "softshrink: lambd is -1 but must be at least 0"}};
}

std::vector<Case> Prelu::cases() {
  const Call call = [](auto in) { return Tensors{prelu(in[0], in[1])}; };
  const std::string torch = "F.prelu(a, b)";
  const auto good = [&](const char* name, CaseInput a, CaseInput b, bool smooth = true) {
    return Case{.name = name,
                .inputs = {std::move(a), std::move(b)},
                .call = call,
                .torch = torch,
                .smooth = smooth};
  };
  return {
      good("one slope", drawn({3, 5}), drawn({1})),
      good("a slope a channel", drawn({2, 3, 4, 5}), drawn({3})),
      good("two axes", drawn({4, 3}), drawn({3})),
      good("one axis", drawn({4}), drawn({1})),
      good("empty", drawn({0, 3}), drawn({3})),
      good("at 0", given({0.0, -0.0, 1, -1, kNan, kInf, -kInf}), given({0.25}), false),
      good("f64", drawn({2, 3}, DType::f64), drawn({3}, DType::f64)),
      {.name = "channels",
       .inputs = {drawn({2, 3}), drawn({2})},
       .call = call,
       .error = "prelu: weight has shape (2,) but must have 1 element or one for each of the 3"},
  };
}

}  // namespace limpid
