#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/case_helpers.h"

namespace limpid {

using namespace pointwise_cases;

std::vector<Case> Add::cases() {
  const AnyOp plain = any(Add{});
  return binary_cases(plain, "a + b") +
         std::vector<Case>{
             {.name = "hard values",
              .inputs = {hard_column(), given(kHard)},
              .op = plain,
              .torch = "a + b",
              .smooth = false},
             {.name = "bool is or",
              .inputs = {given({0, 0, 1, 1}, DType::boolean), given({0, 1, 0, 1}, DType::boolean)},
              .op = plain,
              .torch = "a + b"},
             {.name = "int32 wraps",
              .inputs = {given({2147483647, -2147483648.0}, DType::i32),
                         given({1, -1}, DType::i32)},
              .op = plain,
              .torch = "a + b"},
             {.name = "uint8 wraps",
              .inputs = {given({250, 255}, DType::u8), given({10, 255}, DType::u8)},
              .op = plain,
              .torch = "a + b"},
             {.name = "alpha",
              .inputs = {drawn({3, 20}, DType::f32, 0, 2), drawn({20}, DType::f32, 0, 2)},
              .op = any(Add{0.3}),
              .torch = "torch.add(a, b, alpha=0.3)"},
             {.name = "alpha f16",
              .inputs = {drawn({40}, DType::f16, 0, 2), drawn({40}, DType::f16, 0, 2)},
              .op = any(Add{0.3}),
              .torch = "torch.add(a, b, alpha=0.3)",
              .smooth = false},
             {.name = "alpha f64",
              .inputs = {drawn({40}, DType::f64, 0, 2), drawn({40}, DType::f64, 0, 2)},
              .op = any(Add{0.3}),
              .torch = "torch.add(a, b, alpha=0.3)"},
             {.name = "alpha above 1",
              .inputs = {drawn({5}), drawn({5})},
              .op = any(Add{1.5}),
              .torch = "torch.add(a, b, alpha=1.5)"},
             {.name = "alpha of 2",
              .inputs = {drawn({5}), drawn({5})},
              .op = any(Add{2.0}),
              .torch = "torch.add(a, b, alpha=2.0)"},
             {.name = "alpha int",
              .inputs = {drawn({33}, DType::i16, -9, 9), drawn({33}, DType::i16, -9, 9)},
              .op = any(Add{-3}),
              .torch = "torch.add(a, b, alpha=-3)"},
             {.name = "alpha bool",
              .inputs = {given({0, 0, 1, 1}, DType::boolean), given({0, 1, 0, 1}, DType::boolean)},
              .op = any(Add{true}),
              .torch = "torch.add(a, b, alpha=True)"},
             {.name = "float alpha of integers",
              .inputs = {drawn({3}, DType::i32), drawn({3}, DType::i32)},
              .op = any(Add{0.5}),
              .error = "add: alpha is the float 0.5 but the tensors are int32"},
         };
}

std::vector<Case> Sub::cases() {
  const AnyOp plain = any(Sub{});
  return binary_cases(plain, "a - b") +
         std::vector<Case>{
             {.name = "hard values",
              .inputs = {hard_column(), given(kHard)},
              .op = plain,
              .torch = "a - b",
              .smooth = false},
             {.name = "uint8 wraps",
              .inputs = {given({3, 0}, DType::u8), given({10, 255}, DType::u8)},
              .op = plain,
              .torch = "a - b"},
             {.name = "alpha",
              .inputs = {drawn({3, 20}, DType::f32, 0, 2), drawn({20}, DType::f32, -2, 0)},
              .op = any(Sub{0.3}),
              .torch = "torch.sub(a, b, alpha=0.3)"},
             {.name = "alpha int",
              .inputs = {drawn({33}, DType::i64, -9, 9), drawn({33}, DType::i64, -9, 9)},
              .op = any(Sub{3}),
              .torch = "torch.sub(a, b, alpha=3)"},
             {.name = "bool",
              .inputs = {given({0, 1}, DType::boolean), given({1, 1}, DType::boolean)},
              .op = plain,
              .error = "sub: bool is not supported; use logical_not"},
         };
}

std::vector<Case> Mul::cases() {
  const AnyOp plain = any(Mul{});
  return binary_cases(plain, "a * b") +
         std::vector<Case>{
             {.name = "hard values",
              .inputs = {hard_column(), given(kHard)},
              .op = plain,
              .torch = "a * b",
              .smooth = false},
             {.name = "bool is and",
              .inputs = {given({0, 0, 1, 1}, DType::boolean), given({0, 1, 0, 1}, DType::boolean)},
              .op = plain,
              .torch = "a * b"},
             {.name = "int16 wraps",
              .inputs = {given({32767, -32768, 300}, DType::i16),
                         given({32767, -32768, 300}, DType::i16)},
              .op = plain,
              .torch = "a * b"},
         };
}

std::vector<Case> Div::cases() {
  const AnyOp plain = any(Div{});
  std::vector<Case> common = binary_cases(plain, "a / b");
  for (Case& c : common)  // keep divisors away from 0, where a difference quotient means nothing
    if (c.inputs[1].values.empty() && is_floating(c.inputs[1].dtype)) c.inputs[1].low = 0.5;
  return common + std::vector<Case>{
                      {.name = "hard values",
                       .inputs = {hard_column(), given(kHard)},
                       .op = plain,
                       .torch = "a / b",
                       .smooth = false},
                      {.name = "bool",
                       .inputs = {given({0, 1}, DType::boolean), given({1, 0}, DType::boolean)},
                       .op = plain,
                       .torch = "a / b"},
                  };
}

std::vector<Case> Neg::cases() {
  const AnyOp plain = any(Neg{});
  return unary_cases(plain, "-a") + std::vector<Case>{
                                        {.name = "hard values",
                                         .inputs = {given(kHard)},
                                         .op = plain,
                                         .torch = "-a",
                                         .smooth = false},
                                        {.name = "smallest int8",
                                         .inputs = {given({-128, 127, 0}, DType::i8)},
                                         .op = plain,
                                         .torch = "-a"},
                                        {.name = "bool",
                                         .inputs = {given({0, 1}, DType::boolean)},
                                         .op = plain,
                                         .error = "neg: bool is not supported; use logical_not"},
                                    };
}

std::vector<Case> Abs::cases() {
  const AnyOp plain = any(Abs{});
  return unary_cases(plain, "a.abs()") + std::vector<Case>{
                                             {.name = "hard values",
                                              .inputs = {given(kHard)},
                                              .op = plain,
                                              .torch = "a.abs()",
                                              .smooth = false},
                                             {.name = "smallest int8",
                                              .inputs = {given({-128, 127, -3}, DType::i8)},
                                              .op = plain,
                                              .torch = "a.abs()"},
                                             {.name = "int32",
                                              .inputs = {drawn({20}, DType::i32, -9, 9)},
                                              .op = plain,
                                              .torch = "a.abs()"},
                                             {.name = "bool",
                                              .inputs = {given({0, 1}, DType::boolean)},
                                              .op = plain,
                                              .error = "abs: bool is not supported"},
                                         };
}

std::vector<Case> Sign::cases() {
  const AnyOp plain = any(Sign{});
  return unary_cases(plain, "a.sign()") + std::vector<Case>{
                                              {.name = "hard values",
                                               .inputs = {given(kHard)},
                                               .op = plain,
                                               .torch = "a.sign()",
                                               .smooth = false},
                                              {.name = "int16",
                                               .inputs = {drawn({20}, DType::i16, -9, 9)},
                                               .op = plain,
                                               .torch = "a.sign()"},
                                              {.name = "bool",
                                               .inputs = {given({0, 1}, DType::boolean)},
                                               .op = plain,
                                               .torch = "a.sign()"},
                                          };
}

std::vector<Case> Reciprocal::cases() {
  const AnyOp plain = any(Reciprocal{});
  return unary_cases(plain, "a.reciprocal()", 0.5, 3) +
         std::vector<Case>{{.name = "hard values",
                            .inputs = {given(kHard)},
                            .op = plain,
                            .torch = "a.reciprocal()",
                            .smooth = false}};
}

std::vector<Case> Square::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors{square(in[0])}; };
  return {
      {.name = "matrix", .inputs = {drawn({3, 4})}, .call = call, .torch = "a.square()"},
      {.name = "uint8 wraps",
       .inputs = {given({3, 200}, DType::u8)},
       .call = call,
       .torch = "a.square()"},
      {.name = "bool",
       .inputs = {given({0, 1}, DType::boolean)},
       .call = call,
       .torch = "a.square()"},
  };
}

