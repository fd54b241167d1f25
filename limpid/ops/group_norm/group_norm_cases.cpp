#include <cmath>

#include "limpid/op/make_case.h"
#include "limpid/ops/group_norm/group_norm.h"

namespace limpid {

namespace {

Case group_norm_case(std::string name, CaseInput x, std::int64_t groups, double eps = 1e-5) {
  const CaseInput parameter{.shape = {x.shape.rank() > 1 ? x.shape[1] : 1}, .dtype = x.dtype};
  return {.name = std::move(name),
          .inputs = {std::move(x), parameter, parameter},
          .op = any(GroupNorm{groups, eps}),
          .torch = "F.group_norm(a, " + std::to_string(groups) + ", b, c" +
                   (eps == 1e-5 ? ")" : ", " + std::to_string(eps) + ")")};
}

Case without_peer(Case base) {
  base.torch.clear();
  return base;
}

std::vector<Case> right_group_norm() {
  const CaseInput narrow{.shape = {2, 4, 5}, .dtype = DType::f16};
  Case far =
      rough(group_norm_case("far from zero", {.shape = {2, 4, 12}, .low = 1000, .high = 1001}, 2));
  far.well_conditioned = false;  // the gradient rests on x - mean, which has lost 3 digits of x
  far.torch.clear();             // PyTorch computes E(x^2) - E(x)^2, which loses them too
  Case no_weight = with(group_norm_case("no weight", {{2, 4, 3}}, 2), 1, kAbsent);
  no_weight.torch = "F.group_norm(a, 2, torch.ones(4), c)";  // bias alone fails in PyTorch 2.13
  return {
      group_norm_case("images", {{2, 6, 3, 4}}, 3),
      group_norm_case("one group", {{2, 4, 5}}, 1),
      group_norm_case("each channel a group", {{2, 3, 7}}, 3),
      group_norm_case("rows", {{5, 8}}, 2),
      group_norm_case("planes of several vectors", {{2, 4, 75}}, 2),
      group_norm_case("volumes", {{2, 4, 2, 3, 2}}, 2),
      group_norm_case("large eps", {{2, 4, 3}}, 2, 0.5),
      with(group_norm_case("no bias", {{2, 4, 3}}, 2), 2, kAbsent),
      no_weight,
      with(with(group_norm_case("no weight, no bias", {{2, 4, 3}}, 2), 1, kAbsent), 2, kAbsent),
      group_norm_case("no samples", {{0, 4, 3}}, 2),
      without_peer(group_norm_case("empty planes", {{2, 4, 0}},
                                   2)),  // PyTorch: the gradient of weight is NaN
      group_norm_case("transposed", {.shape = {3, 4, 5}, .arrangement = Arrangement::transposed},
                      2),
      group_norm_case("f64", {.shape = {2, 4, 5}, .dtype = DType::f64}, 2),
      rough(group_norm_case("f16", narrow, 2)),
      rough(group_norm_case("bf16", {.shape = {2, 4, 5}, .dtype = DType::bf16}, 2)),
      rough(
          with(with(group_norm_case("f16 with f32 weight and bias", narrow, 2), 1, {.shape = {4}}),
               2, {.shape = {4}})),
      without_peer(rough(
          group_norm_case("groups of one value", {.shape = {3, 4}, .requires_grad = false}, 4))),
      rough(group_norm_case("not finite",
                            {.shape = {3, 2, 2},
                             .values = {1, std::nan(""), 2, 3, INFINITY, 1, 2, 4, 5, 7, 9, 8},
                             .requires_grad = false},
                            2)),
      far,
  };
}

std::vector<Case> wrong_group_norm() {
  return {
      refused(group_norm_case("groups do not divide the channels", {{2, 5, 3}}, 2),
              "group_norm: the input has 5 channels (dimension 1), which num_groups = 2 does not "
              "divide [input (2, 5, 3)"),
      refused(group_norm_case("no groups", {{2, 4, 3}}, 0), "num_groups must be at least 1, got 0"),
      refused(group_norm_case("one axis", {{4}}, 1),
              "needs at least 2 dimensions (batch, channels, ...)"),
      refused(group_norm_case("one value a group", {{1, 2}}, 2),
              "expected more than 1 value per group, got input size (1, 2) and num_groups = 2"),
      refused(with(group_norm_case("weight too short", {{2, 4, 3}}, 2), 1, {{3}}),
              "weight has shape (3,) but the input has 4 channels (dimension 1): it must be (4,)"),
      refused(with(group_norm_case("bias of two axes", {{2, 4, 3}}, 2), 2, {{4, 1}}),
              "bias has shape (4, 1)"),
      refused(with(group_norm_case("f64 weight", {{2, 4, 3}}, 2), 1,
                   {.shape = {4}, .dtype = DType::f64}),
              "weight is float64 beside an input of float32; convert one with .to()"),
      refused(group_norm_case("integers", {.shape = {2, 4, 3}, .dtype = DType::i64}, 2),
              "group_norm: works on floating dtypes"),
      refused(group_norm_case("negative eps", {{2, 4, 3}}, 2, -1),
              "eps must not be negative, got -1"),
  };
}

}  // namespace

std::vector<Case> GroupNorm::cases() {
  std::vector<Case> all = right_group_norm();
  for (Case& c : wrong_group_norm()) all.push_back(std::move(c));
  all.push_back(group_norm_case("large images", {{16, 64, 28, 28}}, 32));
  all.back().speed = true;
  return all;
}

}  // namespace limpid
