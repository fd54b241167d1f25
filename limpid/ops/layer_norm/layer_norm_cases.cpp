#include <cmath>

#include "limpid/op/make_case.h"
#include "limpid/ops/layer_norm/layer_norm.h"

namespace limpid {

namespace {

Case layer_norm_case(std::string name, CaseInput x, Shape normalized, double eps = 1e-5) {
  const CaseInput parameter{.shape = normalized, .dtype = x.dtype};
  const std::string torch = "F.layer_norm(a, " + to_string(normalized) + ", b, c" +
                            (eps == 1e-5 ? ")" : ", " + std::to_string(eps) + ")");
  return {.name = std::move(name),
          .inputs = {std::move(x), parameter, parameter},
          .op = any(LayerNorm{normalized, eps}),
          .torch = torch};
}

Case with(std::string name, Case base, int input, CaseInput replacement) {
  base.name = std::move(name);
  base.inputs[static_cast<std::size_t>(input)] = std::move(replacement);
  return base;
}

std::vector<Case> right_layer_norm() {
  const Case plain = with("", layer_norm_case("", {{3, 7}}, {7}), 1, kAbsent);
  const CaseInput narrow{.shape = {4, 24}, .dtype = DType::f16};
  Case far =
      rough(layer_norm_case("far from zero", {.shape = {4, 40}, .low = 1000, .high = 1001}, {40}));
  far.well_conditioned = false;  // the gradient rests on x - mean, which has lost 3 digits of x
  far.torch.clear();             // PyTorch's mean and square of it cancel there
  Case mixed =
      rough(with("f16 with f32 weight and bias", layer_norm_case("", narrow, {24}), 1, {{24}}));
  mixed.inputs[2] = {{24}};
  mixed.torch = "F.layer_norm(a, (24,), b.detach(), c)";  // PyTorch rounds that gradient to f16
  Case alone = rough(layer_norm_case("one element a row", {{3, 1}}, {1}));
  alone.well_conditioned = false;  // all gradients but that of bias are 0 but for rounding
  alone.torch = "F.layer_norm(a.detach(), (1,), b.detach(), c)";
  return {
      layer_norm_case("rows", {{5, 16}}, {16}),
      layer_norm_case("one row", {{19}}, {19}),
      layer_norm_case("sequences", {{2, 3, 33}}, {33}),
      layer_norm_case("two axes", {{3, 4, 5}}, {4, 5}),
      layer_norm_case("everything", {{2, 3, 4}}, {2, 3, 4}),
      layer_norm_case("short rows, many of them", {{67, 3}}, {3}),
      layer_norm_case("a row of several blocks", {{2, 100}}, {100}),
      layer_norm_case("large eps", {{4, 6}}, {6}, 0.5),
      with("no bias", layer_norm_case("", {{3, 7}}, {7}), 2, kAbsent),
      with("no weight", plain, 1, kAbsent),
      with("no weight, no bias", plain, 2, kAbsent),
      layer_norm_case("no rows", {{0, 4}}, {4}),
      layer_norm_case("empty rows", {{2, 0}}, {0}),
      layer_norm_case("transposed", {.shape = {4, 3, 5}, .arrangement = Arrangement::transposed},
                      {3, 5}),
      layer_norm_case("negative strides", {.shape = {4, 9}, .arrangement = Arrangement::negative},
                      {9}),
      layer_norm_case("f64", {.shape = {3, 21}, .dtype = DType::f64}, {21}),
      rough(layer_norm_case("f16", narrow, {24})),
      rough(layer_norm_case("bf16", {.shape = {4, 24}, .dtype = DType::bf16}, {24})),
      mixed,
      rough(layer_norm_case("constant row", {.shape = {1, 4}, .values = {3, 3, 3, 3}}, {4})),
      alone,
      rough(layer_norm_case("not finite",
                            {.shape = {3, 3},
                             .values = {1, std::nan(""), 2, INFINITY, 1, 2, 4, 5, 7},
                             .requires_grad = false},
                            {3})),
      far,
  };
}

std::vector<Case> wrong_layer_norm() {
  return {
      refused(layer_norm_case("other sizes", {{2, 5}}, {4}),
              "layer_norm: normalized_shape is (4,) but the input has shape (2, 5), which does not "
              "end in it [input (2, 5)"),
      refused(layer_norm_case("more axes than there are", {{4}}, {2, 4}),
              "which does not end in it"),
      refused(layer_norm_case("no axes", {{2, 5}}, {}), "normalized_shape is empty"),
      refused(with("weight of another shape", layer_norm_case("", {{2, 5}}, {5}), 1, {{1, 5}}),
              "weight has shape (1, 5); it must be normalized_shape, (5,)"),
      refused(with("bias of another shape", layer_norm_case("", {{2, 5}}, {5}), 2, {{4}}),
              "bias has shape (4,); it must be normalized_shape, (5,)"),
      refused(with("f64 weight beside f32", layer_norm_case("", {{2, 5}}, {5}), 1,
                   {.shape = {5}, .dtype = DType::f64}),
              "weight is float64 beside an input of float32; convert one with .to()"),
      refused(layer_norm_case("integers", {.shape = {2, 5}, .dtype = DType::i64}, {5}),
              "layer_norm: works on floating dtypes (float16, bfloat16, float32, float64), not on "
              "int64"),
      refused(layer_norm_case("negative eps", {{2, 5}}, {5}, -1),
              "eps must not be negative, got -1"),
      refused(layer_norm_case("eps not a number", {{2, 5}}, {5}, std::nan("")),
              "eps must not be negative"),
  };
}

}  // namespace

std::vector<Case> LayerNorm::cases() {
  std::vector<Case> all = right_layer_norm();
  for (Case& c : wrong_layer_norm()) all.push_back(std::move(c));
  all.push_back(layer_norm_case("transformer", {{16, 128, 256}}, {256}));
  all.back().speed = true;
  all.push_back(layer_norm_case("large rows", {{512, 4096}}, {4096}));
  all.back().speed = true;
  return all;
}

}  // namespace limpid
