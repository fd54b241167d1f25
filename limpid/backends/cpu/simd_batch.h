#pragma once
// The adapter to xsimd, for *_simd.cpp files only. It adds what version 8.1 lacks: partial loads
// and stores, and for AVX-512 a fused multiply-add and a negation that keeps the sign of 0.
//
// A unit compiled for one level may share no function with another unit: the linker keeps one copy
// of an inline function, and were that the AVX-512 one, an older machine would crash. So all code
// here is in a namespace named after the level, and so is xsimd itself, by renaming it.
// tests/simd_symbols_test.sh checks the objects.

#ifndef LIMPID_SIMD_LEVEL
#error "only *_simd.cpp files, which are compiled once a SIMD level, may include this"
#endif

#include <cstdint>

#define LIMPID_JOIN_LEVEL_(prefix, level) prefix##level
#define LIMPID_JOIN_LEVEL(prefix, level) LIMPID_JOIN_LEVEL_(prefix, level)
#define xsimd LIMPID_JOIN_LEVEL(xsimd_, LIMPID_SIMD_LEVEL)
#include <xsimd/xsimd.hpp>

namespace limpid::LIMPID_SIMD_LEVEL {

/// As many T as a register holds.
template <class T>
using Batch = xsimd::batch<T>;

template <class T>
inline constexpr std::int64_t kWidth = static_cast<std::int64_t>(Batch<T>::size);

/// x y + z; rounded once where the processor can.
template <class V>
inline V multiply_add(V x, V y, V z) {
  return xsimd::fma(x, y, z);
}
template <class V>
inline V negate(V x) {
  return -x;
}
/// The first n (fewer than a batch) elements at p; the other lanes are 0.
template <class T>
inline Batch<T> load_partial(const T* p, std::int64_t n) {
  alignas(64) T lanes[kWidth<T>] = {};
  for (std::int64_t i = 0; i < n; ++i) lanes[i] = p[i];
  return Batch<T>::load_aligned(lanes);
}
template <class T>
inline void store_partial(T* p, Batch<T> v, std::int64_t n) {
  alignas(64) T lanes[kWidth<T>];
  v.store_aligned(lanes);
  for (std::int64_t i = 0; i < n; ++i) p[i] = lanes[i];
}

/// Stores past the caches, where the processor can; p is aligned to a batch.
inline void store_past_caches(float* p, Batch<float> v) {
#if defined(__AVX512F__)
  _mm512_stream_ps(p, v);
#elif defined(__AVX__)
  _mm256_stream_ps(p, v);
#elif defined(__SSE2__)
  _mm_stream_ps(p, v);
#else
  v.store_aligned(p);
#endif
}

#if defined(__AVX512F__)
template <>
inline Batch<float> multiply_add(Batch<float> x, Batch<float> y, Batch<float> z) {
  return _mm512_fmadd_ps(x, y, z);
}
template <>
inline Batch<double> multiply_add(Batch<double> x, Batch<double> y, Batch<double> z) {
  return _mm512_fmadd_pd(x, y, z);
}
template <>
inline Batch<float> negate(Batch<float> x) {
  return _mm512_xor_ps(x, _mm512_set1_ps(-0.0f));
}
template <>
inline Batch<double> negate(Batch<double> x) {
  return _mm512_xor_pd(x, _mm512_set1_pd(-0.0));
}
template <>
inline Batch<float> load_partial(const float* p, std::int64_t n) {
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1), p);
}
template <>
inline Batch<double> load_partial(const double* p, std::int64_t n) {
  return _mm512_maskz_loadu_pd(static_cast<__mmask8>((1u << n) - 1), p);
}
template <>
inline void store_partial(float* p, Batch<float> v, std::int64_t n) {
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1), v);
}
template <>
inline void store_partial(double* p, Batch<double> v, std::int64_t n) {
  _mm512_mask_storeu_pd(p, static_cast<__mmask8>((1u << n) - 1), v);
}
#endif

}  // namespace limpid::LIMPID_SIMD_LEVEL

#if defined(__aarch64__)
// xsimd 8.1 divides floats, and takes their roots, by approximations on NEON: wrong in the last
// places, and by far for subnormal, large and infinite numbers. 64-bit processors have instructions
// that round as IEEE 754 says.
namespace xsimd::kernel {

template <>
inline batch<float, neon64> div(batch<float, neon64> const& x, batch<float, neon64> const& y,
                                requires_arch<neon>) noexcept {
  return vdivq_f32(x, y);
}
template <>
inline batch<float, neon64> sqrt(batch<float, neon64> const& x, requires_arch<neon>) noexcept {
  return vsqrtq_f32(x);
}

}  // namespace xsimd::kernel
#endif
