#pragma once
// Sizes and operands of a two-dimensional convolution, as the ways to compute it share them.

#include <cstdint>

#include "limpid/core/view.h"

namespace limpid {

/// x is (batch, in_channels, height, width), w (out_channels, in_channels / groups, kernel_height,
/// kernel_width), y (batch, out_channels, out_height, out_width).
struct ConvolutionSizes {
  std::int64_t batch = 1, groups = 1, in_channels = 1, out_channels = 1;
  std::int64_t height = 1, width = 1, out_height = 1, out_width = 1;
  std::int64_t kernel_height = 1, kernel_width = 1;
  std::int64_t stride_height = 1, stride_width = 1;
  std::int64_t dilation_height = 1, dilation_width = 1;
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;  ///< padding with zeros

  std::int64_t group_inputs() const { return in_channels / groups; }
  std::int64_t group_outputs() const { return out_channels / groups; }
  std::int64_t image() const { return height * width; }  ///< pixels of a channel of x
  std::int64_t out_image() const { return out_height * out_width; }
  std::int64_t kernel() const { return kernel_height * kernel_width; }
  std::int64_t x_numel() const { return batch * in_channels * image(); }
  std::int64_t w_numel() const { return out_channels * group_inputs() * kernel(); }
  std::int64_t y_numel() const { return batch * out_channels * out_image(); }
  /// A 1x1 kernel with stride 1 and no padding: each group is a product of matrices as it stands.
  bool is_product() const {
    return kernel() == 1 && stride_height == 1 && stride_width == 1 &&
           (top | left | bottom | right) == 0;
  }
  /// Every channel by itself.
  bool is_depthwise() const { return groups == in_channels && groups == out_channels; }
  /// Multiplications and additions, two for each tap of the kernel.
  double flops() const {
    return 2.0 * static_cast<double>(y_numel()) * static_cast<double>(group_inputs() * kernel());
  }
  bool operator==(const ConvolutionSizes&) const = default;
};

/// What is computed; the other two operands are read. See ops/conv2d/conv2d.h.
enum class ConvolutionPass : std::uint8_t { forward, input_gradient, weight_gradient };

/// Dense operands of one element type. A map lies in the order of its axes (N, C, H, W), or
/// channels-last: (N, H, W, C).
struct Convolution {
  ConvolutionSizes sizes;
  void* x = nullptr;
  void* w = nullptr;
  void* y = nullptr;
  const void* bias = nullptr;  ///< forward only: out_channels numbers, or none
  bool x_channels_last = false, y_channels_last = false;
  DType dtype = DType::f32;
  const AnyView* given_w = nullptr;  ///< the weight that w is, or is a copy of, where it is read
  /// Forward only: runs over every stretch of finished elements of y, from any thread, the last
  /// step of what y is to be.
  void (*finish)(DType dtype, void* elements, std::int64_t count) = nullptr;
};

}  // namespace limpid
