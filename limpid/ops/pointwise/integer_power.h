#pragma once
// Powers of integers.

#include <cstdint>
#include <type_traits>

namespace limpid {

/// x^y by repeated squaring, modulo 2^64. To a negative power only 1 and -1 have integer results;
/// for the others it is 0, as in PyTorch.
constexpr std::int64_t integer_power(std::int64_t x, std::int64_t y) {
  if (y < 0) return x == 1 ? 1 : x == -1 ? (y % 2 ? -1 : 1) : 0;
  auto square = static_cast<std::uint64_t>(x);
  std::uint64_t result = 1;
  for (; y > 0; y /= 2) {
    if (y % 2) result *= square;
    square *= square;
  }
  return static_cast<std::int64_t>(result);
}

}  // namespace limpid
