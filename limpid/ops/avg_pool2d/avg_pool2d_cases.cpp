#include <cmath>

#include "limpid/core/str.h"
#include "limpid/op/make_case.h"
#include "limpid/ops/avg_pool2d/avg_pool2d.h"

namespace limpid {

namespace {

Case avg_pool2d_case(std::string name, CaseInput input, AvgPool2d op, const std::string& torch) {
  const bool smooth = size_of(input.dtype) > 2 && input.values.empty();
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(op),
          .torch = "F.avg_pool2d(a, " + torch + ")",
          .smooth = smooth};
}
Case refused_avg_pool2d(std::string name, CaseInput input, AvgPool2d op, std::string error) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(op),
          .error = std::move(error)};
}

Case avg_pool1d_case(std::string name, CaseInput input, std::int64_t kernel, AvgPool1dOptions o,
                     const std::string& torch) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .call = [=](std::span<const Tensor> in) { return Tensors(avg_pool1d(in[0], kernel, o)); },
          .torch = str("F.avg_pool1d(a, ", torch, ")")};
}
Case avg_pool3d_case(std::string name, CaseInput input, IntTriple kernel, AvgPool3dOptions o,
                     const std::string& torch) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .call = [=](std::span<const Tensor> in) { return Tensors(avg_pool3d(in[0], kernel, o)); },
          .torch = str("F.avg_pool3d(a, ", torch, ")")};
}
}  // namespace

