#pragma once
// Weighted sums of pixels of maps that lie channels-last: loops over the channels, of the SIMD
// level.

#include <cstdint>

#include "limpid/backends/cpu/simd.h"

namespace limpid {

/// Pixels that can make a pixel of the output: 4 by 4 of bicubic.
inline constexpr std::int64_t kMostPixels = 16;

template <class T>
struct PixelLoops {
  /// to[c] = the sum over k < count of weight[k] from[k][c], for c < n
  void (*gather)(const T* const* from, const T* weight, std::int64_t count, T* to, std::int64_t n);
  /// to[k][c] += weight[k] from[c]
  void (*spread)(const T* from, const T* weight, std::int64_t count, T* const* to, std::int64_t n);
};

struct AllPixelLoops {
  PixelLoops<float> f32;
  PixelLoops<double> f64;
  template <class T>
  const PixelLoops<T>& of() const {
    if constexpr (std::is_same_v<T, double>) return f64;
    else return f32;
  }
};

namespace baseline {
extern const AllPixelLoops pixel_loops;
}
namespace avx2 {
extern const AllPixelLoops pixel_loops;
}
namespace avx512 {
extern const AllPixelLoops pixel_loops;
}

/// The loops for this processor.
inline const AllPixelLoops& pixel_loops() {
  static const AllPixelLoops& chosen = at_level(simd_level(), LIMPID_LEVELS(pixel_loops));
  return chosen;
}

}  // namespace limpid
