#include "limpid/core/str.h"
#include "limpid/op/case.h"
#include "limpid/ops/conv3d/conv3d.h"

namespace limpid {

namespace {

Case conv3d_case(std::string name, const Shape& x, const Shape& w, Conv3dOptions o,
                 const std::string& torch, bool bias = true, DType dtype = DType::f32) {
  return {
      .name = std::move(name),
      .inputs = {{.shape = x, .dtype = dtype},
                 {.shape = w, .dtype = dtype},
                 {.shape = {w[0]}, .dtype = dtype, .defined = bias}},
      .call = [o](std::span<const Tensor> in) { return Tensors(conv3d(in[0], in[1], in[2], o)); },
      .torch = str("F.conv3d(a, b, c", torch, ")")};
}

Case refused_conv3d(std::string name, const Shape& x, const Shape& w, Conv3dOptions o,
                    std::string error) {
  Case c = conv3d_case(std::move(name), x, w, o, "");
  c.torch = "", c.error = std::move(error);
  return c;
}

}  // namespace

std::vector<Case> Conv3d::cases() {
  return {
      conv3d_case("3x3x3", {2, 2, 4, 5, 4}, {3, 2, 3, 3, 3}, {}, ""),
      conv3d_case("no bias", {1, 2, 3, 4, 4}, {3, 2, 2, 3, 3}, {}, "", false),
      conv3d_case("all different", {2, 2, 7, 6, 8}, {3, 2, 2, 3, 2},
                  {.stride = {2, 1, 3}, .padding = {1, 2, 0}, .dilation = {3, 1, 2}},
                  ", stride=(2, 1, 3), padding=(1, 2, 0), dilation=(3, 1, 2)"),
      conv3d_case("groups", {1, 4, 3, 4, 4}, {6, 2, 2, 2, 2}, {.padding = 1, .groups = 2},
                  ", padding=1, groups=2"),
      conv3d_case("depthwise", {1, 3, 4, 4, 4}, {3, 1, 3, 3, 3}, {.padding = 1, .groups = 3},
                  ", padding=1, groups=3"),
      conv3d_case("one volume", {2, 4, 4, 5}, {3, 2, 3, 2, 2}, {.stride = 2, .padding = 1},
                  ", stride=2, padding=1"),
      conv3d_case("less deep than the kernel is high", {1, 1, 2, 4, 5}, {1, 1, 1, 3, 4}, {}, ""),
      conv3d_case("1x1x1", {2, 3, 2, 3, 2}, {4, 3, 1, 1, 1}, {}, ""),
      conv3d_case("same", {1, 2, 3, 4, 5}, {2, 2, 2, 3, 4},
                  {.padding = "same", .dilation = {1, 2, 1}},
                  ", padding='same', dilation=(1, 2, 1)"),
      conv3d_case("valid", {1, 2, 3, 4, 5}, {2, 2, 2, 3, 4}, {.padding = "valid"},
                  ", padding='valid'"),
      conv3d_case("batch of 0", {0, 2, 3, 4, 4}, {3, 2, 2, 3, 3}, {}, ""),
      conv3d_case("f64", {1, 2, 4, 4, 4}, {3, 2, 3, 3, 3}, {.padding = 1}, ", padding=1", true,
                  DType::f64),
      conv3d_case("int64", {1, 2, 4, 4, 4}, {3, 2, 3, 3, 3}, {.padding = 1}, ", padding=1", true,
                  DType::i64),
      refused_conv3d(
          "channels", {8, 3, 4, 4, 4}, {2, 4, 3, 3, 3}, {},
          "conv3d: input has 3 channels but weight (2, 4, 3, 3, 3) expects 4 [input (8, 3, 4, "
          "4, 4), weight (2, 4, 3, 3, 3), bias (2,)]"),
      refused_conv3d("kernel too deep", {1, 1, 3, 9, 9}, {1, 1, 5, 2, 2}, {},
                     "conv3d: the kernel covers 5 along the depth (size 5, dilation 1)"),
      refused_conv3d("kernel too high", {1, 1, 9, 3, 9}, {1, 1, 2, 5, 2}, {},
                     "conv3d: the kernel covers 5 along the height"),
      refused_conv3d("kernel too wide", {1, 1, 9, 9, 3}, {1, 1, 2, 2, 5}, {},
                     "conv3d: the kernel covers 5 along the width"),
      refused_conv3d(
          "an image", {5, 5, 5}, {1, 1, 2, 2, 2}, {},
          "conv3d: input must be (N, C, depth, height, width) or (C, depth, height, width)"),
      refused_conv3d("stride 0", {1, 1, 4, 4, 4}, {1, 1, 2, 2, 2}, {.stride = {0, 1, 1}},
                     "conv3d: stride must be from 1 to 2^30, got (0, 1, 1)"),
      refused_conv3d("same with stride", {1, 1, 4, 4, 4}, {1, 1, 2, 2, 2},
                     {.stride = 2, .padding = "same"},
                     "conv3d: padding 'same' needs stride 1, got (2, 2, 2)"),
  };
}

}  // namespace limpid
