// The Cpu kernels of special.h: the error function from the tables, the others one element at a
// time, the rarest in double.

#include <math.h>  // lgamma_r, which leaves no global sign behind

#include <cmath>
#include <limits>

#include "limpid/ops/pointwise/run_loops.h"
#include "limpid/ops/pointwise/special.h"

namespace limpid {

namespace {

const ActivationLoops& loops() {
  static const ActivationLoops& table = at_level(simd_level(), LIMPID_LEVELS(activation_loops));
  return table;
}

constexpr double kPi = 3.14159265358979323846;

float log_gamma(float x) {
  int sign;  // of gamma, unused
  return lgammaf_r(x, &sign);
}
double log_gamma(double x) {
  int sign;  // of gamma, unused
  return lgamma_r(x, &sign);
}

/// Winitzki's estimate, then Halley's steps on erfc y = 1 - |x| (erf y = |x| for small x), whose
/// second derivative is -2 y times the first.
double inverse_erf(double x) {
  const double size = std::fabs(x);
  if (!(size <= 1)) return std::numeric_limits<double>::quiet_NaN();
  if (size == 1) return std::copysign(std::numeric_limits<double>::infinity(), x);
  const double l = std::log1p(-size * size), a = 2 / (kPi * 0.147) + l / 2;
  double y = std::sqrt(std::sqrt(a * a - l / 0.147) - a);
  for (int step = 0; step < 3; ++step) {
    const double error = size < 0.5 ? std::erf(y) - size : (1 - size) - std::erfc(y);
    const double newton = error / (1.12837916709551257390 * std::exp(-y * y));
    y -= newton / (1 + y * newton);
  }
  return std::copysign(y, x);
}

/// B_2, B_4, ...: the coefficients of the asymptotic series.
constexpr double kBernoulli[] = {1.0 / 6,  -1.0 / 30,     1.0 / 42, -1.0 / 30,
                                 5.0 / 66, -691.0 / 2730, 7.0 / 6,  -3617.0 / 510};

/// Up to x >= 10 by psi(x) = psi(x + 1) - 1 / x; psi(x) = psi(1 - x) - pi / tan(pi x) below 0.
double psi(double x) {
  if (x == 0) return std::copysign(std::numeric_limits<double>::infinity(), -x);
  double y = 0;
  if (x < 0) {
    if (x == std::trunc(x)) return std::numeric_limits<double>::quiet_NaN();
    y = -kPi / std::tan(kPi * (x - std::trunc(x)));
    x = 1 - x;
  }
  for (; x < 10; x += 1) y -= 1 / x;
  const double z = 1 / (x * x);
  double series = 0;
  for (int k = 7; k >= 0; --k) series = z * (series + kBernoulli[k] / (2 * (k + 1)));
  return y + (std::log(x) - 0.5 / x - series);
}

/// The sum over k >= 0 of (x + k)^-s for x > 0: terms up to x >= s + 10, the rest by Euler and
/// Maclaurin.
double zeta_above_0(double s, double x) {
  double sum = 0;
  for (; x < s + 10; x += 1) sum += std::pow(x, -s);
  double term = std::pow(x, -s);
  sum += term * x / (s - 1) + term / 2;
  term *= s / x / 2;
  double i = 1;
  for (const double coefficient : kBernoulli) {
    sum += coefficient * term;
    term *= (s + i) * (s + i + 1) / (x * x * (i + 2) * (i + 3));
    i += 2;
  }
  return sum;
}

/// For x < 0 the m terms with x + k < 0 are, but for a sign, those of 1 - p, 2 - p, ... m - p,
/// where p = x + m is the first above 0.
double hurwitz_zeta(double s, double x) {
  if (x > 0) return std::isinf(x) ? 0 : zeta_above_0(s, x);
  if (x == std::trunc(x)) return std::numeric_limits<double>::infinity();
  if (x != x) return x;
  const double p = x - std::floor(x);
  const double negative = zeta_above_0(s, std::ceil(x) - x) - zeta_above_0(s, 1 - x);
  return zeta_above_0(s, p) + (std::fmod(s, 2) == 0 ? negative : -negative);
}

}  // namespace

void Erf::forward(Cpu, const Io& io) const { run(loops().erf, io, kCostlyGrain); }
void Erfc::forward(Cpu, const Io& io) const { run(loops().erfc, io, kCostlyGrain); }
void Erfinv::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return inverse_erf(x); });
}
void Lgamma::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return log_gamma(x); });
}
void Digamma::forward(Cpu, const Io& io) const {
  run_floats<1>(io, [](auto x) { return psi(x); });
}
/// n! zeta(n + 1, x), negative for even n.
void Polygamma::forward(Cpu, const Io& io) const {
  const double factor = (n % 2 ? 1 : -1) * std::tgamma(static_cast<double>(n + 1));
  Constant order(static_cast<double>(n)), scale(factor);
  const AnyView in[] = {io.in[0], order.view(), scale.view()};
  visit_dtype(io.out[0].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_float_type<T>) {
      const Loop loop = +[](char* const* data, const std::int64_t* strides, std::int64_t count) {
        const double s = *reinterpret_cast<const double*>(data[2]) + 1;
        const double times = *reinterpret_cast<const double*>(data[3]);
        for (std::int64_t i = 0; i < count; ++i) {
          const T& x = *reinterpret_cast<const T*>(data[1] + i * strides[1]);
          const double y = times * hurwitz_zeta(s, static_cast<double>(x));
          *reinterpret_cast<T*>(data[0] + i * strides[0]) = convert<T>(y);
        }
      };
      run_loop(loop, io.out[0], in, kCostlyGrain);
    }
  });
}

void LogAddExp::forward(Cpu, const Io& io) const {
  run_floats<2>(io, [](auto x, auto y) -> decltype(x) {
    const auto size = std::fabs(x - y);
    if (size != size) return x == y ? x : x + y;  // equal infinities, or NaN
    return (x > y ? x : y) + std::log1p(std::exp(-size));
  });
}
void Xlogy::forward(Cpu, const Io& io) const {
  run_floats<2>(io, [](auto x, auto y) -> decltype(x) {
    return y != y ? y : x == 0 ? 0 : x * std::log(y);
  });
}
void Hypot::forward(Cpu, const Io& io) const {
  run_floats<2>(io, [](auto x, auto y) { return std::hypot(x, y); });
}

}  // namespace limpid
