#pragma once
// Sine, cosine and tangent on batches, for *_simd.cpp files. Errors measured against long double
// (tests/simd_test.cpp): sine and cosine within 3 units in the last place, tangent within 4.

#include "limpid/backends/cpu/simd_math.h"

namespace limpid::LIMPID_SIMD_LEVEL {

/// pi/2 in four parts, the first three so short that an integer n below n_limit times each is
/// exact (Cody and Waite). Angles beyond kLargest go to the C library.
template <class T>
struct HalfPi;
template <>
struct HalfPi<float> {
  static constexpr float kParts[] = {1.5703125f, 4.837512969970703e-4f, 7.549533620476723e-8f,
                                     2.563344151594519e-12f};
  static constexpr float kLargest = 6000;  // n < 2^12
  static float sine(float x) { return __builtin_sinf(x); }
  static float cosine(float x) { return __builtin_cosf(x); }
  static float tangent(float x) { return __builtin_tanf(x); }
};
template <>
struct HalfPi<double> {
  static constexpr double kParts[] = {1.5707963267341256, 6.077100506303966e-11,
                                      2.0222662487111665e-21, 8.4784276603689e-32};
  static constexpr double kLargest = 1e6;  // n < 2^20
  static double sine(double x) { return __builtin_sin(x); }
  static double cosine(double x) { return __builtin_cos(x); }
  static double tangent(double x) { return __builtin_tan(x); }
};

/// sin r and cos r for |r| <= pi/4: Taylor to r^9 and r^10 (float), r^17 and r^16 (double).
inline Batch<float> sin_of_small(Batch<float> r) {
  const Batch<float> z = r * r;
  const auto tail = polynomial(z, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880);
  return multiply_add(r * z, tail, r);
}
inline Batch<double> sin_of_small(Batch<double> r) {
  const Batch<double> z = r * r;
  const auto tail = polynomial(z, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800,
                               1.0 / 6227020800.0, -1.0 / 1307674368000.0, 1.0 / 355687428096000.0);
  return multiply_add(r * z, tail, r);
}
inline Batch<float> cos_of_small(Batch<float> r) {
  return polynomial(r * r, 1.0, -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800);
}
inline Batch<double> cos_of_small(Batch<double> r) {
  return polynomial(r * r, 1.0, -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800,
                    1.0 / 479001600, -1.0 / 87178291200.0, 1.0 / 20922789888000.0);
}

/// x = n pi/2 + r with an integer n and |r| <= pi/4, for 0 <= x <= kLargest.
template <class V>
struct AngleSplit {
  using T = typename V::value_type;
  V n, r;

  explicit AngleSplit(V x) {
    constexpr const T* kParts = HalfPi<T>::kParts;
    n = multiply_add(x, V(static_cast<T>(0.63661977236758134308)), rounder()) - rounder();
    r = x;
    for (int k = 0; k < 4; ++k) r = multiply_add(n, V(-kParts[k]), r);
  }
  static V rounder() { return V(FormatOf<V>::kRound); }
  /// Where n is odd.
  auto odd() const {
    const V half = n * V(static_cast<T>(0.5));
    return (half + rounder()) - rounder() != half;
  }
  /// y, negative where n + shift is 2 or 3 modulo 4. The sum with `rounder` has n in its last bits.
  V with_sign(V y, int shift) const {
    using Bits = typename FormatOf<V>::Bits;
    constexpr int kToSign = static_cast<int>(8 * sizeof(T)) - 2;
    const V moved = n + V(static_cast<T>(shift)) + rounder();
    const auto second_bit = xsimd::bitwise_cast<BitsOf<V>>(moved) & BitsOf<V>(Bits{2});
    return y ^ xsimd::bitwise_cast<V>(second_bit << kToSign);
  }
};

/// y, replaced by f(x) where |x| is beyond `largest`, or x is infinite or NaN.
template <class V>
[[gnu::noinline]] V replace_large(V x, V y, typename V::value_type largest,
                                  typename V::value_type (*f)(typename V::value_type)) {
  using T = typename V::value_type;
  alignas(64) T in[V::size], out[V::size];
  x.store_aligned(in);
  y.store_aligned(out);
  for (std::size_t i = 0; i < V::size; ++i)
    if (!(in[i] <= largest && in[i] >= -largest)) out[i] = f(in[i]);
  return V::load_aligned(out);
}

template <class V>
inline V sign_bit(V x) {
  return x & V(static_cast<typename V::value_type>(-0.0));
}

/// |x| where that is within reach, else 0.
template <class V>
inline V reachable_angle(V x) {
  const V size = xsimd::abs(x), largest(HalfPi<typename V::value_type>::kLargest);
  return xsimd::select(size <= largest, size, V(0));
}
template <class V>
inline V with_large_angles(V x, V y, typename V::value_type (*f)(typename V::value_type)) {
  using P = HalfPi<typename V::value_type>;
  const auto within = xsimd::abs(x) <= V(P::kLargest);
  return xsimd::all(within) ? y : replace_large(x, y, P::kLargest, f);
}

template <class V>
inline V sin_batch(V x) {
  const AngleSplit<V> a(reachable_angle(x));
  const V y = xsimd::select(a.odd(), cos_of_small(a.r), sin_of_small(a.r));
  return with_large_angles(x, a.with_sign(y, 0) ^ sign_bit(x),
                           &HalfPi<typename V::value_type>::sine);
}
template <class V>
inline V cos_batch(V x) {
  const AngleSplit<V> a(reachable_angle(x));
  const V y = xsimd::select(a.odd(), sin_of_small(a.r), cos_of_small(a.r));
  return with_large_angles(x, a.with_sign(y, 1), &HalfPi<typename V::value_type>::cosine);
}
/// sin r / cos r, or -cos r / sin r in odd quadrants.
template <class V>
inline V tan_batch(V x) {
  const AngleSplit<V> a(reachable_angle(x));
  const V s = sin_of_small(a.r), c = cos_of_small(a.r);
  const auto odd = a.odd();
  const V y = xsimd::select(odd, negate(c), s) / xsimd::select(odd, s, c);
  return with_large_angles(x, y ^ sign_bit(x), &HalfPi<typename V::value_type>::tangent);
}

}  // namespace limpid::LIMPID_SIMD_LEVEL
