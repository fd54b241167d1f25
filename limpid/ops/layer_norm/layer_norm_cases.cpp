#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/layer_norm/layer_norm.h"

namespace limpid {

namespace {

const CaseInput kAbsent{.shape = {}, .defined = false};

Case of(std::string name, CaseInput x, Shape normalized, double eps = 1e-5) {
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

Case refused(Case base, std::string error) {
  base.torch.clear();
  base.error = std::move(error);
  return base;
}

Case rough(Case base) {
  base.smooth = false;
  return base;
}

std::vector<Case> right() {
  const Case plain = with("", of("", {{3, 7}}, {7}), 1, kAbsent);
  const CaseInput narrow{.shape = {4, 24}, .dtype = DType::f16};
  Case far = rough(of("far from zero", {.shape = {4, 40}, .low = 1000, .high = 1001}, {40}));
  far.well_conditioned = false;  // the gradient rests on x - mean, which has lost 3 digits of x
  far.torch.clear();             // PyTorch's mean and square of it cancel there
  Case mixed = rough(with("f16 with f32 weight and bias", of("", narrow, {24}), 1, {{24}}));
  mixed.inputs[2] = {{24}};
  mixed.torch = "F.layer_norm(a, (24,), b.detach(), c)";  // PyTorch rounds that gradient to f16
  Case alone = rough(of("one element a row", {{3, 1}}, {1}));
  alone.well_conditioned = false;  // all gradients but that of bias are 0 but for rounding
  alone.torch = "F.layer_norm(a.detach(), (1,), b.detach(), c)";
  return {
      of("rows", {{5, 16}}, {16}),
      of("one row", {{19}}, {19}),
      of("sequences", {{2, 3, 33}}, {33}),
      of("two axes", {{3, 4, 5}}, {4, 5}),
      of("everything", {{2, 3, 4}}, {2, 3, 4}),
      of("short rows, many of them", {{67, 3}}, {3}),
      of("a row of several blocks", {{2, 100}}, {100}),
      of("large eps", {{4, 6}}, {6}, 0.5),
      with("no bias", of("", {{3, 7}}, {7}), 2, kAbsent),
      with("no weight", plain, 1, kAbsent),
      with("no weight, no bias", plain, 2, kAbsent),
      of("no rows", {{0, 4}}, {4}),
      of("empty rows", {{2, 0}}, {0}),
      of("transposed", {.shape = {4, 3, 5}, .arrangement = Arrangement::transposed}, {3, 5}),
      of("negative strides", {.shape = {4, 9}, .arrangement = Arrangement::negative}, {9}),
      of("f64", {.shape = {3, 21}, .dtype = DType::f64}, {21}),
      rough(of("f16", narrow, {24})),
      rough(of("bf16", {.shape = {4, 24}, .dtype = DType::bf16}, {24})),
      mixed,
      rough(of("constant row", {.shape = {1, 4}, .values = {3, 3, 3, 3}}, {4})),
      alone,
      rough(of("not finite",
               {.shape = {3, 3},
                .values = {1, std::nan(""), 2, INFINITY, 1, 2, 4, 5, 7},
                .requires_grad = false},
               {3})),
      far,
  };
}

std::vector<Case> wrong() {
  return {
      refused(of("other sizes", {{2, 5}}, {4}),
              "layer_norm: normalized_shape is (4,) but the input has shape (2, 5), which does not "
              "end in it [input (2, 5)"),
      refused(of("more axes than there are", {{4}}, {2, 4}), "which does not end in it"),
      refused(of("no axes", {{2, 5}}, {}), "normalized_shape is empty"),
      refused(with("weight of another shape", of("", {{2, 5}}, {5}), 1, {{1, 5}}),
              "weight has shape (1, 5); it must be normalized_shape, (5,)"),
      refused(with("bias of another shape", of("", {{2, 5}}, {5}), 2, {{4}}),
              "bias has shape (4,); it must be normalized_shape, (5,)"),
      refused(with("f64 weight beside f32", of("", {{2, 5}}, {5}), 1,
                   {.shape = {5}, .dtype = DType::f64}),
              "weight is float64 beside an input of float32; convert one with .to()"),
      refused(of("integers", {.shape = {2, 5}, .dtype = DType::i64}, {5}),
              "layer_norm: works on floating dtypes (float16, bfloat16, float32, float64), not on "
              "int64"),
      refused(of("negative eps", {{2, 5}}, {5}, -1), "eps must not be negative, got -1"),
      refused(of("eps not a number", {{2, 5}}, {5}, std::nan("")), "eps must not be negative"),
  };
}

}  // namespace

std::vector<Case> LayerNorm::cases() {
  std::vector<Case> all = right();
  for (Case& c : wrong()) all.push_back(std::move(c));
  all.push_back(of("transformer", {{16, 128, 256}}, {256}));
  all.back().speed = true;
  all.push_back(of("large rows", {{512, 4096}}, {4096}));
  all.back().speed = true;
  return all;
}

}  // namespace limpid
