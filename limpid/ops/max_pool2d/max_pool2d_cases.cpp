#include <cmath>

#include "limpid/op/make_case.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"

namespace limpid {

namespace {

constexpr const char* kTail = ", return_indices=True)";

Case max_pool2d_case(std::string name, CaseInput input, MaxPool2d op, const std::string& torch,
                     bool smooth = true) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(op),
          .torch = "F.max_pool2d(a, " + torch + kTail,
          .smooth = smooth};
}
Case refused_max_pool2d(std::string name, CaseInput input, MaxPool2d op, std::string error) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(op),
          .error = std::move(error)};
}
MaxPool2d square(std::int64_t kernel, std::int64_t stride, std::int64_t padding = 0,
                 std::int64_t dilation = 1, bool ceil_mode = false) {
  return {kernel, stride, padding, dilation, ceil_mode};
}

}  // namespace

std::vector<Case> MaxPool2d::cases() {
  const Shape image{1, 1, 4, 4};
  std::vector<Case> all = {
      max_pool2d_case("2x2", {{2, 3, 6, 8}}, square(2, 2), "2"),
      max_pool2d_case("2x2 of odd sizes", {{1, 2, 7, 5}}, square(2, 2), "2"),
      max_pool2d_case("rounded up", {{1, 2, 7, 5}}, square(2, 2, 0, 1, true), "2, ceil_mode=True"),
      max_pool2d_case("3x3 overlapping, padded", {{1, 2, 7, 6}}, square(3, 2, 1),
                      "3, stride=2, padding=1"),
      max_pool2d_case("3x3 stride 1", {{2, 1, 5, 5}}, square(3, 1, 1), "3, stride=1, padding=1"),
      max_pool2d_case("wide kernel", {{1, 2, 5, 9}}, {{1, 3}, {1, 2}, {0, 1}, {1, 1}, false},
                      "(1, 3), stride=(1, 2), padding=(0, 1)"),
      max_pool2d_case("dilated", {{1, 2, 9, 8}}, square(2, 1, 1, 3),
                      "2, stride=1, padding=1, dilation=3"),
      max_pool2d_case("gaps between windows", {{1, 1, 9, 9}}, square(2, 3), "2, stride=3"),
      max_pool2d_case("rounded up with padding", {{1, 1, 6, 6}}, square(3, 3, 1, 1, true),
                      "3, stride=3, padding=1, ceil_mode=True"),
      max_pool2d_case("one pixel", {{1, 1, 1, 1}}, square(1, 1), "1"),
      max_pool2d_case("one image", {{3, 6, 6}}, square(2, 2), "2"),
      max_pool2d_case("rows longer than a vector", {{1, 2, 4, 75}}, square(2, 2), "2"),
      max_pool2d_case("channels last",
                      {.shape = {2, 70, 5, 6}, .arrangement = Arrangement::transposed},
                      square(3, 2, 1), "3, stride=2, padding=1", false),
      max_pool2d_case("one image, channels last",
                      {.shape = {70, 5, 6}, .arrangement = Arrangement::transposed}, square(2, 2),
                      "2", false),
      max_pool2d_case("no images", {{0, 2, 4, 4}}, square(2, 2), "2"),
      max_pool2d_case("padding does not win over negatives",
                      {.shape = {1, 1, 3, 3}, .low = -5, .high = -1}, square(3, 2, 1),
                      "3, stride=2, padding=1"),
      max_pool2d_case("the first of equals wins alone", {.shape = image, .low = 1, .high = 1},
                      square(3, 1), "3, stride=1", false),
      max_pool2d_case("NaN and infinities",
                      {.shape = image,
                       .values = {1, 1, kNan, 2, 1, 1, kNan, kNan, -kInf, -kInf, kInf, 3, -kInf,
                                  -kInf, 3, kInf}},
                      square(2, 2), "2", false),
      max_pool2d_case("-inf in padded windows",
                      {.shape = image,
                       .low = -kInf,
                       .high = -kInf,
                       .values = {-kInf, -kInf, -kInf, -kInf, -kInf, -kInf, -kInf, -kInf, -kInf,
                                  -kInf, -kInf, -kInf, -kInf, -kInf, -kInf, -kInf}},
                      square(2, 2, 1), "2, padding=1", false),
      max_pool2d_case("int32",
                      {.shape = {1, 2, 6, 6}, .dtype = DType::i32, .low = -100, .high = 100},
                      square(2, 2), "2"),
      max_pool2d_case("uint8", {.shape = {1, 2, 6, 6}, .dtype = DType::u8, .low = 0, .high = 255},
                      square(3, 2, 1), "3, stride=2, padding=1"),
      refused_max_pool2d(
          "kernel larger than the image", {image}, square(5, 5),
          "max_pool2d: the kernel covers 5 along the height (size 5, dilation 1) but the padded "
          "input has only 4"),
      refused_max_pool2d("rounded up to no window", {{1, 1, 2, 2}}, square(4, 2, 0, 1, true),
                         "the kernel covers 4 along the height"),
      refused_max_pool2d("padding of more than half", {image}, square(2, 2, 2), "use at most 1"),
      refused_max_pool2d("stride 0", {image}, square(2, 0),
                         "stride must be at least 1, got (0, 0)"),
      refused_max_pool2d("kernel 0", {image}, square(0, 1), "kernel_size must be at least 1"),
      refused_max_pool2d("negative padding", {image}, square(2, 2, -1),
                         "padding must be at least 0"),
      refused_max_pool2d("dilation 0", {image}, square(2, 2, 0, 0), "dilation must be at least 1"),
      refused_max_pool2d("huge dilation", {image}, square(2, 2, 0, std::int64_t{1} << 62),
                         "at most 2^30"),
      refused_max_pool2d("a window of padding alone", {{1, 1, 1}}, square(2, 1, 1, 3),
                         "the kernel covers 4 along the height"),
      refused_max_pool2d("a vector", {{4}}, square(2, 2),
                         "input must be (N, C, H, W) or (C, H, W), got shape (4,)"),
      refused_max_pool2d("no channels", {{1, 0, 4, 4}}, square(2, 2),
                         "dimension 1 of the input is empty"),
      refused_max_pool2d("bool", {.shape = image, .dtype = DType::boolean}, square(2, 2),
                         "input is bool"),
  };
  Case large = max_pool2d_case("large 2x2", {{32, 64, 56, 56}}, square(2, 2), "2");
  Case overlapping =
      max_pool2d_case("large 3x3", {{8, 64, 112, 112}}, square(3, 2, 1), "3, stride=2, padding=1");
  large.speed = overlapping.speed = true;
  all.push_back(large);
  all.push_back(overlapping);
  return all;
}

}  // namespace limpid
