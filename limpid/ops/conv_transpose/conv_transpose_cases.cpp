#include "limpid/core/str.h"
#include "limpid/op/make_case.h"
#include "limpid/ops/conv_transpose/conv_transpose.h"

namespace limpid {

namespace {

template <class F>
Case conv_transpose_case(std::string name, const Shape& x, const Shape& w, std::int64_t outputs,
                         F call, const std::string& torch, bool bias, DType dtype = DType::f32) {
  return {.name = std::move(name),
          .inputs = {{.shape = x, .dtype = dtype},
                     {.shape = w, .dtype = dtype},
                     {.shape = {outputs}, .dtype = dtype, .defined = bias}},
          .call = [call](std::span<const Tensor> in) { return Tensors(call(in[0], in[1], in[2])); },
          .torch = torch};
}

Case conv_transpose1d_case(std::string name, const Shape& x, const Shape& w,
                           ConvTranspose1dOptions o, const std::string& torch = "",
                           bool bias = true) {
  return conv_transpose_case(
      std::move(name), x, w, w[1] * o.groups,
      [o](const Tensor& a, const Tensor& b, const Tensor& c) {
        return conv_transpose1d(a, b, c, o);
      },
      str("F.conv_transpose1d(a, b, c", torch, ")"), bias);
}
Case conv_transpose2d_case(std::string name, const Shape& x, const Shape& w,
                           ConvTranspose2dOptions o, const std::string& torch = "",
                           bool bias = true, DType dtype = DType::f32) {
  return conv_transpose_case(
      std::move(name), x, w, w[1] * o.groups,
      [o](const Tensor& a, const Tensor& b, const Tensor& c) {
        return conv_transpose2d(a, b, c, o);
      },
      str("F.conv_transpose2d(a, b, c", torch, ")"), bias, dtype);
}
Case conv_transpose3d_case(std::string name, const Shape& x, const Shape& w,
                           ConvTranspose3dOptions o, const std::string& torch = "",
                           bool bias = true) {
  return conv_transpose_case(
      std::move(name), x, w, w[1] * o.groups,
      [o](const Tensor& a, const Tensor& b, const Tensor& c) {
        return conv_transpose3d(a, b, c, o);
      },
      str("F.conv_transpose3d(a, b, c", torch, ")"), bias);
}
}  // namespace

std::vector<Case> ConvTranspose1d::cases() {
  return {
      conv_transpose1d_case("kernel 3", {2, 3, 5}, {3, 4, 3}, {}),
      conv_transpose1d_case("no bias", {2, 3, 5}, {3, 4, 3}, {}, "", false),
      conv_transpose1d_case("stride, padding and output padding", {2, 3, 5}, {3, 2, 4},
                            {.stride = 3, .padding = 2, .output_padding = 2},
                            ", stride=3, padding=2, output_padding=2"),
      conv_transpose1d_case("groups and dilation", {1, 4, 4}, {4, 3, 3},
                            {.stride = 2, .groups = 2, .dilation = 3},
                            ", stride=2, groups=2, dilation=3"),
      conv_transpose1d_case("one sequence", {3, 6}, {3, 2, 2}, {.stride = 2}, ", stride=2"),
      conv_transpose1d_case("batch of 0", {0, 3, 5}, {3, 4, 3}, {}),
      refused(conv_transpose1d_case("channels", {2, 4, 5}, {3, 4, 3}, {}),
              "conv_transpose1d: input has 4 channels but weight (3, 4, 3) expects 3 [input (2, 4, "
              "5), weight (3, 4, 3), bias (4,)]"),
      refused(conv_transpose1d_case("output padding", {2, 3, 5}, {3, 4, 3}, {.output_padding = 1}),
              "conv_transpose1d: output_padding 1 along the length must be smaller than the stride "
              "or the dilation; use at most 0"),
  };
}

std::vector<Case> ConvTranspose2d::cases() {
  Case bias = refused(conv_transpose2d_case("bias", {2, 3, 5, 4}, {3, 4, 3, 3}, {}),
                      "conv_transpose2d: bias must have shape (4,)");
  bias.inputs[2].shape = {3};
  Case mixed = refused(conv_transpose2d_case("two dtypes", {2, 3, 5, 4}, {3, 4, 3, 3}, {}),
                       "conv_transpose2d: input is float32 but bias is float64");
  mixed.inputs[2].dtype = DType::f64;
  return {
      conv_transpose2d_case("3x3", {2, 3, 5, 4}, {3, 4, 3, 3}, {}),
      conv_transpose2d_case("no bias", {2, 3, 5, 4}, {3, 4, 3, 3}, {}, "", false),
      conv_transpose2d_case(
          "all different", {2, 3, 4, 5}, {3, 2, 3, 2},
          {.stride = {2, 3}, .padding = {1, 0}, .output_padding = {1, 2}, .dilation = {2, 1}},
          ", stride=(2, 3), padding=(1, 0), output_padding=(1, 2), dilation=(2, 1)"),
      conv_transpose2d_case("groups", {2, 4, 4, 4}, {4, 3, 3, 3},
                            {.stride = 2, .padding = 1, .groups = 2},
                            ", stride=2, padding=1, groups=2"),
      conv_transpose2d_case("depthwise", {1, 3, 4, 4}, {3, 1, 3, 3},
                            {.stride = 2, .padding = 1, .output_padding = 1, .groups = 3},
                            ", stride=2, padding=1, output_padding=1, groups=3"),
      conv_transpose2d_case("one image", {3, 4, 4}, {3, 2, 2, 2}, {.stride = 2}, ", stride=2"),
      conv_transpose2d_case("output padding as large as the stride", {1, 2, 3, 4}, {2, 2, 2, 3},
                            {.padding = {1, 0}, .output_padding = {2, 1}, .dilation = {3, 2}},
                            ", padding=(1, 0), output_padding=(2, 1), dilation=(3, 2)"),
      conv_transpose2d_case("output padding beyond every tap", {1, 2, 3, 4}, {2, 2, 2, 3},
                            {.stride = {1, 2}, .output_padding = {2, 3}, .dilation = {3, 4}},
                            ", stride=(1, 2), output_padding=(2, 3), dilation=(3, 4)"),
      conv_transpose2d_case("batch of 0", {0, 3, 5, 4}, {3, 4, 3, 3}, {}),
      conv_transpose2d_case("f64", {2, 3, 5, 4}, {3, 4, 3, 3}, {.stride = 2}, ", stride=2", true,
                            DType::f64),
      refused(conv_transpose2d_case("channels", {2, 4, 5, 5}, {3, 4, 3, 3}, {}),
              "conv_transpose2d: input has 4 channels but weight (3, 4, 3, 3) expects 3"),
      refused(conv_transpose2d_case("inputs in groups", {2, 3, 5, 5}, {3, 4, 3, 3}, {.groups = 2}),
              "conv_transpose2d: weight (3, 4, 3, 3) has 3 inputs, which do not divide into 2"),
      refused(conv_transpose2d_case("output padding", {2, 3, 5, 5}, {3, 4, 3, 3},
                                    {.stride = 2, .output_padding = {1, 2}}),
              "conv_transpose2d: output_padding 2 along the width must be smaller than the stride "
              "or the dilation; use at most 1"),
      refused(conv_transpose2d_case("negative output padding", {2, 3, 5, 5}, {3, 4, 3, 3},
                                    {.output_padding = -1}),
              "conv_transpose2d: output_padding must be from 0 to 2^30, got (-1, -1)"),
      refused(
          conv_transpose2d_case("nothing left", {1, 1, 2, 5}, {1, 1, 2, 2}, {.padding = {2, 0}}),
          "conv_transpose2d: the output would have -1 elements along the height; use less "
          "padding"),
      refused(conv_transpose2d_case("empty image", {1, 1, 2, 0}, {1, 1, 2, 2}, {}),
              "conv_transpose2d: the input is empty along the width"),
      refused(conv_transpose2d_case("no groups", {1, 1, 2, 5}, {1, 1, 2, 2}, {.groups = 0}),
              "conv_transpose2d: groups must be at least 1"),
      refused(conv_transpose2d_case("a sequence", {5, 5}, {1, 1, 2, 2}, {}),
              "conv_transpose2d: input must be (N, C, height, width) or (C, height, width)"),
      refused(conv_transpose2d_case("weight of a sequence", {1, 1, 5, 5}, {1, 1, 2}, {}),
              "conv_transpose2d: weight must be (in channels, out channels / groups, height, "
              "width)"),
      std::move(bias),
      std::move(mixed),
  };
}

std::vector<Case> ConvTranspose3d::cases() {
  return {
      conv_transpose3d_case("one tap deep", {1, 1, 1, 2, 2}, {1, 1, 1, 2, 2}, {}),
      conv_transpose3d_case("3x3x3", {2, 2, 3, 4, 3}, {2, 3, 3, 3, 3}, {}),
      conv_transpose3d_case("no bias", {1, 2, 3, 2, 2}, {2, 3, 2, 2, 2}, {}, "", false),
      conv_transpose3d_case(
          "all different", {1, 2, 3, 4, 2}, {2, 3, 2, 3, 2},
          {.stride = {2, 1, 3},
           .padding = {1, 2, 0},
           .output_padding = {1, 0, 2},
           .dilation = {3, 1, 2}},
          ", stride=(2, 1, 3), padding=(1, 2, 0), output_padding=(1, 0, 2), dilation=(3, 1, 2)"),
      conv_transpose3d_case("groups", {2, 4, 2, 3, 3}, {4, 1, 2, 2, 2}, {.stride = 2, .groups = 2},
                            ", stride=2, groups=2"),
      conv_transpose3d_case("more output padding than padding", {1, 2, 2, 3, 2}, {2, 2, 2, 2, 3},
                            {.stride = 3, .padding = 1, .output_padding = 2},
                            ", stride=3, padding=1, output_padding=2"),
      conv_transpose3d_case("one volume", {2, 3, 3, 3}, {2, 2, 2, 2, 2},
                            {.stride = 2, .padding = 1}, ", stride=2, padding=1"),
      conv_transpose3d_case("output padding beyond every tap", {1, 2, 3, 2, 3}, {2, 2, 2, 2, 2},
                            {.output_padding = {2, 1, 0}, .dilation = {3, 2, 2}},
                            ", output_padding=(2, 1, 0), dilation=(3, 2, 2)"),
      conv_transpose3d_case("batch of 0", {0, 2, 3, 4, 3}, {2, 3, 3, 3, 3}, {}),
      refused(conv_transpose3d_case("output padding", {2, 2, 3, 3, 3}, {2, 3, 3, 3, 3},
                                    {.stride = 2, .output_padding = {2, 1, 1}}),
              "conv_transpose3d: output_padding 2 along the depth must be smaller than the stride"),
      refused(conv_transpose3d_case("nothing left", {1, 1, 2, 5, 5}, {1, 1, 2, 2, 2},
                                    {.padding = {2, 0, 0}}),
              "conv_transpose3d: the output would have -1 elements along the depth"),
  };
}

}  // namespace limpid
