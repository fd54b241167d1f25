#pragma once
// Convolutions as products of matrices, from maps that lie channels-last.

#include "limpid/ops/conv2d/ladder.h"

namespace limpid {

/// Whether they are the fastest way to a gradient, which is where Winograd does not serve: with
/// strides; and where the image has at least twice as many pixels as the output, since its gradient
/// as a convolution would mostly read padding. Measured with AVX-512 against oneDNN.
inline bool patch_rows_are_fast(const ConvolutionSizes& s, ConvolutionPass pass) {
  if (s.groups != 1 || pass == ConvolutionPass::forward) return false;
  const bool strides = s.stride_height > 1 || s.stride_width > 1;
  if (pass == ConvolutionPass::weight_gradient) return strides && s.in_channels >= 32;
  if (s.height == 1) return false;  // threads share the rows of the image
  if (strides) return s.in_channels >= 64 && s.out_channels >= 64;
  return 2 * s.out_image() <= s.image() && s.in_channels >= 16 && s.out_channels >= 16;
}

/// The same for bfloat16, all passes, where AMX multiplies: an image that is small beside its
/// channels takes oneDNN's convolution as long as reading the weights, for each image again.
/// Measured on a Sapphire Rapids Xeon: docs/performance.md.
bool bf16_patch_rows_suit(const ConvolutionSizes& s, ConvolutionPass pass);
/// Whether they suit, and this processor has AMX.
bool bf16_patch_rows_are_fast(const ConvolutionSizes& s, ConvolutionPass pass);

/// All passes (dX with strides of 1) for bfloat16 and one group. False, and nothing is done, where
/// a zero of the padding might meet an infinity or NaN and make NaN that the definition does not.
bool patch_rows_bf16(const ConvProblem& problem, const Convolution& operands);

/// dX or dW for one group. Maps that lie in NCHW are copied.
void patch_rows_gradient(const ConvProblem& problem, const Convolution& operands);

}  // namespace limpid
