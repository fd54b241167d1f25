// Convolution by oneDNN, which makes machine code for the very shape: the sum is taken over blocks
// of 16 channels at a time (nChw16c), so that a vector holds the same pixel of 16 output channels,
// each loaded pixel serves all of them, and no patch is ever copied. (Georganas et al., Anatomy of
// High-Performance Deep Learning Convolutions on SIMD Architectures, 2018.)
// Its operands are re-laid into that order and back, which small convolutions do not win back.

#include "limpid/config.h"
#include "limpid/core/str.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/conv2d/patch_rows.h"
#if LIMPID_HAS_ONEDNN
#include "limpid/backends/cpu/onednn.h"
#endif

namespace limpid {

namespace {

std::string cannot([[maybe_unused]] const ConvProblem& p) {
#if LIMPID_HAS_ONEDNN
  if (p.dtype == DType::bf16)
    return onednn_has_bf16() ? "" : "this processor has no instructions for bfloat16";
  if (p.dtype != DType::f32) return str("oneDNN computes float32, not ", p.dtype);
  return "";
#else
  return "this build has no oneDNN (LIMPID_ONEDNN=OFF)";
#endif
}

// Measured on one core with AVX-512, against im2col.
std::string rather_not(const ConvProblem& p) {
  const ConvolutionSizes& s = p.sizes;
  constexpr double kLeast = 2e5;  // a call with its reorders costs several microseconds
  if (s.flops() < kLeast) return "so little work that calling oneDNN costs more than computing";
  if (p.dtype == DType::bf16)
    return bf16_patch_rows_are_fast(s, p.pass)
               ? "one product over the patches of all pixels is faster"
               : "";
  if (s.is_product())
    return "a 1x1 kernel is one product of matrices, without patches to copy or layouts to change";
  if (patch_rows_are_fast(s, p.pass)) return "one product over the patches of all pixels is faster";
  if (p.pass == ConvolutionPass::input_gradient && s.group_inputs() < 8 && s.group_outputs() > 1)
    return "the gradient has so few channels that most of each vector would be idle";
  return "";
}

void run([[maybe_unused]] const ConvProblem& p, [[maybe_unused]] const Convolution& c) {
#if LIMPID_HAS_ONEDNN
  onednn_convolution(c, p.pass);
  finish_map(c);
#endif
}

}  // namespace

extern const ConvRung kConvDirect{"direct", "oneDNN: code made for the shape, blocks of channels",
                                  &run, &cannot, &rather_not};

}  // namespace limpid
