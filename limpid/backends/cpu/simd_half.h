#pragma once
// The 16-bit floats for *_simd.cpp files: widened to float in blocks and rounded back.

#include "limpid/backends/cpu/simd_batch.h"
#if !defined(__F16C__)
#include "limpid/core/half.h"
#endif

namespace limpid::LIMPID_SIMD_LEVEL {

/// Elements as they are stored. (limpid::Half would bring inline functions that units share.)
struct Float16 {
  std::uint16_t bits;
};
struct BrainFloat16 {
  std::uint16_t bits;
};

inline std::uint32_t bits_of(float x) { return __builtin_bit_cast(std::uint32_t, x); }

inline void widen(const BrainFloat16* x, float* y, std::int64_t n) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < n; ++i)
    y[i] = __builtin_bit_cast(float, static_cast<std::uint32_t>(x[i].bits) << 16);
}
/// To nearest, ties to even.
inline void narrow(const float* x, BrainFloat16* y, std::int64_t n) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint32_t word = bits_of(x[i]);
    const std::uint32_t rounded = (word + 0x7fffu + (word >> 16 & 1u)) >> 16;
    const bool nan = (word & 0x7fffffffu) > 0x7f800000u;
    y[i].bits = static_cast<std::uint16_t>(nan ? 0x7fc0u : rounded);
  }
}

#if defined(__F16C__)
inline void widen(const Float16* x, float* y, std::int64_t n) {
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    _mm256_storeu_ps(y + i,
                     _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x + i))));
  for (; i < n; ++i) y[i] = _cvtsh_ss(x[i].bits);
}
inline void narrow(const float* x, Float16* y, std::int64_t n) {
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    _mm_storeu_si128(reinterpret_cast<__m128i*>(y + i),
                     _mm256_cvtps_ph(_mm256_loadu_ps(x + i), _MM_FROUND_TO_NEAREST_INT));
  for (; i < n; ++i) y[i].bits = _cvtss_sh(x[i], _MM_FROUND_TO_NEAREST_INT);
}
#else
inline void widen(const Float16* x, float* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = Half::to_float(x[i].bits);
}
inline void narrow(const float* x, Float16* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i].bits = Half::from_float(x[i]);
}
#endif

}  // namespace limpid::LIMPID_SIMD_LEVEL
