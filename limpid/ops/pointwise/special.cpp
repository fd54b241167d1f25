#include "limpid/ops/pointwise/special.h"

#include <cmath>
#include <limits>

#include "limpid/ops/pointwise/activation.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/exponential.h"
#include "limpid/ops/pointwise/reference.h"
#include "limpid/ops/pointwise/select.h"

namespace limpid {

namespace {

constexpr double kTwoOverRootPi = 1.12837916709551257390;

/// erf y = x by bisection: of erfc y = 1 - |x|, whose digits survive near 1.
template <class T>
T reference_erfinv(T x) {
  if (!(x >= -1 && x <= 1)) return std::numeric_limits<T>::quiet_NaN();
  if (x == 0) return x;
  const T size = std::fabs(x), infinity = std::numeric_limits<T>::infinity();
  if (size == 1) return std::copysign(infinity, x);
  T low = 0, high = size < T(0.5) ? size : T(30);  // erf y > y for small y
  for (T middle = high / 2; low < middle && middle < high; middle = low + (high - low) / 2) {
    const bool below = size < T(0.5) ? std::erf(middle) < size : std::erfc(middle) > 1 - size;
    (below ? low : high) = middle;
  }
  return std::copysign(low, x);
}

// psi and its derivatives, each by its recurrence up to x >= 40
// and its asymptotic series (Abramowitz and Stegun 6.3.18, 6.4.11).
constexpr double kBernoulli[] = {1.0 / 6,       -1.0 / 30, 1.0 / 42,      -1.0 / 30,    5.0 / 66,
                                 -691.0 / 2730, 7.0 / 6,   -3617.0 / 510, 43867.0 / 798};

template <class T>
T reference_digamma(T x) {
  if (x == 0) return std::copysign(std::numeric_limits<T>::infinity(), -x);
  if (x < 0) {
    if (x == std::floor(x)) return std::numeric_limits<T>::quiet_NaN();
    const T pi = std::acos(T(-1));
    return reference_digamma(1 - x) - pi / std::tan(pi * (x - std::nearbyint(x)));
  }
  T sum = 0;
  for (; x < 40; x += 1) sum -= 1 / x;
  T power = 1;
  for (int k = 1; k <= 9; ++k) {
    power /= x * x;
    sum -= static_cast<T>(kBernoulli[k - 1]) / (2 * k) * power;
  }
  return sum + std::log(x) - 1 / (2 * x);
}

template <class T>
T reference_polygamma(int n, T x) {
  const int sign = n % 2 ? 1 : -1;
  if (x <= 0 && x == std::floor(x)) return sign * std::numeric_limits<T>::infinity();
  const T s = static_cast<T>(n + 1);
  T zeta = 0;
  for (; x < 40; x += 1) zeta += std::pow(x, -s);
  zeta += std::pow(x, 1 - s) / (s - 1) + std::pow(x, -s) / 2;
  T term = s * std::pow(x, -s - 1);  // s (s + 1) ... x^(-s-2k+1)
  T factorial = 2;                   // (2k)!
  for (int k = 1; k <= 9; ++k) {
    zeta += static_cast<T>(kBernoulli[k - 1]) * term / factorial;
    term *= (s + 2 * k - 1) * (s + 2 * k) / (x * x);
    factorial *= static_cast<T>(2 * k + 1) * static_cast<T>(2 * k + 2);
  }
  return sign * std::tgamma(s) * zeta;
}

}  // namespace

// y = erf x;  dx = dy 2 / sqrt(pi) e^(-x^2)
void Erf::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::erf(x); });
}
Tensors Erf::gradient(const Backward& b) const {
  return {b.dy() * (exp(neg(b.input() * b.input())) * kTwoOverRootPi)};
}

// y = 1 - erf x;  dx = -dy 2 / sqrt(pi) e^(-x^2)
void Erfc::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::erfc(x); });
}
Tensors Erfc::gradient(const Backward& b) const {
  return {b.dy() * (exp(neg(b.input() * b.input())) * -kTwoOverRootPi)};
}

// erf y = x;  dx = dy sqrt(pi) / 2 e^(y^2)
void Erfinv::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return reference_erfinv(x); });
}
Tensors Erfinv::gradient(const Backward& b) const {
  const Tensor y = b.output();
  return {b.dy() * (exp(y * y) * (1 / kTwoOverRootPi))};
}

