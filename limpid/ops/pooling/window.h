#pragma once
// Where the windows of a pooling lie along one axis.

#include <algorithm>
#include <cstdint>

#include "limpid/core/int_pair.h"
#include "limpid/core/int_triple.h"

namespace limpid {

struct WindowAxis {
  std::int64_t size = 0, kernel = 1, stride = 1, padding = 0, dilation = 1;

  /// Number of windows; below 1 when the kernel does not fit.
  std::int64_t windows(bool ceil_mode) const {
    const std::int64_t room = size + 2 * padding - dilation * (kernel - 1) - 1;
    if (room < 0 && (!ceil_mode || room + stride - 1 < 0)) return 0;
    const std::int64_t count = (room + (ceil_mode ? stride - 1 : 0)) / stride + 1;
    // The last window must begin in the image or in the padding before it.
    return ceil_mode && (count - 1) * stride >= size + padding ? count - 1 : count;
  }
  /// Place of element k of window `o`; it may lie in the padding.
  std::int64_t place(std::int64_t o, std::int64_t k) const {
    return o * stride - padding + k * dilation;
  }
  /// The first k of window `o` that lies in the image.
  std::int64_t first(std::int64_t o) const {
    const std::int64_t outside = padding - o * stride;  // elements before the image
    return outside > 0 ? (outside + dilation - 1) / dilation : 0;
  }
  /// The first k behind the image, or the end of the kernel.
  std::int64_t last(std::int64_t o) const {
    const std::int64_t left = size - place(o, 0);
    return std::min(kernel, left > 0 ? (left + dilation - 1) / dilation : 0);
  }
  /// Windows [begin, end) whose element k lies in the image.
  std::int64_t begin(std::int64_t k) const {
    const std::int64_t outside = padding - k * dilation;
    return outside > 0 ? (outside + stride - 1) / stride : 0;
  }
  std::int64_t end(std::int64_t k, std::int64_t count) const {
    const std::int64_t left = size + padding - k * dilation;  // more than 0: k is before last(0)
    return std::min(count, (left + stride - 1) / stride);
  }
};

/// ValueError unless all are from `least` to 2^30.
void check_window_number(std::int64_t value, const char* name, std::int64_t least);
void check_window_pair(IntPair pair, const char* name, std::int64_t least);
void check_window_triple(IntTriple triple, const char* name, std::int64_t least);
/// Checks the windows along the axis of that name; gives their number. ValueError for more padding
/// than half a window, ShapeError for a kernel that does not fit.
std::int64_t check_windows(const WindowAxis& axis, const char* name, bool ceil_mode);

}  // namespace limpid
