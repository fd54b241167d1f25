#include "limpid/core/str.h"
#include "limpid/op/make_case.h"
#include "limpid/ops/max_unpool/max_unpool.h"

namespace limpid {

namespace {

Case max_unpool1d_case(std::string name, const Shape& shape, std::vector<double> indices,
                       std::int64_t kernel, MaxUnpool1dOptions o, const std::string& torch) {
  return {.name = std::move(name),
          .inputs = {{.shape = shape},
                     {.shape = shape, .dtype = DType::i64, .values = std::move(indices)}},
          .call =
              [=](std::span<const Tensor> in) {
                return Tensors(max_unpool1d(in[0], in[1], kernel, o));
              },
          .torch = str("F.max_unpool1d(a, b, ", torch, ")")};
}
Case max_unpool2d_case(std::string name, const Shape& shape, std::vector<double> indices,
                       IntPair kernel, MaxUnpool2dOptions o, const std::string& torch) {
  return {.name = std::move(name),
          .inputs = {{.shape = shape},
                     {.shape = shape, .dtype = DType::i64, .values = std::move(indices)}},
          .call =
              [=](std::span<const Tensor> in) {
                return Tensors(max_unpool2d(in[0], in[1], kernel, o));
              },
          .torch = str("F.max_unpool2d(a, b, ", torch, ")")};
}
Case max_unpool3d_case(std::string name, const Shape& shape, std::vector<double> indices,
                       IntTriple kernel, MaxUnpool3dOptions o, const std::string& torch) {
  return {.name = std::move(name),
          .inputs = {{.shape = shape},
                     {.shape = shape, .dtype = DType::i64, .values = std::move(indices)}},
          .call =
              [=](std::span<const Tensor> in) {
                return Tensors(max_unpool3d(in[0], in[1], kernel, o));
              },
          .torch = str("F.max_unpool3d(a, b, ", torch, ")")};
}
}  // namespace

std::vector<Case> MaxUnpool1d::cases() {
  return {
      max_unpool1d_case("pairs", {1, 2, 3}, {1, 2, 5, 0, 3, 4}, 2, {}, "2"),
      max_unpool1d_case("stride and padding", {2, 3}, {0, 3, 4, 1, 2, 4}, 3,
                        {.stride = 2, .padding = 1}, "3, stride=2, padding=1"),
      max_unpool1d_case("stride of 3", {1, 3}, {1, 4, 5}, 4, {.stride = 3, .padding = 2},
                        "4, stride=3, padding=2"),
      max_unpool1d_case("one element", {1, 1}, {0}, 1, {}, "1"),
      max_unpool1d_case("output size", {1, 1, 3}, {1, 2, 6}, 2, {.output_size = 7},
                        "2, output_size=(7,)"),
      refused(max_unpool1d_case("index outside", {1, 2, 3}, {1, 2, 5, 0, 6, 4}, 2, {}, ""),
              "max_unpool1d: index 6 at (0, 1, 1) is outside the output, whose planes have 6 "
              "elements"),
      refused(max_unpool1d_case("output size too far off", {1, 1, 3}, {1, 2, 5}, 2,
                                {.output_size = 8}, ""),
              "max_unpool1d: output_size 8 along the length must lie between 5 and 7"),
      refused(max_unpool1d_case("nothing left", {1, 1, 1}, {0}, 2, {.padding = 1}, ""),
              "max_unpool1d: the output would have 0 elements along the length"),
  };
}

std::vector<Case> MaxUnpool2d::cases() {
  Case integers =
      refused(max_unpool2d_case("indices of another dtype", {1, 1, 1, 1}, {0}, 2, {}, ""),
              "max_unpool2d: indices must be int64, got float32");
  integers.inputs[1].dtype = DType::f32;
  Case shapes =
      refused(max_unpool2d_case("indices of another shape", {1, 1, 1, 2}, {0, 1}, 2, {}, ""),
              "max_unpool2d: indices must have the shape of the input, (1, 1, 1, 2)");
  shapes.inputs[1].shape = {1, 1, 2, 1};
  return {
      max_unpool2d_case("2x2", {1, 2, 2, 2}, {0, 3, 9, 15, 5, 2, 8, 11}, 2, {}, "2"),
      max_unpool2d_case("stride and padding", {1, 2, 2}, {0, 2, 6, 8}, 3,
                        {.stride = {2}, .padding = 1}, "3, stride=2, padding=1"),
      max_unpool2d_case("output size", {1, 1, 2, 2}, {0, 3, 9, 24}, 2, {.output_size = {5, 5}},
                        "2, output_size=(5, 5)"),
      max_unpool2d_case("no images", {0, 1, 2, 2}, {}, 2, {}, "2"),
      refused(max_unpool2d_case("index outside", {1, 1, 1, 2}, {0, -1}, 2, {}, ""),
              "max_unpool2d: index -1 at (0, 0, 0, 1) is outside the output, whose planes have 8 "
              "elements"),
      refused(max_unpool2d_case("output size too far off", {1, 1, 2, 2}, {0, 3, 9, 15}, 2,
                                {.output_size = {4, 6}}, ""),
              "max_unpool2d: output_size 6 along the width must lie between 3 and 5"),
      refused(max_unpool2d_case("planes too large", {1, 1, 16, 16}, std::vector<double>(256),
                                1 << 30, {}, ""),
              "max_unpool2d: shape (1, 1, 17179869184, 17179869184) has more elements than can be "
              "addressed"),
      refused(max_unpool2d_case("stride 0", {1, 1, 1, 1}, {0}, 2, {.stride = {0}}, ""),
              "max_unpool2d: stride must be at least 1, got (0, 0)"),
      refused(max_unpool2d_case("a vector", {1}, {0}, 2, {}, ""),
              "max_unpool2d: input must be (N, C, H, W)"),
      std::move(integers),
      std::move(shapes),
  };
}

std::vector<Case> MaxUnpool3d::cases() {
  return {
      max_unpool3d_case("2x2x2", {1, 2, 1, 2, 1}, {0, 13, 7, 8}, 2, {}, "2"),
      max_unpool3d_case("stride and padding", {1, 2, 1, 2}, {0, 2, 6, 8}, {3, 1, 3},
                        {.stride = 2, .padding = {1, 0, 1}},
                        "(3, 1, 3), stride=2, padding=(1, 0, 1)"),
      max_unpool3d_case("output size", {1, 1, 1, 1, 2}, {0, 29}, 2, {.output_size = {2, 3, 5}},
                        "2, output_size=(2, 3, 5)"),
      refused(max_unpool3d_case("index outside", {1, 1, 1, 1, 2}, {0, 16}, 2, {}, ""),
              "max_unpool3d: index 16 at (0, 0, 0, 0, 1) is outside the output, whose planes have "
              "16 elements"),
      refused(max_unpool3d_case("output size too far off", {1, 1, 1, 1, 2}, {0, 1}, 2,
                                {.output_size = {4, 2, 4}}, ""),
              "max_unpool3d: output_size 4 along the depth must lie between 1 and 3"),
      refused(max_unpool3d_case("an image", {2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}, 2, {}, ""),
              "max_unpool3d: input must be (N, C, D, H, W)"),
  };
}

}  // namespace limpid
