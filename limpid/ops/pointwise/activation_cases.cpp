#include "limpid/ops/pointwise/activation.h"
#include "limpid/ops/pointwise/case_helpers.h"

namespace limpid {

using namespace pointwise_cases;

std::vector<Case> Relu::cases() {
  const AnyOp plain = any(Relu{});
  return unary_cases(plain, "a.relu()") + std::vector<Case>{
                                              {.name = "hard values",
                                               .inputs = {given(kHard)},
                                               .op = plain,
                                               .torch = "a.relu()",
                                               .smooth = false},
                                              {.name = "int8",
                                               .inputs = {drawn({40}, DType::i8, -100, 100)},
                                               .op = plain,
                                               .torch = "a.relu()"},
                                              {.name = "bool",
                                               .inputs = {given({0, 1}, DType::boolean)},
                                               .op = plain,
                                               .error = "relu: bool is not supported"},
                                          };
}

std::vector<Case> Sigmoid::cases() {
  const AnyOp plain = any(Sigmoid{});
  return unary_cases(plain, "a.sigmoid()", -6, 6) + std::vector<Case>{{.name = "hard values",
                                                                       .inputs = {given(kHard)},
                                                                       .op = plain,
                                                                       .torch = "a.sigmoid()",
                                                                       .smooth = false}};
}

std::vector<Case> Tanh::cases() {
  const AnyOp plain = any(Tanh{});
  CaseInput wide = drawn({67}, DType::f32, -12, 12);
  wide.requires_grad = false;  // 1 - y^2 cancels there: its error is relative to 1, in PyTorch too
  return unary_cases(plain, "a.tanh()", -1.5, 1.5) +
         std::vector<Case>{
             {.name = "to saturation", .inputs = {wide}, .op = plain, .torch = "a.tanh()"},
             {.name = "hard values",
              .inputs = {given(kHard)},
              .op = plain,
              .torch = "a.tanh()",
              .smooth = false},
             {.name = "near 0",
              .inputs = {given({1e-8, -1e-8, 1e-4, -1e-2, 0.1, 0.3})},
              .op = plain,
              .torch = "a.tanh()",
              .smooth = false},
         };
}

}  // namespace limpid
