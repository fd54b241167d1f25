#include <cmath>

#include "limpid/core/str.h"
#include "limpid/op/make_case.h"
#include "limpid/ops/max_pool_nd/max_pool_nd.h"

namespace limpid {

namespace {

Case max_pool1d_case(std::string name, CaseInput input, std::int64_t kernel, MaxPool1dOptions o,
                     const std::string& torch, bool smooth = true) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .call =
              [=](std::span<const Tensor> in) {
                auto [values, indices] = max_pool1d_with_indices(in[0], kernel, o);
                return Tensors{values, indices};
              },
          .torch = str("F.max_pool1d(a, ", torch, ", return_indices=True)"),
          .smooth = smooth};
}
Case max_pool3d_case(std::string name, CaseInput input, IntTriple kernel, MaxPool3dOptions o,
                     const std::string& torch, bool smooth = true) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .call =
              [=](std::span<const Tensor> in) {
                auto [values, indices] = max_pool3d_with_indices(in[0], kernel, o);
                return Tensors{values, indices};
              },
          .torch = str("F.max_pool3d(a, ", torch, ", return_indices=True)"),
          .smooth = smooth};
}
}  // namespace

std::vector<Case> MaxPool1d::cases() {
  return {
      max_pool1d_case("pairs", {{2, 3, 8}}, 2, {}, "2"),
      max_pool1d_case("overlapping, padded", {{2, 3, 9}}, 3, {.stride = 2, .padding = 1},
                      "3, stride=2, padding=1"),
      max_pool1d_case("dilated", {{2, 3, 9}}, 2, {.stride = 1, .padding = 1, .dilation = 3},
                      "2, stride=1, padding=1, dilation=3"),
      max_pool1d_case("rounded up", {{1, 2, 7}}, 2, {.ceil_mode = true}, "2, ceil_mode=True"),
      max_pool1d_case("one sequence", {{3, 6}}, 3, {.stride = 1}, "3, stride=1"),
      max_pool1d_case("NaN, infinities and equals",
                      {.shape = {1, 1, 8}, .values = {kNan, kNan, 1, kNan, -kInf, -kInf, 2, 2}}, 2,
                      {}, "2", false),
      refused(
          max_pool1d_case("kernel too long", {{1, 1, 3}}, 5, {}, ""),
          "max_pool1d: the kernel covers 5 along the length (size 5, dilation 1) but the padded "
          "input has only 3; use a smaller kernel or more padding [input (1, 1, 3)]"),
      refused(max_pool1d_case("stride 0", {{1, 1, 3}}, 2, {.stride = 0}, ""),
              "max_pool1d: stride must be at least 1, got 0"),
      refused(max_pool1d_case("dilation 0", {{1, 1, 3}}, 2, {.dilation = 0}, ""),
              "max_pool1d: dilation must be at least 1, got 0"),
      refused(max_pool1d_case("padding of more than half", {{1, 1, 3}}, 2, {.padding = 2}, ""),
              "max_pool1d: padding 2 along the length is more than half"),
      refused(max_pool1d_case("an image", {{1, 1, 3, 3}}, 2, {}, ""),
              "max_pool1d: input must be (N, C, L)"),
      refused(max_pool1d_case("bool", {.shape = {1, 1, 3}, .dtype = DType::boolean}, 2, {}, ""),
              "max_pool1d: input is bool"),
  };
}

std::vector<Case> MaxPool3d::cases() {
  return {
      max_pool3d_case("2x2x2", {{2, 3, 4, 6, 4}}, 2, {}, "2"),
      max_pool3d_case("all different", {{1, 2, 7, 6, 9}}, {3, 2, 4},
                      {.stride = {2, 3, 1}, .padding = {1, 0, 2}, .dilation = {1, 2, 1}},
                      "(3, 2, 4), stride=(2, 3, 1), padding=(1, 0, 2), dilation=(1, 2, 1)"),
      max_pool3d_case("rounded up", {{1, 2, 5, 6, 5}}, 2, {.stride = 2, .ceil_mode = true},
                      "2, stride=2, ceil_mode=True"),
      max_pool3d_case("one volume", {{2, 4, 4, 5}}, 2, {.stride = 1}, "2, stride=1"),
      max_pool3d_case("the first of equals wins", {.shape = {1, 1, 3, 3, 3}, .low = 1, .high = 1},
                      2, {.stride = 1}, "2, stride=1", false),
      max_pool3d_case("NaN and infinities",
                      {.shape = {1, 1, 2, 2, 4},
                       .values = {kNan, 1, -kInf, -kInf, 1, 2, -kInf, -kInf, 1, kNan, -kInf, -kInf,
                                  2, 3, kInf, -kInf}},
                      2, {}, "2", false),
      max_pool3d_case("no volumes", {{0, 2, 4, 4, 4}}, 2, {}, "2"),
      refused(max_pool3d_case("kernel too deep", {{1, 1, 3, 9, 9}}, 5, {}, ""),
              "max_pool3d: the kernel covers 5 along the depth"),
      refused(max_pool3d_case("kernel too wide", {{1, 1, 9, 9, 3}}, 5, {}, ""),
              "max_pool3d: the kernel covers 5 along the width"),
      refused(max_pool3d_case("dilation 0", {{1, 1, 3, 3, 3}}, 2, {.dilation = {0, 1, 1}}, ""),
              "max_pool3d: dilation must be at least 1, got (0, 1, 1)"),
      refused(max_pool3d_case("an image", {{3, 3, 3}}, 2, {}, ""),
              "max_pool3d: input must be (N, C, D, H, W)"),
  };
}

}  // namespace limpid
