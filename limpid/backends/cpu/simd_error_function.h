#pragma once
// The error function and the normal distribution on batches, for *_simd.cpp files. Relative errors
// measured against long double (tests/simd_test.cpp): within 4 units in the last place, out to
// where the results leave the range of normal numbers.

#include "limpid/backends/cpu/simd_math.h"

namespace limpid::LIMPID_SIMD_LEVEL {

/// x / y for y of moderate size.
template <class V>
inline V quotient(V x, V y) {
  return x / y;
}
/// y 2^n for an integer n <= 0, in two factors, since 2^n alone may leave the range of the exponent
/// where the result does not.
template <class V>
inline V scale_by_power(V y, V n) {
  using F = FormatOf<V>;
  const V half = (n * V(0.5) + V(F::kRound)) - V(F::kRound);
  return y * two_to(half) * two_to(n - half);
}
#if defined(__AVX512F__)
/// By an estimate of 1 / y and Newton's step, within a unit in the last place: a division occupies
/// the processor as long as a dozen multiplications.
template <>
inline Batch<float> quotient(Batch<float> x, Batch<float> y) {
  const __m512 estimate = _mm512_rcp14_ps(y);
  const __m512 rest = _mm512_fnmadd_ps(y, estimate, _mm512_set1_ps(1.0f));  // 1 - y estimate
  return _mm512_mul_ps(x, _mm512_fmadd_ps(estimate, rest, estimate));
}
template <>
inline Batch<float> scale_by_power(Batch<float> y, Batch<float> n) {
  return _mm512_scalef_ps(y, n);
}
template <>
inline Batch<double> scale_by_power(Batch<double> y, Batch<double> n) {
  return _mm512_scalef_pd(y, n);
}
#endif

/// Beyond these e^(-x^2) is 0 at the dtype's range.
template <class T>
inline constexpr T kErfEnd = sizeof(T) == 4 ? T(10.5) : T(28);

/// e^(x^2) erfc x for 0 <= x <= kErfEnd. For float a ratio of two polynomials with positive
/// coefficients, so that nothing cancels and there is one division (relative error 6e-9). For
/// double (1 + 2x) times it is a polynomial in (x - 15/4) / (x + 15/4) (M. Shepherd and J.
/// Laframboise, Mathematics of Computation 36, 1981; coefficients fitted anew, relative error
/// 1e-17).
inline Batch<float> scaled_erfc(Batch<float> x) {
  return quotient(
      polynomial(x, 1.0, 1.2416608200, 0.7350123714, 0.2308447221, 0.03313823031),
      polynomial(x, 1.0, 2.370040605, 2.409306880, 1.331731207, 0.4091864584, 0.05873533935));
}
inline Batch<double> scaled_erfc(Batch<double> x) {
  using V = Batch<double>;
  const V t = (x - V(3.75)) / (x + V(3.75));
  const V y = polynomial(t, 1.23751263083782758, -0.140240598585546681, 0.00358541548546377914,
                         0.0822767384901120369, -0.108803930141712359, 0.0923043211615311556,
                         -0.0586933985903094125, 0.0283622774004577225, -0.00974657955343187366,
                         0.00175562601715200385, 0.00029371366631088616, -0.000290154965295709261,
                         0.0000516489134695998619, 0.0000223872596382301343,
                         -0.0000114429909268054383, -9.80166675585857751e-7, 1.74811904683919643e-6,
                         -4.81583962167284902e-8, -2.52614652677155047e-7, 1.59963352155737078e-8,
                         3.28508355623331591e-8, -8.78212573480352024e-10, -2.41082154653224304e-9);
  return y / (V(1) + x + x);
}

/// erf(x) / x as a polynomial in z = x^2 <= 1.
inline Batch<float> erf_ratio(Batch<float> z) {
  return polynomial(z, 1.128379166, -0.3761262667, 0.1128359472, -0.02685421201, 0.005189087423,
                    -0.0008016864287, 7.875875063e-5);
}
inline Batch<double> erf_ratio(Batch<double> z) {
  return polynomial(z, 1.12837916709551257, -0.376126389031835404, 0.112837916709450063,
                    -0.0268661706432377704, 0.00522397760711642273, -0.000854832597538969208,
                    0.000120552949048397079, -0.0000149247369074196603, 1.64474247033173624e-6,
                    -1.62084838018717059e-7, 1.37200645467776856e-8, -7.79589882700214224e-10);
}

/// x^2 - square, where square is x^2 rounded.
template <class V>
inline V square_rest(V x, V square) {
#if defined(__FMA__)
  return multiply_add(x, x, negate(square));
#else  // x = h + l, where h has half of the digits, so that no product is rounded
  using F = FormatOf<V>;
  using Bits = typename F::Bits;
  constexpr Bits kHigh = ~((Bits{1} << (F::kFraction / 2 + 1)) - 1);
  const V h = xsimd::bitwise_cast<V>(xsimd::bitwise_cast<BitsOf<V>>(x) & BitsOf<V>(kHigh));
  const V l = x - h;
  return ((h * h - square) + V(2) * h * l) + l * l;
#endif
}

/// e^r for |r| <= ln 2 / 2. For float a polynomial of its own (coefficients fitted, relative error
/// 3e-9), shorter than e^r - 1 and 1.
inline Batch<float> exp_of_small(Batch<float> r) {
  return polynomial(r, 1.0, 1.0, 0.49999993447, 0.16666520624, 0.041668388100, 0.0083687178522,
                    0.0013814599785);
}
inline Batch<double> exp_of_small(Batch<double> r) {
  return exp_minus_1_of_small(r) + Batch<double>(1);
}

/// e^(-s x^2), s = 1 or 1/2, for 0 <= x with s x^2 <= kErfEnd^2. The rounding of x^2 would be
/// magnified s x^2 times, so what it took away is put back.
template <class V>
inline V exp_minus_square(V x, typename V::value_type s) {
  const V square = x * x;
  const ExpSplit<V> split(square * V(-s));
  const V r = multiply_add(square_rest(x, square), V(-s), split.r);
  return scale_by_power(exp_of_small(r), split.n);
}

/// erfc |x|
template <class V>
inline V erfc_of_size(V x) {
  using T = typename V::value_type;
  const V size = xsimd::min(xsimd::abs(x), V(kErfEnd<T>));
  return exp_minus_square(size, T(1)) * scaled_erfc(size);
}

template <class V>
inline V erfc_batch(V x) {
  const V y = erfc_of_size(x);
  return xsimd::select(x == x, xsimd::select(x < V(0), V(2) - y, y), x);
}

/// By the polynomial where |x| < 1, else 1 - erfc |x|, with the sign of x.
template <class V>
inline V erf_batch(V x) {
  const V size = xsimd::abs(x);
  const V near = x * erf_ratio(xsimd::min(x * x, V(1))), far = V(1) - erfc_of_size(x);
  const V y = xsimd::select(size < V(1), near, xsimd::select(x < V(0), negate(far), far));
  return xsimd::select(x == x, y, x);
}

/// e^(x^2/2) times the probability of more than x, for x >= 0: half of scaled_erfc(x / sqrt 2),
/// with those factors in the coefficients where there are two polynomials.
inline Batch<float> scaled_tail(Batch<float> x) {
  return quotient(
      polynomial(x, 0.5, 0.4389933929, 0.1837530928, 0.0408079671, 0.004142278789),
      polynomial(x, 1.0, 1.675871783, 1.20465344, 0.4708380836, 0.1022966146, 0.01038303919));
}
inline Batch<double> scaled_tail(Batch<double> x) {
  using V = Batch<double>;
  return V(0.5) * scaled_erfc(x * V(0.70710678118654752440));
}

/// The normal distribution at x: its density e^(-x^2/2) / sqrt(2 pi), and the probability of less.
template <class V>
struct Normal {
  V density, probability;
  explicit Normal(V x) {
    using T = typename V::value_type;
    const V end(kErfEnd<T> * static_cast<T>(1.41421356237309504880));
    const V size = xsimd::min(xsimd::abs(x), end);
    const V e = exp_minus_square(size, T(0.5));
    density = e * V(static_cast<T>(0.39894228040143267794));
    const V tail = e * scaled_tail(size);  // of more than |x|
    probability = xsimd::select(x < V(0), tail, V(1) - tail);
  }
};

}  // namespace limpid::LIMPID_SIMD_LEVEL
