#pragma once
// Where the windows of adaptive poolings lie along one axis.

#include <cstdint>

namespace limpid {

struct AdaptiveAxis {
  std::int64_t size = 0, windows = 0;
  /// The first element of window `o`: floor(o size / windows), without overflow.
  std::int64_t first(std::int64_t o) const {
    return o * (size / windows) + o * (size % windows) / windows;
  }
  /// The element behind its last: ceil((o + 1) size / windows).
  std::int64_t last(std::int64_t o) const {
    return (o + 1) * (size / windows) + ((o + 1) * (size % windows) + windows - 1) / windows;
  }
};

}  // namespace limpid
