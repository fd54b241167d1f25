#pragma once
// Where the elements of a padded axis come from.

#include <algorithm>
#include <string_view>
#include <vector>

#include "limpid/core/shape.h"

namespace limpid {

struct PadAxis {
  enum class Mode : std::uint8_t { constant, reflect, replicate, circular };
  Mode mode = Mode::constant;
  std::int64_t size = 0;    ///< of the input
  std::int64_t before = 0;  ///< elements put in front; negative: taken away
  std::int64_t padded = 0;  ///< size of the output

  bool changes() const { return before != 0 || padded != size; }
  /// The place in the input that output element i shows; -1 where the constant stands.
  std::int64_t source(std::int64_t i) const {
    const std::int64_t k = i - before;
    if (k >= 0 && k < size) return k;
    if (mode == Mode::constant) return -1;
    if (mode == Mode::reflect) return k < 0 ? -k : 2 * (size - 1) - k;
    if (mode == Mode::replicate) return k < 0 ? 0 : size - 1;
    return k < 0 ? k + size : k - size;
  }
};

/// The axes of a tensor of `shape`, all of them. `pad`: (before, after) of the last axis, then of
/// the one before it, ... Throws ValueError and ShapeError where that cannot be.
std::vector<PadAxis> pad_axes(const Shape& shape, const Shape& pad, std::string_view mode);

/// Shape of the padded tensor.
inline Shape padded_shape(const std::vector<PadAxis>& axes) {
  Shape out;
  for (const PadAxis& axis : axes) out.push_back(axis.padded);
  return out;
}

}  // namespace limpid