std::vector<Case> SignBit::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors{signbit(in[0])}; };
  return {
      {.name = "hard values", .inputs = {given(kHard)}, .call = call, .torch = "a.signbit()"},
      {.name = "int8",
       .inputs = {given({0, -1, 5}, DType::i8)},
       .call = call,
       .torch = "a.signbit()"},
      {.name = "bool",
       .inputs = {given({0, 1}, DType::boolean)},
       .call = call,
       .torch = "a.signbit()"},
  };
}

std::vector<Case> CopySign::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors{copysign(in[0], in[1])}; };
  const auto constant = [](CaseInput input) {  // PyTorch's gradient there is infinity / infinity
    input.requires_grad = false;
    return input;
  };
  const std::string torch = "torch.copysign(a, b)";
  return {
      {.name = "drawn", .inputs = {drawn({5, 7}), drawn({7})}, .call = call, .torch = torch},
      {.name = "hard values",
       .inputs = {constant(hard_column()), constant(given(kHard))},
       .call = [](std::span<const Tensor> in) { return Tensors{1 / copysign(in[0], in[1])}; },
       .torch = "1 / torch.copysign(a, b)",
       .smooth = false},
      {.name = "integers",
       .inputs = {given({1, -2, 3}, DType::i64), given({-1, 0, 1}, DType::i32)},
       .call = call,
       .torch = torch},
  };
}

}  // namespace limpid
