#include <cmath>

#include "limpid/op/make_case.h"
#include "limpid/ops/rms_norm/rms_norm.h"

namespace limpid {

namespace {

Case rms_norm_case(std::string name, CaseInput x, Shape normalized, double eps = 1e-5) {
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

}  // namespace

std::vector<Case> RmsNorm::cases() {
  Case by_default =
      rms_norm_case("the default eps", {.shape = {3, 4}, .low = -1e-3, .high = 1e-3}, {4});
  by_default.op = any(RmsNorm{{4}});
  by_default.torch = "F.rms_norm(a, (4,), b)";
  by_default.smooth = false;  // steps of 1e-6 are long there
  std::vector<Case> all = {
      rms_norm_case("rows", {{5, 16}}, {16}),
      rms_norm_case("one row", {{19}}, {19}),
      rms_norm_case("sequences", {{2, 3, 33}}, {33}),
      rms_norm_case("two axes", {{3, 4, 5}}, {4, 5}),
      rms_norm_case("short rows, many of them", {{67, 3}}, {3}),
      rms_norm_case("large eps", {{4, 6}}, {6}, 0.5),
      by_default,
      with_weight(rms_norm_case("no weight", {{3, 7}}, {7}), kAbsent),
      rms_norm_case("no rows", {{0, 4}}, {4}),
      rms_norm_case("transposed", {.shape = {4, 3, 5}, .arrangement = Arrangement::transposed},
                    {3, 5}),
      rms_norm_case("f64", {.shape = {3, 21}, .dtype = DType::f64}, {21}),
      rough(rms_norm_case("f16", {.shape = {4, 24}, .dtype = DType::f16}, {24})),
      rough(rms_norm_case("bf16", {.shape = {4, 24}, .dtype = DType::bf16}, {24})),
      rms_norm_case("two elements a row", {{3, 2}}, {2}),
      rough(rms_norm_case("zeros", {.shape = {1, 4}, .values = {0, 0, 0, 0}}, {4})),
      rough(rms_norm_case("not finite",
                          {.shape = {3, 3},
                           .values = {1, std::nan(""), 2, INFINITY, 1, 2, 4, 5, 7},
                           .requires_grad = false},
                          {3})),
      refused(rms_norm_case("other sizes", {{2, 5}}, {4}),
              "rms_norm: normalized_shape is (4,) but the input has shape (2, 5)"),
      refused(rms_norm_case("no axes", {{2, 5}}, {}), "normalized_shape is empty"),
      refused(with_weight(rms_norm_case("weight of another shape", {{2, 5}}, {5}), {{2, 5}}),
              "weight has shape (2, 5); it must be normalized_shape, (5,)"),
      refused(rms_norm_case("integers", {.shape = {2, 5}, .dtype = DType::i64}, {5}),
              "rms_norm: works on floating dtypes"),
      refused(rms_norm_case("negative eps", {{2, 5}}, {5}, -1), "eps must not be negative, got -1"),
      rms_norm_case("transformer", {{16, 128, 256}}, {256}),
  };
  all.back().speed = true;
  return all;
}

}  // namespace limpid
