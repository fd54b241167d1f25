#pragma once
// How a formula runs along a dense row, for *_simd.cpp files: sums of terms, and maps.

#include "limpid/backends/cpu/simd_lanes.h"

namespace limpid::LIMPID_SIMD_LEVEL {

/// Lanes before n: 0 elsewhere, for terms that are not 0 where the row has ended.
template <class T>
inline Batch<T> keep_first(Batch<T> v, std::int64_t n) {
  alignas(64) T lanes[kWidth<T>];
  store_partial<T>(lanes, v, n);
  return load_partial<T>(lanes, n);
}

/// The sum over i of term(i), four batches at a time. term(i, left) gives a batch of terms that
/// begins with number i; lanes from `left` on must be 0.
template <class T, class Term>
inline T sum_terms(std::int64_t n, Term term) {
  constexpr std::int64_t w = kWidth<T>;
  Batch<T> a(T(0)), b(T(0)), c(T(0)), d(T(0));
  std::int64_t i = 0;
  for (; i + 4 * w <= n; i += 4 * w) {
    a += term(i, w);
    b += term(i + w, w);
    c += term(i + 2 * w, w);
    d += term(i + 3 * w, w);
  }
  for (; i + w <= n; i += w) a += term(i, w);
  if (i < n) b += term(i, n - i);
  return add_lanes<T>((a + b) + (c + d));
}

/// Asks for what a loop at x, in a row of n, reads in the next row: reads of memory go on while the
/// loop computes and writes. Rows often lie one behind the other; where they do not nothing is
/// lost.
template <class T>
inline void fetch_next(const T* x, std::int64_t n) {
  // What is asked for has to stay in the second cache until then.
  constexpr std::int64_t kFurthest = 65536 / sizeof(T);           // mutate: equivalent -- speed
  __builtin_prefetch(x + (n < kFurthest ? n : kFurthest), 0, 2);  // mutate: equivalent -- speed
}

template <class T>
inline Batch<T> load(const T* x, std::int64_t left) {
  return left < kWidth<T> ? load_partial<T>(x, left) : Batch<T>::load_unaligned(x);
}
template <class T>
inline void store(T* y, Batch<T> v, std::int64_t left) {
  if (left < kWidth<T>) store_partial<T>(y, v, left);
  else v.store_unaligned(y);
}

/// y[i] = f(i, left) for all i, a batch at a time.
template <class T, class F>
inline void map(std::int64_t n, T* y, F f) {
  std::int64_t i = 0;
  for (; i + kWidth<T> <= n; i += kWidth<T>) f(i, kWidth<T>).store_unaligned(y + i);
  if (i < n) store_partial<T>(y + i, f(i, n - i), n - i);
}

}  // namespace limpid::LIMPID_SIMD_LEVEL
