#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/rms_norm/rms_norm.h"

namespace limpid {

namespace {

const CaseInput kAbsent{.shape = {}, .defined = false};

Case of(std::string name, CaseInput x, Shape normalized, double eps = 1e-5) {
  const CaseInput parameter{.shape = normalized, .dtype = x.dtype};
  return {.name = std::move(name),
          .inputs = {std::move(x), parameter},
          .op = any(RmsNorm{normalized, eps}),
          .torch = "F.rms_norm(a, " + to_string(normalized) + ", b, " + std::to_string(eps) + ")"};
}

Case with_weight(Case base, CaseInput weight) {
  base.inputs[1] = std::move(weight);
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

}  // namespace

std::vector<Case> RmsNorm::cases() {
  Case by_default = of("the default eps", {.shape = {3, 4}, .low = -1e-3, .high = 1e-3}, {4});
  by_default.op = any(RmsNorm{{4}});
  by_default.torch = "F.rms_norm(a, (4,), b)";
  by_default.smooth = false;  // steps of 1e-6 are long there
  std::vector<Case> all = {
      of("rows", {{5, 16}}, {16}),
      of("one row", {{19}}, {19}),
      of("sequences", {{2, 3, 33}}, {33}),
      of("two axes", {{3, 4, 5}}, {4, 5}),
      of("short rows, many of them", {{67, 3}}, {3}),
      of("large eps", {{4, 6}}, {6}, 0.5),
      by_default,
      with_weight(of("no weight", {{3, 7}}, {7}), kAbsent),
      of("no rows", {{0, 4}}, {4}),
      of("transposed", {.shape = {4, 3, 5}, .arrangement = Arrangement::transposed}, {3, 5}),
      of("f64", {.shape = {3, 21}, .dtype = DType::f64}, {21}),
      rough(of("f16", {.shape = {4, 24}, .dtype = DType::f16}, {24})),
      rough(of("bf16", {.shape = {4, 24}, .dtype = DType::bf16}, {24})),
      of("two elements a row", {{3, 2}}, {2}),
      rough(of("zeros", {.shape = {1, 4}, .values = {0, 0, 0, 0}}, {4})),
      rough(of("not finite",
               {.shape = {3, 3},
                .values = {1, std::nan(""), 2, INFINITY, 1, 2, 4, 5, 7},
                .requires_grad = false},
               {3})),
      refused(of("other sizes", {{2, 5}}, {4}),
              "rms_norm: normalized_shape is (4,) but the input has shape (2, 5)"),
      refused(of("no axes", {{2, 5}}, {}), "normalized_shape is empty"),
      refused(with_weight(of("weight of another shape", {{2, 5}}, {5}), {{2, 5}}),
              "weight has shape (2, 5); it must be normalized_shape, (5,)"),
      refused(of("integers", {.shape = {2, 5}, .dtype = DType::i64}, {5}),
              "rms_norm: works on floating dtypes"),
      refused(of("negative eps", {{2, 5}}, {5}, -1), "eps must not be negative, got -1"),
      of("transformer", {{16, 128, 256}}, {256}),
  };
  all.back().speed = true;
  return all;
}

}  // namespace limpid