std::vector<Case> AvgPool2d::cases() {
  const Shape image{1, 1, 4, 4};
  std::vector<Case> all = {
      avg_pool2d_case("2x2", {{2, 3, 6, 8}}, {2, 2}, "2"),
      avg_pool2d_case("2x2 of odd sizes", {{1, 2, 7, 5}}, {2, 2}, "2"),
      avg_pool2d_case("2x2 of wide rows", {{1, 2, 4, 43}}, {2, 2}, "2"),
      avg_pool2d_case("rounded up", {{1, 2, 7, 5}}, {2, 2, 0, true}, "2, ceil_mode=True"),
      avg_pool2d_case("3x3 overlapping, padded", {{1, 2, 7, 16}}, {3, 2, 1},
                      "3, stride=2, padding=1"),
      avg_pool2d_case("padding does not count", {{1, 2, 7, 16}}, {3, 2, 1, false, false},
                      "3, stride=2, padding=1, count_include_pad=False"),
      avg_pool2d_case("3x3 stride 1", {{2, 1, 5, 19}}, {3, 1, 1}, "3, stride=1, padding=1"),
      avg_pool2d_case("5x5 stride 3", {{2, 1, 14, 23}}, {5, 3, 2}, "5, stride=3, padding=2"),
      avg_pool2d_case("wide kernel", {{1, 2, 5, 9}}, {{1, 3}, {1, 2}, {0, 1}},
                      "(1, 3), stride=(1, 2), padding=(0, 1)"),
      avg_pool2d_case(
          "all different", {{2, 2, 9, 11}}, {{3, 2}, {2, 3}, {1, 1}, true, false},
          "(3, 2), stride=(2, 3), padding=(1, 1), ceil_mode=True, count_include_pad=False"),
      avg_pool2d_case("gaps between windows", {{1, 1, 9, 17}}, {2, 3}, "2, stride=3"),
      avg_pool2d_case("rows that no window sees", {{1, 1, 11, 6}}, {2, {4, 2}}, "2, stride=(4, 2)"),
      avg_pool2d_case("rounded up with padding", {{1, 1, 6, 6}}, {3, 3, 1, true},
                      "3, stride=3, padding=1, ceil_mode=True"),
      avg_pool2d_case("rounded up beyond the padding", {{1, 1, 5, 6}},
                      {{3, 4}, {4, 3}, {1, 2}, true, true},
                      "(3, 4), stride=(4, 3), padding=(1, 2), ceil_mode=True"),
      avg_pool2d_case("divisor 3", {{1, 2, 5, 6}}, {2, 2, 1, false, true, 3},
                      "2, padding=1, divisor_override=3"),
      avg_pool2d_case("divisor -2", {{1, 2, 5, 6}}, {2, 1, 0, false, true, -2},
                      "2, stride=1, divisor_override=-2"),
      avg_pool2d_case("the whole image", {{2, 3, 5, 7}}, {{5, 7}, 1}, "(5, 7), stride=1"),
      avg_pool2d_case("one image", {{3, 6, 6}}, {2, 2}, "2"),
      avg_pool2d_case("1x1", {{1, 2, 3, 3}}, {1, 1}, "1"),
      avg_pool2d_case("transposed", {.shape = {2, 3, 5, 6}, .arrangement = Arrangement::transposed},
                      {3, 2, 1}, "3, stride=2, padding=1"),
      avg_pool2d_case("negative strides",
                      {.shape = {2, 3, 5, 6}, .arrangement = Arrangement::negative}, {2, 2}, "2"),
      avg_pool2d_case("no images", {{0, 2, 4, 4}}, {2, 2}, "2"),
      avg_pool2d_case("NaN and infinities",
                      {.shape = image,
                       .values = {1, 1, kNan, 2, 1, 1, kNan, kNan, -kInf, -kInf, kInf, 3, -kInf,
                                  kInf, 3, kInf}},
                      {2, 2}, "2"),
      avg_pool2d_case("f64", {.shape = {1, 2, 5, 14}, .dtype = DType::f64}, {3, 2, 1},
                      "3, stride=2, padding=1"),
      avg_pool2d_case("f16", {.shape = {1, 2, 5, 6}, .dtype = DType::f16}, {3, 2, 1},
                      "3, stride=2, padding=1"),
      avg_pool2d_case("bf16", {.shape = {1, 2, 5, 6}, .dtype = DType::bf16}, {3, 2, 1},
                      "3, stride=2, padding=1"),
      refused_avg_pool2d(
          "kernel higher than the image", {image}, {{5, 1}, 5},
          "avg_pool2d: the kernel covers 5 along the height (size 5, dilation 1) but the padded "
          "input has only 4"),
      refused_avg_pool2d("kernel wider than the image", {image}, {{1, 5}, 5},
                         "the kernel covers 5 along the width"),
      refused_avg_pool2d("padding of more than half", {image}, {2, 2, 2}, "use at most 1"),
      refused_avg_pool2d("stride 0", {image}, {2, 0}, "stride must be at least 1, got (0, 0)"),
      refused_avg_pool2d("kernel 0", {image}, {0, 1}, "kernel_size must be at least 1"),
      refused_avg_pool2d("negative padding", {image}, {2, 2, -1}, "padding must be at least 0"),
      refused_avg_pool2d("huge kernel", {image}, {std::int64_t{1} << 62, 1}, "at most 2^30"),
      refused_avg_pool2d("a vector", {{4}}, {2, 2},
                         "input must be (N, C, H, W) or (C, H, W), got shape (4,)"),
      refused_avg_pool2d("no channels", {{1, 0, 4, 4}}, {2, 2},
                         "dimension 1 of the input is empty"),
      refused_avg_pool2d("int64", {.shape = image, .dtype = DType::i64}, {2, 2},
                         "averages need floats, got int64"),
  };
  Case one = avg_pool2d_case("one element", {{1, 1, 1, 1}}, {1, 1}, "1");
  one.torch = "";  // would be the example of the page
  all.push_back(std::move(one));
  Case large = avg_pool2d_case("large 2x2", {{32, 64, 56, 56}}, {2, 2}, "2");
  Case overlapping =
      avg_pool2d_case("large 3x3", {{8, 64, 112, 112}}, {3, 2, 1}, "3, stride=2, padding=1");
  large.speed = overlapping.speed = true;
  all.push_back(large);
  all.push_back(overlapping);
  return all;
}

