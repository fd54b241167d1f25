#pragma once
// A line of the caches written past them, for *_simd.cpp files.

#include <cstdint>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

constexpr std::int64_t kLine = 64;

/// `to` is aligned to a line. Where the processor has no such stores (the code for other than x86),
/// an ordinary one.
[[gnu::always_inline]] inline void copy_line(char* to, const char* from) {
#if defined(__AVX512F__)
  _mm512_stream_si512(reinterpret_cast<__m512i*>(to), _mm512_loadu_si512(from));
#elif defined(__AVX2__)
  for (int i = 0; i < kLine; i += 32)
    _mm256_stream_si256(reinterpret_cast<__m256i*>(to + i),
                        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + i)));
#elif defined(__SSE2__)
  for (int i = 0; i < kLine; i += 16)
    _mm_stream_si128(reinterpret_cast<__m128i*>(to + i),
                     _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i)));
#else
  __builtin_memcpy(to, from, kLine);
#endif
}

}  // namespace

}  // namespace limpid::LIMPID_SIMD_LEVEL
