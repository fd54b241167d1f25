#pragma once
// Three sizes along depth, height and width; one number stands for all.

#include <cstdint>
#include <string>

namespace limpid {

/// {d, h, w}, or a single number for all three.
struct IntTriple {
  std::int64_t depth = 0, height = 0, width = 0;
  constexpr IntTriple() = default;
  constexpr IntTriple(std::int64_t all) : depth(all), height(all), width(all) {}
  constexpr IntTriple(std::int64_t d, std::int64_t h, std::int64_t w)
      : depth(d), height(h), width(w) {}
  friend constexpr bool operator==(const IntTriple&, const IntTriple&) = default;
};

/// "(3, 2, 1)".
inline std::string to_string(IntTriple t) {
  return "(" + std::to_string(t.depth) + ", " + std::to_string(t.height) + ", " +
         std::to_string(t.width) + ")";
}

}  // namespace limpid
