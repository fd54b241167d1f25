#pragma once
// The gradient of a weight as a product of matrices, from maps that lie channels-last.

#include "limpid/ops/conv2d/ladder.h"

namespace limpid {

/// Whether it is the fastest way to a weight's gradient where Winograd does not apply: measured
/// with AVX-512 against oneDNN, with strides and with few pixels.
inline bool patch_rows_are_fast(const ConvolutionSizes& s) {
  constexpr std::int64_t kWide = 32, kFewPixels = 256;
  const bool strided = s.stride_height > 1 || s.stride_width > 1;
  return s.groups == 1 && s.in_channels >= kWide &&
         (strided || s.batch * s.out_image() <= kFewPixels);
}

/// dW for one group, from maps that both lie channels-last.
void patch_rows_weight_gradient(const ConvProblem& problem, const Convolution& operands);

}  // namespace limpid
