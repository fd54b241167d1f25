#include "limpid/core/str.h"
#include "limpid/op/case.h"
#include "limpid/ops/conv1d/conv1d.h"

namespace limpid {

namespace {

Case conv1d_case(std::string name, const Shape& x, const Shape& w, Conv1dOptions o,
                 const std::string& torch, bool bias = true, DType dtype = DType::f32) {
  return {
      .name = std::move(name),
      .inputs = {{.shape = x, .dtype = dtype},
                 {.shape = w, .dtype = dtype},
                 {.shape = {w.rank() ? w[0] : 1}, .dtype = dtype, .defined = bias}},
      .call = [o](std::span<const Tensor> in) { return Tensors(conv1d(in[0], in[1], in[2], o)); },
      .torch = str("F.conv1d(a, b, c", torch, ")")};
}

Case refused_conv1d(std::string name, const Shape& x, const Shape& w, Conv1dOptions o,
                    std::string error) {
  Case c = conv1d_case(std::move(name), x, w, o, "");
  c.torch = "", c.error = std::move(error);
  return c;
}

}  // namespace

std::vector<Case> Conv1d::cases() {
  Case bias = refused_conv1d("bias", {1, 2, 5}, {3, 2, 2}, {}, "conv1d: bias must have shape (3,)");
  bias.inputs[2].shape = {2};
  Case mixed = refused_conv1d("two dtypes", {1, 2, 5}, {3, 2, 2}, {},
                              "conv1d: input is float32 but weight is float64");
  mixed.inputs[1].dtype = DType::f64;
  return {
      conv1d_case("kernel 3", {2, 3, 9}, {4, 3, 3}, {}, ""),
      conv1d_case("no bias", {2, 3, 9}, {4, 3, 3}, {}, "", false),
      conv1d_case("stride and padding", {2, 3, 10}, {4, 3, 4}, {.stride = 3, .padding = 2},
                  ", stride=3, padding=2"),
      conv1d_case("dilation", {1, 2, 11}, {3, 2, 3}, {.padding = 1, .dilation = 4},
                  ", padding=1, dilation=4"),
      conv1d_case("groups", {2, 6, 7}, {4, 3, 2}, {.groups = 2}, ", groups=2"),
      conv1d_case("depthwise", {2, 5, 9}, {5, 1, 3}, {.padding = 1, .groups = 5},
                  ", padding=1, groups=5"),
      conv1d_case("one sequence", {3, 8}, {2, 3, 3}, {.padding = 1}, ", padding=1"),
      conv1d_case("kernel as long as the sequence", {2, 3, 4}, {5, 3, 4}, {}, ""),
      conv1d_case("same", {2, 2, 7}, {3, 2, 4}, {.padding = "same", .dilation = 2},
                  ", padding='same', dilation=2"),
      conv1d_case("valid", {2, 2, 7}, {3, 2, 4}, {.stride = 2, .padding = "valid"},
                  ", stride=2, padding='valid'"),
      conv1d_case("batch of 0", {0, 3, 5}, {4, 3, 3}, {}, ""),
      conv1d_case("f64", {2, 3, 9}, {4, 3, 3}, {.padding = 1}, ", padding=1", true, DType::f64),
      conv1d_case("int64", {2, 3, 9}, {4, 3, 3}, {.padding = 1}, ", padding=1", true, DType::i64),
      refused_conv1d(
          "channels", {8, 3, 32}, {64, 4, 3}, {},
          "conv1d: input has 3 channels but weight (64, 4, 3) expects 4 [input (8, 3, 32), "
          "weight (64, 4, 3), bias (64,)]"),
      refused_conv1d(
          "kernel too long", {1, 1, 3}, {1, 1, 5}, {},
          "conv1d: the kernel covers 5 along the length (size 5, dilation 1) but the padded "
          "input has only 3"),
      refused_conv1d("an image", {1, 2, 5, 5, 5}, {3, 2, 2}, {},
                     "conv1d: input must be (N, C, length) or (C, length)"),
      refused_conv1d("weight of an image", {1, 2, 5}, {3, 2, 2, 2}, {},
                     "conv1d: weight must be (out channels, in channels / groups, length)"),
      refused_conv1d("stride 0", {1, 1, 4}, {1, 1, 2}, {.stride = 0},
                     "conv1d: stride must be from 1 to 2^30, got 0"),
      refused_conv1d("dilation 0", {1, 1, 4}, {1, 1, 2}, {.dilation = 0},
                     "conv1d: dilation must be"),
      refused_conv1d("dilation 0 with same", {1, 1, 4}, {1, 1, 2},
                     {.padding = "same", .dilation = 0}, "conv1d: dilation must be"),
      refused_conv1d("huge dilation with same", {1, 1, 4}, {1, 1, 2},
                     {.padding = "same", .dilation = std::int64_t{1} << 62},
                     "conv1d: dilation must be from 1 to 2^30, got 4611686018427387904"),
      refused_conv1d("negative padding", {1, 1, 4}, {1, 1, 2}, {.padding = -1},
                     "conv1d: padding must be from 0"),
      refused_conv1d("huge padding", {1, 1, 4}, {1, 1, 2}, {.padding = std::int64_t{1} << 62},
                     "conv1d: padding must be from 0 to 2^30, got 4611686018427387904"),
      refused_conv1d("no groups", {1, 1, 4}, {1, 1, 2}, {.groups = 0},
                     "conv1d: groups must be at least"),
      refused_conv1d("outputs in groups", {1, 4, 5}, {3, 2, 3}, {.groups = 2},
                     "conv1d: weight (3, 2, 3) has 3 outputs, which do not divide into 2 groups"),
      refused_conv1d("same with stride", {1, 1, 4}, {1, 1, 2}, {.stride = 2, .padding = "same"},
                     "conv1d: padding 'same' needs stride 1, got 2"),
      refused_conv1d("empty kernel", {1, 1, 4}, {1, 1, 0}, {}, "conv1d: weight (1, 1, 0) is empty"),
      std::move(bias),
      std::move(mixed),
  };
}

}  // namespace limpid
