#pragma once
// Two sizes along height and width; one number stands for both.

#include <cstdint>
#include <string>

namespace limpid {

/// {h, w}, or a single number for both: `.stride = 2`, `.stride = {2, 1}`.
struct IntPair {
  std::int64_t height = 0, width = 0;
  constexpr IntPair() = default;
  constexpr IntPair(std::int64_t both) : height(both), width(both) {}
  constexpr IntPair(std::int64_t h, std::int64_t w) : height(h), width(w) {}
  friend constexpr bool operator==(const IntPair&, const IntPair&) = default;
};

/// "(2, 1)".
inline std::string to_string(IntPair p) {
  return "(" + std::to_string(p.height) + ", " + std::to_string(p.width) + ")";
}

}  // namespace limpid
