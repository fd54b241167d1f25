#pragma once
// max_pool2d: the largest element of each window of an image, and where it was.

#include "limpid/core/int_pair.h"
#include "limpid/op/apply.h"

namespace limpid {

struct MaxPool2d {
  IntPair kernel_size = 1;
  IntPair stride = 0;  ///< 0: the kernel's size
  IntPair padding = 0;
  IntPair dilation = 1;
  bool ceil_mode = false;  ///< a last window may hang over the edge

  static constexpr OpDoc doc{
      .name = "max_pool2d",
      .title = "MaxPool2d",
      .summary = "Takes the largest element of each window of an image.",
      .formula = "y[n, c, i, j] = max over (u, v) of x[n, c, i s_h - p_h + u d_h, j s_w - p_w + v d_w]",
      .outputs = "values, indices",
      .shapes = "(N, C, H, W) or (C, H, W) -> the same with H' = (H + 2 p - d (k - 1) - 1) / s + 1; "
                "indices count elements of an image's plane, h W + w"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("kernel_size", &MaxPool2d::kernel_size),
                      field("stride", &MaxPool2d::stride), field("padding", &MaxPool2d::padding),
                      field("dilation", &MaxPool2d::dilation),
                      field("ceil_mode", &MaxPool2d::ceil_mode)};
  }

  std::array<Spec, 2> infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();

  IntPair step() const;  ///< stride, or the kernel's size where it is 0
};

/// In the order of torch.nn.functional.max_pool2d, after the kernel's size.
struct MaxPool2dOptions {
  IntPair stride = 0;  ///< 0: the kernel's size
  IntPair padding = 0;
  IntPair dilation = 1;
  bool ceil_mode = false;
};

/// Largest elements of windows of (N, C, H, W) or (C, H, W), any dtype but bool. Padding counts as
/// -infinity, so it never wins; NaN wins over everything; of equal elements the first one gets the
/// gradient. ShapeError, ValueError for sizes that do not fit.
Tensor max_pool2d(const Tensor& input, IntPair kernel_size, MaxPool2dOptions options = {});
/// The same, and the index (int64) of each winner in its image's plane.
Tensors max_pool2d_with_indices(const Tensor& input, IntPair kernel_size,
                                MaxPool2dOptions options = {});

}  // namespace limpid
