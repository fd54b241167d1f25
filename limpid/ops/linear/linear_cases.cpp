#include "limpid/op/case.h"
#include "limpid/ops/linear/linear.h"

namespace limpid {

namespace {

constexpr const char* kTorchLinear = "F.linear(a, b, c)";

Case linear_case(std::string name, const Shape& x, const Shape& w, bool bias = true,
                 DType dtype = DType::f32) {
  return {.name = std::move(name),
          .inputs = {{.shape = x, .dtype = dtype},
                     {.shape = w, .dtype = dtype},
                     {.shape = {w[0]}, .dtype = dtype, .defined = bias}},
          .op = any(Linear{}),
          .torch = kTorchLinear,
          .smooth = size_of(dtype) > 2};
}
Case refused_linear(std::string name, const Shape& x, const Shape& w, const Shape& bias,
                    std::string error) {
  return {.name = std::move(name),
          .inputs = {{x}, {w}, {bias}},
          .op = any(Linear{}),
          .error = std::move(error)};
}

}  // namespace

std::vector<Case> Linear::cases() {
  std::vector<Case> all = {
      linear_case("rows", {3, 4}, {5, 4}),
      linear_case("no bias adds none", {3, 4}, {5, 4}, false),
      linear_case("one example without a batch", {4}, {5, 4}),
      linear_case("one example, no bias", {4}, {5, 4}, false),
      linear_case("several axes in front", {2, 3, 4}, {5, 4}),
      linear_case("four axes", {2, 1, 3, 4}, {5, 4}),
      linear_case("one output", {6, 4}, {1, 4}),
      linear_case("one input", {6, 1}, {3, 1}),
      linear_case("digits", {9, 64}, {10, 64}),
      linear_case("batch of 0", {0, 4}, {5, 4}),
      linear_case("no inputs: the bias alone", {3, 0}, {5, 0}),
      linear_case("no outputs", {3, 4}, {0, 4}),
      linear_case("f64", {7, 9}, {4, 9}, true, DType::f64),
      linear_case("f16", {7, 90}, {4, 90}, true, DType::f16),
      linear_case("bf16", {7, 90}, {4, 90}, true, DType::bf16),
      linear_case("i64", {3, 4}, {5, 4}, true, DType::i64),
      linear_case("i32, no bias", {3, 4}, {5, 4}, false, DType::i32),
      refused_linear("too wide", {2, 6}, {5, 4}, {5},
                     "linear: the last axis of input has size 6 but weight (5, 4) expects 4"),
      refused_linear("weight of three axes", {2, 4}, {1, 5, 4}, {5},
                     "linear: weight must be (out, in)"),
      refused_linear("bias of the wrong length", {2, 4}, {5, 4}, {4},
                     "linear: bias must have shape (5,), one number an output, got (4,)"),
      refused_linear("bias as a row", {2, 4}, {5, 4}, {1, 5}, "linear: bias must have shape (5,)"),
      refused_linear("0-d", Shape{}, {5, 4}, {5}, "linear: input is 0-d"),
  };
  for (const auto& [name, how] :
       {std::pair{"transposed", Arrangement::transposed},
        std::pair{"strided", Arrangement::strided}, std::pair{"negative", Arrangement::negative}}) {
    Case odd = linear_case(std::string(name) + " input and weight", {2, 6, 20}, {7, 20});
    odd.inputs[0].arrangement = odd.inputs[1].arrangement = how;
    all.push_back(std::move(odd));
  }
  Case large = linear_case("odd and large", {37, 130}, {51, 130});
  large.torch = "";  // its numbers would fill the golden file; the reference judges
  all.push_back(std::move(large));
  Case mixed = linear_case("two dtypes", {2, 4}, {5, 4});
  mixed.inputs[1].dtype = DType::f64;
  mixed.torch = "", mixed.error = "linear: input is float32 but weight is float64";
  all.push_back(std::move(mixed));
  Case logical = linear_case("bool", {2, 4}, {5, 4}, false, DType::boolean);
  logical.torch = "", logical.error = "linear: takes floats and integers, not bool";
  all.push_back(std::move(logical));
  Case speed = linear_case("mlp, batch 64", {64, 784}, {256, 784});
  speed.speed = true;
  all.push_back(std::move(speed));
  return all;
}

}  // namespace limpid
