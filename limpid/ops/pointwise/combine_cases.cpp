#include "limpid/ops/pointwise/case_helpers.h"
#include "limpid/ops/pointwise/combine.h"

namespace limpid {

using namespace pointwise_cases;

std::vector<Case> Lerp::cases() {
  const AnyOp op = any(Lerp{});
  const std::string torch = "torch.lerp(a, b, c)";
  CaseInput transposed = drawn({5, 7}), negative = drawn({5, 7});
  transposed.arrangement = Arrangement::transposed;
  negative.arrangement = Arrangement::negative;
  const auto good = [&](const char* name, std::vector<CaseInput> inputs, bool smooth = true) {
    return Case{.name = name, .inputs = inputs, .op = op, .torch = torch, .smooth = smooth};
  };
  return {
      good("same shape", {drawn({3, 7}), drawn({3, 7}), drawn({3, 7}, DType::f32, 0, 1)}),
      good("0-d weight", {drawn({67}), drawn({67}), {.shape = {}, .values = {0.3}}}),
      good("broadcast", {drawn({2, 1, 3}), drawn({4, 1}), drawn({3})}),
      good("empty", {drawn({0, 3}), drawn({3}), drawn({})}),
      good("strides", {transposed, negative, transposed}),
      good("weights 0, 1/2, 1 and beyond",
           {drawn({6}), drawn({6}), given({0, 0.5, 1, -0.5, 2, -1})}),
      good("the ends are exact", {given({0.1, 1e8}), given({1e8, 0.1}), given({1, 1})}, false),
      good("infinities",
           {given({kInf, 1, kNan, -kInf}), given({1, kInf, 1, kInf}), given({0.5, 0, 0.5, 1})},
           false),
      good("f16", {drawn({37}, DType::f16), drawn({37}, DType::f16), drawn({37}, DType::f16, 0, 1)},
           false),
      good("bf16",
           {drawn({37}, DType::bf16), drawn({37}, DType::bf16), drawn({37}, DType::bf16, 0, 1)},
           false),
      good("f64", {drawn({9}, DType::f64), drawn({9}, DType::f64), drawn({9}, DType::f64, 0, 1)}),
      {.name = "large",
       .inputs = {drawn({1024, 1024}), drawn({1024, 1024}), {.shape = {}, .values = {0.3}}},
       .op = op,
       .torch = torch,
       .speed = true},
      {.name = "dtypes",
       .inputs = {drawn({3}), drawn({3}), drawn({3}, DType::f64)},
       .op = op,
       .error = "lerp: input is float32 but weight is float64"},
      {.name = "another dtype at the end alone",
       .inputs = {drawn({3}), drawn({3}, DType::f64), drawn({3})},
       .op = op,
       .error = "lerp: input is float32 but end is float64"},
      {.name = "another dtype at the end",
       .inputs = {drawn({3}), drawn({3}, DType::f64), drawn({3}, DType::f64)},
       .op = op,
       .error = "lerp: input is float32 but end is float64"},
      {.name = "integers",
       .inputs = {drawn({3}, DType::i64), drawn({3}, DType::i64), drawn({3}, DType::i64)},
       .op = op,
       .error = "lerp: int64 is not supported"},
      {.name = "mismatch",
       .inputs = {drawn({3}), drawn({4}), drawn({})},
       .op = op,
       .error = "lerp: shapes (3,) and (4,) do not broadcast"},
  };
}

namespace {
using Ternary = Tensor (*)(const Tensor&, const Tensor&, const Tensor&, Scalar);

std::vector<Case> accumulating_cases(Ternary f, const std::string& name) {
  const auto plain = [f](std::span<const Tensor> in) { return Tensors{f(in[0], in[1], in[2], 1)}; };
  const auto scaled = [f](std::span<const Tensor> in) {
    return Tensors{f(in[0], in[1], in[2], -0.5)};
  };
  const std::string torch = "torch." + name + "(a, b, c)";
  const std::string half = "torch." + name + "(a, b, c, value=-0.5)";
  return {
      {.name = "same shape",
       .inputs = {drawn({3, 5}), drawn({3, 5}), drawn({3, 5}, DType::f32, 1, 3)},
       .call = plain,
       .torch = torch},
      {.name = "scaled and broadcast",
       .inputs = {drawn({3, 1}), drawn({5}), drawn({2, 1, 1}, DType::f32, 1, 3)},
       .call = scaled,
       .torch = half},
      {.name = "f64",
       .inputs = {drawn({9}, DType::f64), drawn({9}, DType::f64), drawn({9}, DType::f64, 1, 3)},
       .call = scaled,
       .torch = half},
      {.name = "bf16",
       .inputs = {drawn({9}, DType::bf16), drawn({9}, DType::bf16), drawn({9}, DType::bf16, 1, 3)},
       .call = scaled,
       .torch = half,
       .smooth = false},
      {.name = "infinities",
       .inputs = {given({1, kInf, kNan}), given({kInf, -kInf, 1}), given({1, 1, 1})},
       .call = plain,
       .torch = torch,
       .smooth = false},
  };
}
}  // namespace

std::vector<Case> AddCMul::cases() {
  return accumulating_cases(&addcmul, "addcmul") +
         std::vector<Case>{{.name = "int64",
                            .inputs = {drawn({5}, DType::i64, -9, 9), drawn({5}, DType::i64, -9, 9),
                                       drawn({5}, DType::i64, -9, 9)},
                            .call =
                                [](std::span<const Tensor> in) {
                                  return Tensors{addcmul(in[0], in[1], in[2], 3)};
                                },
                            .torch = "torch.addcmul(a, b, c, value=3)"}};
}

std::vector<Case> AddCDiv::cases() {
  return accumulating_cases(&addcdiv, "addcdiv") +
         std::vector<Case>{
             {.name = "float by int64",
              .inputs = {drawn({2}), drawn({2}), drawn({2}, DType::i64, 1, 9)},
              .call =
                  [](std::span<const Tensor> in) { return Tensors{addcdiv(in[0], in[1], in[2])}; },
              .torch = "a + b / c"},
             {.name = "int64",
              .inputs = {drawn({2}), drawn({2}, DType::i64, 1, 9), drawn({2}, DType::i64, 1, 9)},
              .call =
                  [](std::span<const Tensor> in) { return Tensors{addcdiv(in[0], in[1], in[2])}; },
              .error = "addcdiv: tensor1 is int64 and tensor2 is int64"}};
}

}  // namespace limpid
