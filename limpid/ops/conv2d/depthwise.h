#pragma once
// Convolution of every channel by itself: kernels along a run of pixels in channels-last order, one
// compilation a SIMD level. algorithm_depthwise_cpu.cpp says how maps are cut into runs.

#include <cstdint>

namespace limpid {

/// Pixels that see the same taps. Pixel q lies at y + q * y_step, and under tap t it sees the pixel
/// x[t] + q * x_step and the weights w[t], `channels` floats each, side by side.
struct DepthwiseRun {
  std::int64_t pixels, channels, taps;
  const float* const* x;
  float* const* w;
  std::int64_t x_step, y_step;
  float* y;
};

struct DepthwiseKernels {
  /// y = bias + sum over t of w[t] x[t]
  void (*sum)(const DepthwiseRun& run, const float* bias);
  /// w[t] += sum over pixels of y x[t]
  void (*weight_gradient)(const DepthwiseRun& run);
};

namespace baseline {
extern const DepthwiseKernels depthwise_kernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const DepthwiseKernels depthwise_kernels;
}
namespace avx512 {
extern const DepthwiseKernels depthwise_kernels;
}
#endif

}  // namespace limpid
