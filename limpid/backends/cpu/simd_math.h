#pragma once
// exp, log and what is made of them on batches, for *_simd.cpp files. Errors measured against long
// double (tests/simd_test.cpp): exp and log within 1 unit in the last place, the others within 3.
// Results in the subnormal range are right too; sigmoid's are only right to the smallest normal
// number.

#include "limpid/backends/cpu/simd_batch.h"

namespace limpid::LIMPID_SIMD_LEVEL {

/// Numbers that differ between float and double.
template <class T>
struct FloatFormat;
template <>
struct FloatFormat<float> {
  using Bits = std::uint32_t;
  static constexpr int kFraction = 23;
  static constexpr Bits kBias = 127;
  static constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  static constexpr Bits kTwoToFraction = 0x4b000000u;
  static constexpr float kExpLow = -104.0f, kExpHigh = 89.0f;  // beyond: 0 and infinity
  static constexpr float kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;
  static constexpr float kExp2Low = -151.0f, kExp2High = 129.0f;
  static constexpr float kLog2High = 0.301025390625f, kLog2Low = 4.605038981e-6f;
  static constexpr float kSmallestNormal = 1.17549435e-38f;
};
template <>
struct FloatFormat<double> {
  using Bits = std::uint64_t;
  static constexpr int kFraction = 52;
  static constexpr Bits kBias = 1023;
  static constexpr double kRound = 6755399441055744.0;  // 1.5 * 2^52
  static constexpr Bits kTwoToFraction = 0x4330000000000000u;
  static constexpr double kExpLow = -746.0, kExpHigh = 710.0;
  static constexpr double kLn2High = 6.93147180369123816490e-01,
                          kLn2Low = 1.90821492927058770002e-10;
  static constexpr double kExp2Low = -1076.0, kExp2High = 1025.0;
  static constexpr double kLog2High = 0.30102999554947019, kLog2Low = 1.14511008980218387e-10;
  static constexpr double kSmallestNormal = 2.2250738585072014e-308;
};

template <class V>
using FormatOf = FloatFormat<typename V::value_type>;
template <class V>
using BitsOf = Batch<typename FormatOf<V>::Bits>;

/// The polynomial with coefficients c0, c1, ... by Horner's rule: c0 + x (c1 + x (...)).
template <class V>
inline V polynomial(V, double c0) {
  return V(static_cast<typename V::value_type>(c0));
}
template <class V, class... C>
inline V polynomial(V x, double c0, C... rest) {
  return multiply_add(polynomial(x, rest...), x, V(static_cast<typename V::value_type>(c0)));
}

/// x = n ln 2 + r with an integer n and |r| <= ln 2 / 2. ln 2 is given in two parts, so that n
/// times the first is exact.
template <class V>
struct ExpSplit {
  V n, r;
  explicit ExpSplit(V x) {
    using F = FormatOf<V>;
    const V shifted = multiply_add(x, V(1.44269504088896340736), V(F::kRound));
    n = shifted - V(F::kRound);
    r = multiply_add(n, V(-F::kLn2High), x);
    r = multiply_add(n, V(-F::kLn2Low), r);
  }
};

/// 2^n for an integer n of moderate size: n goes straight into the exponent's bits.
template <class V>
inline V two_to(V n) {
  using F = FormatOf<V>;
  const BitsOf<V> integer = xsimd::bitwise_cast<BitsOf<V>>(n + V(F::kRound));
  return xsimd::bitwise_cast<V>((integer << F::kFraction) + BitsOf<V>(F::kBias << F::kFraction));
}

/// exp(r) - 1 for |r| <= ln 2 / 2: r + r^2 (1/2! + r/3! + ...), Taylor to r^7 (float), r^13
/// (double).
inline Batch<float> exp_minus_1_of_small(Batch<float> r) {
  const auto tail = polynomial(r, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040);
  return multiply_add(r * r, tail, r);
}
inline Batch<double> exp_minus_1_of_small(Batch<double> r) {
  const auto tail =
      polynomial(r, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0);
  return multiply_add(r * r, tail, r);
}

template <class V>
inline V clamp_for_exp(V x) {
  using F = FormatOf<V>;
  return xsimd::min(xsimd::max(x, V(F::kExpLow)), V(F::kExpHigh));
}

/// e^x = 2^n e^r. 2^n is applied in two factors, since it alone may leave the range of the exponent
/// where the result does not.
template <class V>
inline V exp_batch(V x) {
  using F = FormatOf<V>;
  const ExpSplit<V> s(clamp_for_exp(x));
  const V half = (s.n * V(0.5) + V(F::kRound)) - V(F::kRound);
  const V y = (exp_minus_1_of_small(s.r) + V(1)) * two_to(half) * two_to(s.n - half);
  return xsimd::select(x == x, y, x);
}

/// ln x, after fdlibm: x = 2^e m with m in [sqrt(1/2), sqrt 2), f = m - 1, s = f / (2 + f);
/// ln m = f - f^2/2 + s (f^2/2 + R(s^2)).
template <class V>
inline V log_series(V z);
template <>
inline Batch<float> log_series(Batch<float> z) {
  return z * polynomial(z, 0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841);
}
template <>
inline Batch<double> log_series(Batch<double> z) {
  return z * polynomial(z, 6.666666666666735130e-01, 3.999999999940941908e-01,
                        2.857142874366239149e-01, 2.222219843214978396e-01,
                        1.818357216161805012e-01, 1.531383769920937332e-01,
                        1.479819860511658591e-01);
}

template <class V>
struct LogSplit {
  V e, f, rest;  ///< ln m = f - rest
  explicit LogSplit(V x) {
    using F = FormatOf<V>;
    using T = typename V::value_type;
    using Bits = typename F::Bits;
    constexpr T kScale = static_cast<T>(Bits{1} << (F::kFraction + 1));  // lifts subnormals
    constexpr T kTwoToFraction = static_cast<T>(Bits{1} << F::kFraction);
    const auto tiny = x < V(F::kSmallestNormal);
    const auto bits = xsimd::bitwise_cast<BitsOf<V>>(xsimd::select(tiny, x * V(kScale), x));
    // The exponent, as a float: put into the fraction of 2^kFraction, which is then taken away.
    const auto exponent_bits = (bits >> F::kFraction) | BitsOf<V>(F::kTwoToFraction);
    e = xsimd::bitwise_cast<V>(exponent_bits) - V(kTwoToFraction + static_cast<T>(F::kBias));
    e = xsimd::select(tiny, e - V(static_cast<T>(F::kFraction + 1)), e);
    constexpr Bits kFractionBits = (Bits{1} << F::kFraction) - 1;
    V m = xsimd::bitwise_cast<V>((bits & BitsOf<V>(kFractionBits)) |
                                 BitsOf<V>(F::kBias << F::kFraction));
    const auto large = m > V(static_cast<T>(1.41421356237309504880));
    m = xsimd::select(large, m * V(static_cast<T>(0.5)), m);
    e = xsimd::select(large, e + V(1), e);
    f = m - V(1);
    const V s = f / (f + V(2)), half_square = V(static_cast<T>(0.5)) * f * f;
    rest = half_square - s * (half_square + log_series<V>(s * s));
  }
};

/// y where x is an ordinary number; -infinity at 0, NaN below; infinity and NaN stay.
template <class V>
inline V log_domain(V x, V y) {
  using T = typename V::value_type;
  const V infinity(std::numeric_limits<T>::infinity());
  y = xsimd::select(x == V(0), -infinity, y);
  y = xsimd::select(x < V(0), V(std::numeric_limits<T>::quiet_NaN()), y);
  return xsimd::select(x < infinity, y, x);
}

template <class V>
inline V log_batch(V x) {
  using F = FormatOf<V>;
  const LogSplit<V> s(x);
  const V rest = multiply_add(s.e, V(F::kLn2Low), negate(s.rest));
  return log_domain(x, multiply_add(s.e, V(F::kLn2High), s.f + rest));
}

/// log2 x = e + ln m / ln 2: exact at powers of 2.
template <class V>
inline V log2_batch(V x) {
  const LogSplit<V> s(x);
  return log_domain(x, multiply_add(s.f - s.rest, V(1.44269504088896340736), s.e));
}

/// log10 x = e log10 2 + ln m / ln 10, log10 2 in two parts.
template <class V>
inline V log10_batch(V x) {
  using F = FormatOf<V>;
  const LogSplit<V> s(x);
  const V low = multiply_add(s.f - s.rest, V(0.43429448190325182765), s.e * V(F::kLog2Low));
  return log_domain(x, multiply_add(s.e, V(F::kLog2High), low));
}

/// ln(1 + x) = ln u + (x - (u - 1)) / u, where u is 1 + x rounded.
template <class V>
inline V log1p_batch(V x) {
  using T = typename V::value_type;
  const V u = x + V(1), infinity(std::numeric_limits<T>::infinity());
  const V lost = xsimd::select(u > V(0), (x - (u - V(1))) / u, V(0));
  const V y = log_batch(u) + xsimd::select(u < infinity, lost, V(0));
  return xsimd::select(x == V(0), x, y);
}

/// 2^x = 2^n e^((x - n) ln 2)
template <class V>
inline V exp2_batch(V x) {
  using F = FormatOf<V>;
  const V bounded = xsimd::min(xsimd::max(x, V(F::kExp2Low)), V(F::kExp2High));
  const V n = (bounded + V(F::kRound)) - V(F::kRound);
  const V half = (n * V(0.5) + V(F::kRound)) - V(F::kRound);
  const V e = exp_minus_1_of_small((bounded - n) * V(0.69314718055994530942)) + V(1);
  return xsimd::select(x == x, e * two_to(half) * two_to(n - half), x);
}

/// e^x - 1 = 2^n (e^r - 1) + (2^n - 1), in which nothing cancels; for large x the 1 does not
/// matter.
template <class V>
inline V expm1_batch(V x) {
  using F = FormatOf<V>;
  const V low(F::kExpLow * static_cast<typename V::value_type>(0.5)), high(30);
  const ExpSplit<V> s(xsimd::min(xsimd::max(x, low), high));
  const V power = two_to(s.n);
  const V y = multiply_add(exp_minus_1_of_small(s.r), power, power - V(1));
  const V with_ends = xsimd::select(x < high, y, exp_batch(x) - V(1));
  return xsimd::select(x == V(0), x, xsimd::select(x == x, with_ends, x));
}

/// 1 / (1 + e^-x)
template <class V>
inline V sigmoid_batch(V x) {
  return V(1) / (V(1) + exp_batch(negate(x)));
}

/// tanh |x| = -t / (2 + t) with t = e^(-2|x|) - 1, in which nothing cancels.
template <class V>
inline V tanh_batch(V x) {
  using F = FormatOf<V>;
  const V size = xsimd::abs(x);
  const ExpSplit<V> s(
      xsimd::max(size * V(-2), V(F::kExpLow) * V(static_cast<typename V::value_type>(0.5))));
  const V power = two_to(s.n);
  const V t = multiply_add(exp_minus_1_of_small(s.r), power, power - V(1));
  const V y = negate(t) / (t + V(2));
  return xsimd::select(x == x, xsimd::select(x < V(0), negate(y), xsimd::select(x == V(0), x, y)),
                       x);
}

}  // namespace limpid::LIMPID_SIMD_LEVEL
