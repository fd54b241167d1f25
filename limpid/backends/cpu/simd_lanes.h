#pragma once
// One number from the lanes of a batch, in log2(lanes) steps that stay in registers, for *_simd.cpp
// files.

#include <utility>

#include "limpid/backends/cpu/simd_batch.h"

namespace limpid::LIMPID_SIMD_LEVEL {

/// Joins every lane with the one that is H away, then H / 2, ...: lane 0 of that.
template <int H, class Vector, class Join, std::size_t... I>
inline auto fold_lanes(Vector x, Join join, std::index_sequence<I...> lanes) {
  if constexpr (H == 0) return x[0];
  else return fold_lanes<H / 2>(join(x, __builtin_shufflevector(x, x, (I ^ H)...)), join, lanes);
}

template <class T, class Join>
inline T fold_lanes(Batch<T> v, Join join) {
  typedef T Vector __attribute__((vector_size(kWidth<T> * sizeof(T))));
  const typename Batch<T>::register_type lanes = v;
  Vector x;
  __builtin_memcpy(&x, &lanes, sizeof(x));
  return fold_lanes<kWidth<T> / 2>(x, join, std::make_index_sequence<kWidth<T>>());
}

template <class T>
inline T add_lanes(Batch<T> v) {
  return fold_lanes<T>(v, [](auto a, auto b) { return a + b; });
}

/// The largest lane; a NaN may be passed over, or be what is found.
template <class T>
inline T max_lanes(Batch<T> v) {
  return fold_lanes<T>(v, [](auto a, auto b) { return a > b ? a : b; });
}

}  // namespace limpid::LIMPID_SIMD_LEVEL
