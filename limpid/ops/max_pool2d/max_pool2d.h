#pragma once
// The largest element of every window of an image, and its place.

#include "limpid/core/int_pair.h"
#include "limpid/core/optional_sizes.h"
#include "limpid/op/apply.h"

namespace limpid {

struct MaxPool2d {
  IntPair kernel_size = 1;
  IntPair stride = 1;
  IntPair padding = 0;     ///< around the image, of elements that never win
  IntPair dilation = 1;    ///< distance between the elements of a window
  bool ceil_mode = false;  ///< windows that reach beyond the end count too

  static constexpr OpDoc doc{
      .name = "max_pool2d",
      .title = "MaxPool2d",
      .summary = "The largest element of every window of an image, and its place.",
      .formula = "y[n,c,oy,ox] = max over i, j of x[n, c, oy*stride + i*dilation - padding, ...]",
      .outputs = "values, indices",
      .shapes =
          "(N, C, H, W) or (C, H, W) -> twice (N, C, OH, OW), OH = floor((H + 2 padding - dilation "
          "(kernel - 1) - 1) / stride) + 1; ceil_mode rounds up"};
  static constexpr OpTraits traits{.keeps_layout = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("kernel_size", &MaxPool2d::kernel_size),
                      field("stride", &MaxPool2d::stride), field("padding", &MaxPool2d::padding),
                      field("dilation", &MaxPool2d::dilation),
                      field("ceil_mode", &MaxPool2d::ceil_mode)};
  }

  std::array<Spec, 2> infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// In PyTorch's argument order.
struct MaxPool2dOptions {
  OptionalSizes<IntPair> stride = std::nullopt;  ///< left out: as large as the kernel
  IntPair padding = 0;
  IntPair dilation = 1;
  bool ceil_mode = false;
};

struct MaxPool2dResult {
  Tensor values, indices;  ///< indices: row * W + column in the plane of the input, int64
};

/// Input (N, C, H, W) or (C, H, W), any dtype but bool: max_pool2d(x, 2), max_pool2d(x, 3, {.stride
/// = 2}). NaN wins over numbers; of equal elements the first of the window wins and alone gets the
/// gradient. ValueError names an option out of range, ShapeError a kernel that does not fit.
Tensor max_pool2d(const Tensor& input, IntPair kernel_size, MaxPool2dOptions options = {});
/// With the places of the winners.
MaxPool2dResult max_pool2d_with_indices(const Tensor& input, IntPair kernel_size,
                                        MaxPool2dOptions options = {});

}  // namespace limpid
