#include <cmath>

#include "limpid/core/str.h"
#include "limpid/op/case.h"
#include "limpid/ops/max_pool_nd/max_pool_nd.h"

namespace limpid {

namespace {

constexpr double inf = INFINITY, nan = NAN;

Case of1(std::string name, CaseInput input, std::int64_t kernel, MaxPool1dOptions o,
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
Case of3(std::string name, CaseInput input, IntTriple kernel, MaxPool3dOptions o,
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
Case refused(Case c, std::string error) {
  c.torch = "", c.error = std::move(error);
  return c;
}

}  // namespace

std::vector<Case> MaxPool1d::cases() {
  return {
      of1("pairs", {{2, 3, 8}}, 2, {}, "2"),
      of1("overlapping, padded", {{2, 3, 9}}, 3, {.stride = 2, .padding = 1},
          "3, stride=2, padding=1"),
      of1("dilated", {{2, 3, 9}}, 2, {.stride = 1, .padding = 1, .dilation = 3},
          "2, stride=1, padding=1, dilation=3"),
      of1("rounded up", {{1, 2, 7}}, 2, {.ceil_mode = true}, "2, ceil_mode=True"),
      of1("one sequence", {{3, 6}}, 3, {.stride = 1}, "3, stride=1"),
      of1("NaN, infinities and equals",
          {.shape = {1, 1, 8}, .values = {nan, nan, 1, nan, -inf, -inf, 2, 2}}, 2, {}, "2", false),
      refused(
          of1("kernel too long", {{1, 1, 3}}, 5, {}, ""),
          "max_pool1d: the kernel covers 5 along the length (size 5, dilation 1) but the padded "
          "input has only 3; use a smaller kernel or more padding [input (1, 1, 3)]"),
      refused(of1("stride 0", {{1, 1, 3}}, 2, {.stride = 0}, ""),
              "max_pool1d: stride must be at least 1, got 0"),
      refused(of1("dilation 0", {{1, 1, 3}}, 2, {.dilation = 0}, ""),
              "max_pool1d: dilation must be at least 1, got 0"),
      refused(of1("padding of more than half", {{1, 1, 3}}, 2, {.padding = 2}, ""),
              "max_pool1d: padding 2 along the length is more than half"),
      refused(of1("an image", {{1, 1, 3, 3}}, 2, {}, ""), "max_pool1d: input must be (N, C, L)"),
      refused(of1("bool", {.shape = {1, 1, 3}, .dtype = DType::boolean}, 2, {}, ""),
              "max_pool1d: input is bool"),
  };
}

std::vector<Case> MaxPool3d::cases() {
  return {
      of3("2x2x2", {{2, 3, 4, 6, 4}}, 2, {}, "2"),
      of3("all different", {{1, 2, 7, 6, 9}}, {3, 2, 4},
          {.stride = {2, 3, 1}, .padding = {1, 0, 2}, .dilation = {1, 2, 1}},
          "(3, 2, 4), stride=(2, 3, 1), padding=(1, 0, 2), dilation=(1, 2, 1)"),
      of3("rounded up", {{1, 2, 5, 6, 5}}, 2, {.stride = 2, .ceil_mode = true},
          "2, stride=2, ceil_mode=True"),
      of3("one volume", {{2, 4, 4, 5}}, 2, {.stride = 1}, "2, stride=1"),
      of3("the first of equals wins", {.shape = {1, 1, 3, 3, 3}, .low = 1, .high = 1}, 2,
          {.stride = 1}, "2, stride=1", false),
      of3("NaN and infinities",
          {.shape = {1, 1, 2, 2, 4},
           .values = {nan, 1, -inf, -inf, 1, 2, -inf, -inf, 1, nan, -inf, -inf, 2, 3, inf, -inf}},
          2, {}, "2", false),
      of3("no volumes", {{0, 2, 4, 4, 4}}, 2, {}, "2"),
      refused(of3("kernel too deep", {{1, 1, 3, 9, 9}}, 5, {}, ""),
              "max_pool3d: the kernel covers 5 along the depth"),
      refused(of3("kernel too wide", {{1, 1, 9, 9, 3}}, 5, {}, ""),
              "max_pool3d: the kernel covers 5 along the width"),
      refused(of3("dilation 0", {{1, 1, 3, 3, 3}}, 2, {.dilation = {0, 1, 1}}, ""),
              "max_pool3d: dilation must be at least 1, got (0, 1, 1)"),
      refused(of3("an image", {{3, 3, 3}}, 2, {}, ""), "max_pool3d: input must be (N, C, D, H, W)"),
  };
}

}  // namespace limpid
