#include "limpid/core/str.h"
#include "limpid/op/make_case.h"
#include "limpid/ops/lp_pool/lp_pool.h"

namespace limpid {

namespace {

Case lp_pool1d_case(std::string name, Shape shape, double p, std::int64_t kernel, LpPool1dOptions o,
                    const std::string& torch) {
  return {
      .name = std::move(name),
      .inputs = {{.shape = std::move(shape), .low = 0.1, .high = 2}},
      .call = [=](std::span<const Tensor> in) { return Tensors(lp_pool1d(in[0], p, kernel, o)); },
      .torch = str("F.lp_pool1d(a, ", torch, ")")};
}
Case lp_pool2d_case(std::string name, Shape shape, double p, IntPair kernel, LpPool2dOptions o,
                    const std::string& torch) {
  return {
      .name = std::move(name),
      .inputs = {{.shape = std::move(shape), .low = 0.1, .high = 2}},
      .call = [=](std::span<const Tensor> in) { return Tensors(lp_pool2d(in[0], p, kernel, o)); },
      .torch = str("F.lp_pool2d(a, ", torch, ")")};
}
Case lp_pool3d_case(std::string name, Shape shape, double p, IntTriple kernel, LpPool3dOptions o,
                    const std::string& torch) {
  return {
      .name = std::move(name),
      .inputs = {{.shape = std::move(shape), .low = 0.1, .high = 2}},
      .call = [=](std::span<const Tensor> in) { return Tensors(lp_pool3d(in[0], p, kernel, o)); },
      .torch = str("F.lp_pool3d(a, ", torch, ")")};
}
}  // namespace

std::vector<Case> LpPool1d::cases() {
  return {lp_pool1d_case("2-norm", {2, 3, 8}, 2, 2, {}, "2, 2"),
          lp_pool1d_case("3-norm, overlapping", {2, 3, 8}, 3, 3, {.stride = 2}, "3, 3, stride=2"),
          lp_pool1d_case("rounded up", {1, 2, 7}, 1.5, 2, {.ceil_mode = true},
                         "1.5, 2, ceil_mode=True"),
          refused(lp_pool1d_case("no norm", {1, 2, 7}, 0, 2, {}, ""), "lp_pool1d: norm_type is 0")};
}

std::vector<Case> LpPool2d::cases() {
  Case negative = lp_pool2d_case("negative numbers", {1, 2, 4, 4}, 2, 2, {}, "2, 2");
  negative.inputs[0].low = -2;
  return {
      lp_pool2d_case("2-norm", {2, 3, 6, 4}, 2, 2, {}, "2, 2"),
      lp_pool2d_case("3-norm, overlapping", {2, 3, 7, 5}, 3, {3, 2}, {.stride = {2, 1}},
                     "3, (3, 2), stride=(2, 1)"),
      lp_pool2d_case("rounded up", {1, 2, 7, 5}, 1.5, 2, {.ceil_mode = true},
                     "1.5, 2, ceil_mode=True"),
      std::move(negative),
      refused(lp_pool2d_case("no norm", {1, 2, 7, 7}, 0, 2, {}, ""), "lp_pool2d: norm_type is 0")};
}

std::vector<Case> LpPool3d::cases() {
  return {lp_pool3d_case("2-norm", {2, 2, 4, 4, 2}, 2, 2, {}, "2, 2"),
          lp_pool3d_case("3-norm, overlapping", {1, 2, 4, 3, 3}, 3, {3, 2, 2},
                         {.stride = {2, 1, 1}}, "3, (3, 2, 2), stride=(2, 1, 1)"),
          lp_pool3d_case("rounded up", {1, 1, 3, 5, 3}, 1.5, 2, {.ceil_mode = true},
                         "1.5, 2, ceil_mode=True"),
          refused(lp_pool3d_case("no norm", {1, 2, 3, 3, 3}, 0, 2, {}, ""),
                  "lp_pool3d: norm_type is 0")};
}

}  // namespace limpid
