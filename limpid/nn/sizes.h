#pragma once
// Sizes along one, two or three axes, for layers that come in all three.

#include <optional>
#include <type_traits>

#include "limpid/core/int_pair.h"
#include "limpid/core/int_triple.h"
#include "limpid/core/shape.h"
#include "limpid/core/str.h"

namespace limpid::nn {

inline Shape as_shape(std::int64_t n) { return {n}; }
inline Shape as_shape(IntPair p) { return {p.height, p.width}; }
inline Shape as_shape(IntTriple t) { return {t.depth, t.height, t.width}; }

/// The reverse, by the type that is wanted.
template <class Sizes>
Sizes from_shape(const Shape& s) {
  if constexpr (std::is_same_v<Sizes, IntTriple>) return {s[0], s[1], s[2]};
  else if constexpr (std::is_same_v<Sizes, IntPair>) return {s[0], s[1]};
  else return s[0];
}

/// One number where all are equal, as PyTorch keeps what it was given; else "(2, 1)".
inline std::string sizes_text(const Shape& sizes) {
  for (std::int64_t size : sizes)
    if (size != sizes[0]) return str(sizes);
  return str(sizes[0]);
}
template <class Sizes>
std::string sizes_text(const Sizes& sizes) {
  return sizes_text(as_shape(sizes));
}

}  // namespace limpid::nn
