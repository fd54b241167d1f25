#pragma once
// The windows of avg_pool2d, and by what each is divided.

#include <algorithm>
#include <array>
#include <span>

#include "limpid/ops/avg_pool2d/avg_pool2d.h"
#include "limpid/ops/pooling/window.h"

namespace limpid {

/// Along height and width of images (..., H, W).
inline std::array<WindowAxis, 2> window_axes(const AvgPool2d& op,
                                             std::span<const std::int64_t> image) {
  const auto axis = [&](std::int64_t IntPair::*of, std::int64_t size) -> WindowAxis {
    return {size, op.kernel_size.*of, op.stride.*of, op.padding.*of, 1};
  };
  return {axis(&IntPair::height, image[image.size() - 2]), axis(&IntPair::width, image.back())};
}

/// How many elements of window `o` count: those of the image, or with the padding's zeros, but
/// never what ceil_mode adds beyond the padding.
inline std::int64_t counted(const WindowAxis& axis, std::int64_t o, bool padding) {
  if (!padding) return axis.last(o) - axis.first(o);
  const std::int64_t start = axis.place(o, 0);
  return std::min(start + axis.kernel, axis.size + axis.padding) - start;
}

}  // namespace limpid
