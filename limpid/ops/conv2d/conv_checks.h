#pragma once
// Checks of the convolutions that are made of conv2d: along any number of axes, and transposed.

#include <span>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// With it every kernel fits: stands for padding "same" in the checks.
inline constexpr std::int64_t kAmplePadding = std::int64_t{1} << 30;

/// Arguments of a convolution, with one entry an axis.
struct ConvCall {
  std::span<const char* const> axes;  ///< "length", or "depth", "height", "width"
  Shape stride, padding, dilation;    ///< padding is that of each side
  std::int64_t groups = 1;
};

/// Throws as conv2d does, with the axis's name, for input (N, C, sizes...) or (C, sizes...), weight
/// (K, C / groups, kernel...) and bias (K,).
void check_convolution(const ConvCall& call, const Tensor& input, const Tensor& weight,
                       const Tensor& bias);

/// The same for a transposed convolution, whose weight is (C, K / groups, kernel...). Gives the
/// sizes of its output: (size - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1.
Shape check_transposed(const ConvCall& call, const Shape& output_padding, const Tensor& input,
                       const Tensor& weight, const Tensor& bias);

}  // namespace limpid
