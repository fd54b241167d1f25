// Matrices transposed in registers, one compilation a SIMD level.

#include "limpid/backends/cpu/simd_vector.h"
#include "limpid/backends/cpu/transpose.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

/// With kPast, p is aligned to a vector, and the caches are not asked.
template <bool kPast>
LIMPID_INLINE void store(float* p, const Vector& v) {
#if defined(__AVX512F__)
  if constexpr (kPast) return _mm512_stream_ps(p, reinterpret_cast<const __m512&>(v));
#elif defined(__AVX2__)
  if constexpr (kPast) return _mm256_stream_ps(p, reinterpret_cast<const __m256&>(v));
#elif defined(__SSE2__)
  if constexpr (kPast) return _mm_stream_ps(p, reinterpret_cast<const __m128&>(v));
#endif
  *reinterpret_cast<Unaligned*>(p) = v;
}

template <bool kPast>
LIMPID_INLINE void move_block(const float* from, std::int64_t from_row, float* to,
                              std::int64_t to_row) {
  Vector v[kLanes];
#pragma GCC unroll 16
  for (Vector& row : v) row = load(from), from += from_row;
  transpose_block(v);
#pragma GCC unroll 16
  for (const Vector& row : v) store<kPast>(to, row), to += to_row;
}

template <bool kPast>
void transpose(std::int64_t rows, std::int64_t columns, const float* from, std::int64_t from_row,
               float* to, std::int64_t to_row) {
  for (std::int64_t i = 0; i < rows; i += kLanes)
    for (std::int64_t j = 0; j < columns; j += kLanes) {
      if (i + kLanes <= rows && j + kLanes <= columns) {
        move_block<kPast>(from + i * from_row + j, from_row, to + j * to_row + i, to_row);
        continue;
      }
      for (std::int64_t p = i; p < rows && p < i + kLanes; ++p)
        for (std::int64_t q = j; q < columns && q < j + kLanes; ++q)
          to[q * to_row + p] = from[p * from_row + q];
    }
}

}  // namespace

extern const TransposeLoops transpose_loops;
constexpr TransposeLoops transpose_loops{&transpose<false>, &transpose<true>};

}  // namespace limpid::LIMPID_SIMD_LEVEL
