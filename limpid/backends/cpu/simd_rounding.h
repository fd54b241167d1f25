#pragma once
// Rounding to integers on batches, for *_simd.cpp files: the same text at every level, and the sign
// of 0 as in the C library.

#include <limits>

#include "limpid/backends/cpu/simd_math.h"

namespace limpid::LIMPID_SIMD_LEVEL {

/// To the nearest integer, halves to even: adding 2^fraction leaves no bits behind the point.
/// Numbers of that size, infinities and NaN stay.
template <class V>
inline V round_batch(V x) {
  using T = typename V::value_type;
  const V whole(T{1} / std::numeric_limits<T>::epsilon());  // 2^fraction
  const V size = xsimd::abs(x), sign = x & V(static_cast<T>(-0.0));
  return xsimd::select(size < whole, ((size + whole) - whole) | sign, x);
}
template <class V>
inline V floor_batch(V x) {
  using T = typename V::value_type;
  const V nearest = round_batch(x), sign = x & V(static_cast<T>(-0.0));
  return xsimd::select(nearest > x, (nearest - V(1)) | sign, nearest);
}
/// The sign is put back: -0.5 becomes -0.
template <class V>
inline V ceil_batch(V x) {
  using T = typename V::value_type;
  const V nearest = round_batch(x), sign = x & V(static_cast<T>(-0.0));
  return xsimd::select(nearest < x, (nearest + V(1)) | sign, nearest);
}
template <class V>
inline V trunc_batch(V x) {
  using T = typename V::value_type;
  return floor_batch(xsimd::abs(x)) | (x & V(static_cast<T>(-0.0)));
}

}  // namespace limpid::LIMPID_SIMD_LEVEL
