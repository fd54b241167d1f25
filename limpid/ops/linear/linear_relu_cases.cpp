#include "limpid/core/str.h"
#include "limpid/op/case.h"
#include "limpid/ops/linear/linear_relu.h"

namespace limpid {

namespace {

Case linear_relu_case(std::string name, const Shape& x, const Shape& w, bool bias = true,
                      DType dtype = DType::f32) {
  return {.name = std::move(name),
          .inputs = {{.shape = x, .dtype = dtype},
                     {.shape = w, .dtype = dtype},
                     {.shape = {w[0]}, .dtype = dtype, .defined = bias}},
          .op = any(LinearRelu{}),
          .torch = "F.relu(F.linear(a, b, c))",
          .smooth = size_of(dtype) > 2};
}

}  // namespace

std::vector<Case> LinearRelu::cases() {
  std::vector<Case> all = {
      linear_relu_case("rows", {3, 4}, {5, 4}),
      linear_relu_case("no bias adds none", {3, 4}, {5, 4}, false),
      linear_relu_case("one example without a batch", {4}, {5, 4}),
      linear_relu_case("several axes in front", {2, 3, 4}, {5, 4}),
      linear_relu_case("one output", {6, 4}, {1, 4}),
      linear_relu_case("batch of 0", {0, 4}, {5, 4}),
      linear_relu_case("no inputs: the bias alone", {3, 0}, {5, 0}),
      linear_relu_case("no outputs", {3, 4}, {0, 4}),
      linear_relu_case("f64", {7, 9}, {4, 9}, true, DType::f64),
      linear_relu_case("f16", {7, 90}, {4, 90}, true, DType::f16),
      linear_relu_case("bf16", {7, 90}, {4, 90}, true, DType::bf16),
      linear_relu_case("i64", {3, 4}, {5, 4}, true, DType::i64),
      linear_relu_case("i32, no bias", {3, 4}, {5, 4}, false, DType::i32),
  };
  for (const auto& [name, how] :
       {std::pair{"transposed", Arrangement::transposed},
        std::pair{"strided", Arrangement::strided}, std::pair{"negative", Arrangement::negative}}) {
    Case odd = linear_relu_case(std::string(name) + " input and weight", {2, 6, 20}, {7, 20});
    odd.inputs[0].arrangement = odd.inputs[1].arrangement = how;
    all.push_back(std::move(odd));
  }
  for (const Shape& x : {Shape{37, 130}, Shape{520, 50}}) {  // as one product, and in blocks
    Case large = linear_relu_case(str(x[0], " rows"), x, {x[1] + 21, x[1]});
    large.torch = "";      // its numbers would fill the golden file; the reference judges
    large.smooth = false;  // so many outputs that some lie at the kink
    all.push_back(std::move(large));
  }
  Case wide = linear_relu_case("too wide", {2, 6}, {5, 4});
  wide.torch = "",
  wide.error = "linear_relu: the last axis of input has size 6 but weight (5, 4) expects 4";
  all.push_back(std::move(wide));
  Case speed = linear_relu_case("mlp, batch 64", {64, 784}, {256, 784});
  speed.speed = true;
  all.push_back(std::move(speed));
  return all;
}

}  // namespace limpid
