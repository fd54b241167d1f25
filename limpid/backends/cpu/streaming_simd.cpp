// Stores past the caches, one compilation a SIMD level. Where the processor has none (the code for
// other than x86), ordinary ones.

#include "limpid/backends/cpu/streaming.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

constexpr std::int64_t kLine = 64;

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

void copy(char* to, const char* from, std::int64_t bytes) {
  if (reinterpret_cast<std::uintptr_t>(to) % kLine == 0)
    for (; bytes >= kLine; bytes -= kLine, to += kLine, from += kLine) copy_line(to, from);
  __builtin_memcpy(to, from, static_cast<std::size_t>(bytes));
}

void finish() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

}  // namespace

extern const StreamLoops stream_loops;
constexpr StreamLoops stream_loops{&copy, &finish};

}  // namespace limpid::LIMPID_SIMD_LEVEL