std::vector<Case> AvgPool1d::cases() {
  return {
      avg_pool1d_case("pairs", {{2, 3, 8}}, 2, {}, "2"),
      avg_pool1d_case("overlapping, padded", {{2, 3, 9}}, 3, {.stride = 2, .padding = 1},
                      "3, stride=2, padding=1"),
      avg_pool1d_case("padding does not count", {{2, 3, 9}}, 3,
                      {.stride = 2, .padding = 1, .count_include_pad = false},
                      "3, stride=2, padding=1, count_include_pad=False"),
      avg_pool1d_case("rounded up", {{1, 2, 7}}, 2, {.ceil_mode = true}, "2, ceil_mode=True"),
      avg_pool1d_case("one sequence", {{3, 6}}, 3, {.stride = 1}, "3, stride=1"),
      refused(
          avg_pool1d_case("kernel too long", {{1, 1, 3}}, 5, {}, ""),
          "avg_pool1d: the kernel covers 5 along the length (size 5, dilation 1) but the padded "
          "input has only 3; use a smaller kernel or more padding [input (1, 1, 3)]"),
      refused(avg_pool1d_case("stride 0", {{1, 1, 3}}, 2, {.stride = 0}, ""),
              "avg_pool1d: stride must be at least 1, got 0"),
      refused(avg_pool1d_case("an image", {{1, 1, 3, 3}}, 2, {}, ""),
              "avg_pool1d: input must be (N, C, L)"),
      refused(avg_pool1d_case("int64", {.shape = {1, 1, 3}, .dtype = DType::i64}, 2, {}, ""),
              "avg_pool1d: averages need floats, got int64"),
  };
}

std::vector<Case> AvgPool3d::cases() {
  return {
      avg_pool3d_case("2x2x2", {{2, 3, 4, 6, 4}}, 2, {}, "2"),
      avg_pool3d_case("all different", {{1, 2, 7, 6, 9}}, {3, 2, 4},
                      {.stride = {2, 3, 1}, .padding = {1, 0, 2}},
                      "(3, 2, 4), stride=(2, 3, 1), padding=(1, 0, 2)"),
      avg_pool3d_case("padding does not count", {{1, 2, 5, 6, 5}}, 3,
                      {.stride = 2, .padding = 1, .ceil_mode = true, .count_include_pad = false},
                      "3, stride=2, padding=1, ceil_mode=True, count_include_pad=False"),
      avg_pool3d_case("divisor 5", {{1, 2, 5, 6, 5}}, 3,
                      {.stride = 2, .padding = 1, .divisor_override = 5},
                      "3, stride=2, padding=1, divisor_override=5"),
      avg_pool3d_case("one volume", {{2, 4, 4, 5}}, {2, 1, 2}, {.stride = 1},
                      "(2, 1, 2), stride=1"),
      avg_pool3d_case("no volumes", {{0, 2, 4, 4, 4}}, 2, {}, "2"),
      refused(avg_pool3d_case("kernel too deep", {{1, 1, 3, 9, 9}}, 5, {}, ""),
              "avg_pool3d: the kernel covers 5 along the depth"),
      refused(avg_pool3d_case("kernel too high", {{1, 1, 9, 3, 9}}, 5, {}, ""),
              "avg_pool3d: the kernel covers 5 along the height"),
      refused(avg_pool3d_case("kernel too wide", {{1, 1, 9, 9, 3}}, 5, {}, ""),
              "avg_pool3d: the kernel covers 5 along the width"),
      refused(avg_pool3d_case("divisor 0", {{1, 1, 3, 3, 3}}, 2, {.divisor_override = 0}, ""),
              "avg_pool3d: divisor_override is 0; leave it out to divide by the size of the "
              "window"),
      refused(avg_pool3d_case("stride 0", {{1, 1, 3, 3, 3}}, 2, {.stride = {1, 0, 1}}, ""),
              "avg_pool3d: stride must be at least 1, got (1, 0, 1)"),
      refused(avg_pool3d_case("an image", {{3, 3, 3}}, 2, {}, ""),
              "avg_pool3d: input must be (N, C, D, H, W)"),
  };
}

}  // namespace limpid
