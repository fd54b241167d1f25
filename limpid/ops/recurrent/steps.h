#pragma once
// The order in which a recurrent layer goes through its sequence.

#include <cstdint>

namespace limpid {

/// Step k of `count`, counted in the order in which they are computed, is at position at(k).
struct Steps {
  std::int64_t count = 0;
  bool reverse = false;

  std::int64_t at(std::int64_t k) const { return reverse ? count - 1 - k : k; }
};

}  // namespace limpid
