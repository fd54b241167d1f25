#pragma once
// The windows of max_pool2d.

#include <array>
#include <span>

#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/ops/pooling/window.h"

namespace limpid {

/// Along height and width of images (..., H, W).
inline std::array<WindowAxis, 2> window_axes(const MaxPool2d& op,
                                             std::span<const std::int64_t> image) {
  const auto axis = [&](std::int64_t IntPair::*of, std::int64_t size) -> WindowAxis {
    return {size, op.kernel_size.*of, op.stride.*of, op.padding.*of, op.dilation.*of};
  };
  return {axis(&IntPair::height, image[image.size() - 2]), axis(&IntPair::width, image.back())};
}

}  // namespace limpid
