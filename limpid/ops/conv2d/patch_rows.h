#pragma once
// The gradient of a weight as a product of matrices, from maps that lie channels-last.

#include "limpid/ops/conv2d/ladder.h"

namespace limpid {

/// Whether it is the fastest way to the gradient of a weight: with strides, for which Winograd does
/// not serve. Measured with AVX-512 against oneDNN.
inline bool patch_rows_are_fast(const ConvolutionSizes& s) {
  constexpr std::int64_t kWide = 32;
  return s.groups == 1 && s.in_channels >= kWide && (s.stride_height > 1 || s.stride_width > 1);
}

/// dW for one group, from maps that both lie channels-last.
void patch_rows_weight_gradient(const ConvProblem& problem, const Convolution& operands);

}  // namespace limpid