// y = ln |gamma(x)|;  dx = dy digamma(x)
void Lgamma::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::lgamma(x); });
}
Tensors Lgamma::gradient(const Backward& b) const { return {b.dy() * digamma(b.input())}; }

// y = psi(x);  dx = dy psi'(x)
void Digamma::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return reference_digamma(x); });
}
Tensors Digamma::gradient(const Backward& b) const { return {b.dy() * polygamma(1, b.input())}; }

// y = psi^(n)(x);  dx = dy psi^(n+1)(x)
Spec Polygamma::infer(const Inputs& in) const {
  if (n < 1 || n > 100)
    throw ValueError(str("n is ", n, " but must be between 1 and 100; digamma is n = 0"));
  return in[0];
}
void Polygamma::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [&](auto x) { return reference_polygamma(static_cast<int>(n), x); });
}
Tensors Polygamma::gradient(const Backward& b) const {
  return {b.dy() * polygamma(n + 1, b.input())};
}

// z = ln(e^x + e^y) = max + ln(1 + e^-|x - y|);  dx = dz sigmoid(x - y), dy = dz sigmoid(y - x)
Spec LogAddExp::infer(const Inputs& in) const {
  require_floats(in);
  return BinaryCard::infer(in);
}
void LogAddExp::forward(Reference, const Io& io) const {
  float_reference_loop<2>(io, [](auto x, auto y) -> decltype(x) {
    if (std::isinf(x) && x == y) return x;
    if (x != x || y != y) return x + y;
    return std::fmax(x, y) + std::log1p(std::exp(-std::fabs(x - y)));
  });
}
Tensors LogAddExp::gradient(const Backward& b) const {
  const Tensor x = b.input(0), y = b.input(1);
  return {b.needs(0) ? b.dy() * sigmoid(x - y) : Tensor(),
          b.needs(1) ? b.dy() * sigmoid(y - x) : Tensor()};
}

// z = x ln y;  dx = dz ln y, and 0 where x = 0 and y <= 0;  dy = dz x / y
void Xlogy::forward(Reference, const Io& io) const {
  float_reference_loop<2>(io, [](auto x, auto y) -> decltype(x) {
    if (y != y) return y;
    return x == 0 ? 0 : x * std::log(y);
  });
}
Tensors Xlogy::gradient(const Backward& b) const {
  const Tensor x = b.input(0), y = b.input(1);
  Tensor dx, dy;
  if (b.needs(0)) dx = where(logical_and(eq(x, 0), le(y, 0)), 0, b.dy() * log(y));
  if (b.needs(1)) dy = b.dy() * x / y;
  return {dx, dy};
}

// z = sqrt(x^2 + y^2);  dx = dz x / z, dy = dz y / z
Spec Hypot::infer(const Inputs& in) const {
  require_floats(in);
  return BinaryCard::infer(in);
}
void Hypot::forward(Reference, const Io& io) const {
  float_reference_loop<2>(io, [](auto x, auto y) { return std::hypot(x, y); });
}
Tensors Hypot::gradient(const Backward& b) const {
  const Tensor share = b.dy() / b.output();
  return {b.needs(0) ? share * b.input(0) : Tensor(), b.needs(1) ? share * b.input(1) : Tensor()};
}

Tensor erf(const Tensor& input) { return apply(Erf{}, input); }
Tensor erfc(const Tensor& input) { return apply(Erfc{}, input); }
Tensor erfinv(const Tensor& input) { return apply(Erfinv{}, input); }
Tensor lgamma(const Tensor& input) { return apply(Lgamma{}, input); }
Tensor digamma(const Tensor& input) { return apply(Digamma{}, input); }
Tensor polygamma(std::int64_t n, const Tensor& input) {
  return n == 0 ? digamma(input) : apply(Polygamma(n), input);
}
Tensor logaddexp(const Tensor& input, const Tensor& other) {
  return apply(LogAddExp{}, input, other);
}
Tensor xlogy(const Tensor& input, const Tensor& other) { return apply(Xlogy{}, input, other); }
Tensor xlogy(const Tensor& input, Scalar other) {
  return xlogy(input, scalar_beside(other, input));
}
Tensor hypot(const Tensor& input, const Tensor& other) { return apply(Hypot{}, input, other); }

Tensor Tensor::erf() const { return limpid::erf(*this); }

}  // namespace limpid
