#pragma once
// Convolution of every channel by itself: kernels along a run of pixels in channels-last order, one
// compilation a SIMD level. algorithm_depthwise_cpu.cpp says how maps are cut into runs.

#include <cstdint>

namespace limpid {

/// Up to three taps of a row of the kernel: `first` pixel q + i sees under the i-th what pixel q +
/// 1 sees under the one before, so that a loaded pixel serves all of them.
struct DepthwiseTaps {
  static constexpr int kMost = 3;
  std::int64_t count, x, w[kMost];  ///< where they begin, from the beginning of a line
};

/// A row of x, and the rows of the kernel through which the two rows of y see it: null if not.
struct DepthwiseLine {
  const float *x, *w[2];
};

/// Pixels that see the same taps, in two rows of y; the second is null if there is but one. Pixel q
/// of row r lies at y[r] + q * y_step, and sees line.x + taps.x + q * x_step; `channels` floats
/// each, side by side.
struct DepthwiseRun {
  std::int64_t pixels, channels, x_step, y_step, line_count, tap_count;
  const DepthwiseLine* lines;
  const DepthwiseTaps* taps;
  float* y[2];
};

/// One row of y: under tap t pixel q sees the pixel x[t] + q * x_step.
struct DepthwiseGradientRun {
  std::int64_t pixels, channels, taps;
  const float* const* x;
  float* const* w;
  std::int64_t x_step, y_step;
  const float* y;
};

struct DepthwiseKernels {
  /// y = bias + sum over lines and taps of w x
  void (*sum)(const DepthwiseRun& run, const float* bias);
  /// w[t] += sum over pixels of y x[t]
  void (*weight_gradient)(const DepthwiseGradientRun& run);
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
