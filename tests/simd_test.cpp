// The loops of every SIMD level that this processor can run, straight from their tables: accuracy
// over the whole range, every length and alignment, strides, and the same bits at every level.
#include <doctest/doctest.h>

#include "limpid/config.h"
#if LIMPID_HAS_CPU

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "limpid/core/random.h"
#include "limpid/core/str.h"
#include "limpid/ops/pointwise/kernels.h"

namespace limpid::simd_test {

namespace {

const ArithmeticLoops& arithmetic(SimdLevel level) {
  return at_level(level, LIMPID_LEVELS(arithmetic_loops));
}
const ExponentialLoops& exponential(SimdLevel level) {
  return at_level(level, LIMPID_LEVELS(exponential_loops));
}
const ComparisonLoops& comparison(SimdLevel level) {
  return at_level(level, LIMPID_LEVELS(comparison_loops));
}

const RoundingLoops& rounding(SimdLevel level) {
  return at_level(level, LIMPID_LEVELS(rounding_loops));
}
const TrigonometricLoops& trigonometric(SimdLevel level) {
  return at_level(level, LIMPID_LEVELS(trigonometric_loops));
}
const ActivationLoops& activation(SimdLevel level) {
  return at_level(level, LIMPID_LEVELS(activation_loops));
}
const ActivationGradientLoops& activation_gradient(SimdLevel level) {
  return at_level(level, LIMPID_LEVELS(activation_gradient_loops));
}

struct Named {
  std::string name;
  LoopRow row;
  int inputs;
  bool test = false;       // gives bool
  bool condition = false;  // the first input is bool
  int numbers = 0;         // so many inputs at the end are float beside 16-bit floats
  bool exact = true;       // the same to the bit at every level
};

/// Rows of formulas whose last bits differ where a level has no fused multiply-add.
std::vector<Named> approximate_rows(SimdLevel level) {
  const ExponentialLoops& e = exponential(level);
  const TrigonometricLoops& t = trigonometric(level);
  const ActivationLoops& a = activation(level);
  const ActivationGradientLoops& g = activation_gradient(level);
  std::vector<Named> rows = {{"exp", e.exp, 1},
                             {"log", e.log, 1},
                             {"sigmoid", e.sigmoid, 1},
                             {"tanh", e.tanh, 1},
                             {"sigmoid_backward", e.sigmoid_backward, 2},
                             {"tanh_backward", e.tanh_backward, 2},
                             {"exp2", e.exp2, 1},
                             {"expm1", e.expm1, 1},
                             {"log2", e.log2, 1},
                             {"log10", e.log10, 1},
                             {"log1p", e.log1p, 1},
                             {"lerp", arithmetic(level).lerp, 3},
                             {"sin", t.sin, 1},
                             {"cos", t.cos, 1},
                             {"tan", t.tan, 1},
                             {"gelu", a.gelu, 1},
                             {"gelu_tanh", a.gelu_tanh, 1},
                             {"silu", a.silu, 1},
                             {"mish", a.mish, 1},
                             {"elu", a.elu, 4, false, false, 3},
                             {"softplus", a.softplus, 3, false, false, 2},
                             {"erf", a.erf, 1},
                             {"erfc", a.erfc, 1},
                             {"gelu backward", g.gelu, 2},
                             {"gelu_tanh backward", g.gelu_tanh, 2},
                             {"silu backward", g.silu, 2},
                             {"mish backward", g.mish, 2},
                             {"elu backward", g.elu, 5, false, false, 3},
                             {"softplus backward", g.softplus, 4, false, false, 2},
                             {"hardswish backward", g.hardswish, 2}};
  for (Named& row : rows) row.exact = false;
  return rows;
}

std::vector<Named> all_rows(SimdLevel level) {
  const ArithmeticLoops& a = arithmetic(level);
  const ComparisonLoops& c = comparison(level);
  const RoundingLoops& r = rounding(level);
  std::vector<Named> rows = {
      {"add", a.add, 2},
      {"sub", a.sub, 2},
      {"mul", a.mul, 2},
      {"div", a.div, 2},
      {"maximum", a.maximum, 2},
      {"minimum", a.minimum, 2},
      {"clamp", a.clamp, 3},
      {"neg", a.neg, 1},
      {"abs", a.abs, 1},
      {"sign", a.sign, 1},
      {"sqrt", a.sqrt, 1},
      {"reciprocal", a.reciprocal, 1},
      {"relu", a.relu, 1},
      {"relu_backward", a.relu_backward, 2},
      {"eq", c.eq, 2, true},
      {"ne", c.ne, 2, true},
      {"lt", c.lt, 2, true},
      {"le", c.le, 2, true},
      {"logical_and", c.logical_and, 2, true},
      {"logical_or", c.logical_or, 2, true},
      {"logical_not", c.logical_not, 1, true},
      {"where", c.where, 3, false, true},
      {"rsqrt", exponential(level).rsqrt, 1},
      {"floor", r.floor, 1},
      {"ceil", r.ceil, 1},
      {"round", r.round, 1},
      {"trunc", r.trunc, 1},
      {"bitwise_and", r.bitwise_and, 2},
      {"bitwise_or", r.bitwise_or, 2},
      {"bitwise_xor", r.bitwise_xor, 2},
      {"bitwise_not", r.bitwise_not, 1},
      {"leaky_relu", activation(level).leaky_relu, 2, false, false, 1},
      {"leaky_relu backward", activation_gradient(level).leaky_relu, 3, false, false, 1},
      {"hardtanh backward", activation_gradient(level).hardtanh, 4, false, false, 2},
      {"hardsigmoid", activation(level).hardsigmoid, 1},
      {"hardsigmoid backward", activation_gradient(level).hardsigmoid, 2},
      {"hardswish", activation(level).hardswish, 1}};
  for (Named& row : approximate_rows(level)) rows.push_back(std::move(row));
  return rows;
}

/// Elements that serve every dtype: small numbers, with hard ones between for floats.
std::vector<char> elements(DType dtype, std::size_t count, std::uint64_t seed) {
  const double hard[] = {0.0,
                         -0.0,
                         std::numeric_limits<double>::infinity(),
                         -std::numeric_limits<double>::infinity(),
                         std::numeric_limits<double>::quiet_NaN(),
                         1e-39,
                         88.7,
                         -88.7};
  std::vector<char> bytes(count * size_of(dtype));
  visit_dtype(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::size_t i = 0; i < count; ++i) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      double value = static_cast<double>(seed >> 40) / 16777216.0 * 8 - 4;
      if (is_float_type<T> && i % 5 == 3) value = hard[i / 5 % 8];
      const T element = convert<T>(value);
      std::memcpy(bytes.data() + i * sizeof(T), &element, sizeof(T));
    }
  });
  return bytes;
}

template <class T>
std::vector<T> run_unary(Loop loop, const std::vector<T>& x) {
  std::vector<T> y(x.size());
  char* data[] = {reinterpret_cast<char*>(y.data()),
                  const_cast<char*>(reinterpret_cast<const char*>(x.data()))};
  const std::int64_t strides[] = {sizeof(T), sizeof(T)};
  loop(data, strides, static_cast<std::int64_t>(x.size()));
  return y;
}

/// The distance in units in the last place of the exact result; infinite where a special value is
/// missed. Below the smallest normal number one unit is that of the subnormals.
template <class T, class W>
double ulps(T found, W exact) {
  if (std::isnan(exact)) return std::isnan(found) ? 0 : INFINITY;
  const T rounded = static_cast<T>(exact);
  if (std::isinf(rounded) || std::isinf(found)) {
    if (rounded == found) return 0;
    const W largest = std::numeric_limits<T>::max();  // the last step before infinity
    return std::fabs(exact) > largest * (1 - 4 * W(std::numeric_limits<T>::epsilon())) ? 1
                                                                                       : INFINITY;
  }
  int exponent = 0;
  std::frexp(exact, &exponent);
  exponent = std::max(exponent, std::numeric_limits<T>::min_exponent);
  const W unit = std::ldexp(W(1), exponent - std::numeric_limits<T>::digits);
  return static_cast<double>(std::fabs(static_cast<W>(found) - exact) / unit);
}

template <class T>
std::vector<T> arguments(double low, double high) {
  std::vector<T> x = {T(0),
                      T(-0.0),
                      T(1),
                      T(-1),
                      std::numeric_limits<T>::min(),
                      std::numeric_limits<T>::denorm_min(),
                      -std::numeric_limits<T>::denorm_min(),
                      std::numeric_limits<T>::max(),
                      std::numeric_limits<T>::lowest(),
                      std::numeric_limits<T>::infinity(),
                      -std::numeric_limits<T>::infinity(),
                      std::numeric_limits<T>::quiet_NaN(),
                      std::nextafter(T(1), T(2)),
                      std::nextafter(T(1), T(0)),
                      T(0.34657359),
                      T(1.03972077),
                      T(1.41421356)};
  constexpr int kSteps = 40000;
  for (int i = 0; i <= kSteps; ++i) x.push_back(static_cast<T>(low + (high - low) * i / kSteps));
  for (int e = std::numeric_limits<T>::min_exponent - 20; e < std::numeric_limits<T>::max_exponent;
       ++e)
    for (double m : {0.5, 0.70710678, 0.70710679, 0.9}) {
      x.push_back(static_cast<T>(std::ldexp(static_cast<long double>(m), e)));
      x.push_back(-x.back());
    }
  return x;
}

template <class T, class W, class F>
void check_accuracy(const std::string& name, Loop loop, double low, double high, double allowed,
                    F exact, bool subnormal_results = true) {
  const std::vector<T> x = arguments<T>(low, high), y = run_unary(loop, x);
  double worst = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const W wanted = exact(static_cast<W>(x[i]));
    if (!subnormal_results && std::fabs(wanted) < 4 * W(std::numeric_limits<T>::min()) &&
        std::fabs(static_cast<W>(y[i]) - wanted) <= W(std::numeric_limits<T>::min()))
      continue;
    const double error = ulps<T, W>(y[i], wanted);
    if (error > worst) {
      worst = error;
      at = i;
    }
  }
  CHECK_MESSAGE(worst <= allowed, name, " of ", x[at], " gave ", y[at], ": off by ", worst,
                " units in the last place");
}

template <class T, class W>
void check_exponentials(SimdLevel level, DType dtype, double range) {
  const ExponentialLoops& loops = exponential(level);
  check_accuracy<T, W>("exp", loops.exp[dtype], -range * 1.05, range, 1,
                       [](W x) { return std::exp(x); });
  check_accuracy<T, W>("log", loops.log[dtype], 0.01, 10, 1, [](W x) { return std::log(x); });
  check_accuracy<T, W>("tanh", loops.tanh[dtype], -10, 10, 3, [](W x) { return std::tanh(x); });
  check_accuracy<T, W>(
      "sigmoid", loops.sigmoid[dtype], -range, range, 3, [](W x) { return 1 / (1 + std::exp(-x)); },
      false);
}

template <class T, class W>
void check_logarithms(SimdLevel level, DType dtype) {
  const ExponentialLoops& loops = exponential(level);
  const double largest = sizeof(T) == 4 ? 151 : 1076;
  check_accuracy<T, W>("exp2", loops.exp2[dtype], -largest, largest, 2,
                       [](W x) { return std::exp2(x); });
  check_accuracy<T, W>("expm1", loops.expm1[dtype], -3, 3, 3, [](W x) { return std::expm1(x); });
  check_accuracy<T, W>("expm1 far from 0", loops.expm1[dtype], -100, 100, 3,
                       [](W x) { return std::expm1(x); });
  check_accuracy<T, W>("log2", loops.log2[dtype], 0.01, 10, 3, [](W x) { return std::log2(x); });
  check_accuracy<T, W>("log10", loops.log10[dtype], 0.01, 10, 3, [](W x) { return std::log10(x); });
  check_accuracy<T, W>("log1p", loops.log1p[dtype], -0.999, 10, 3,
                       [](W x) { return std::log1p(x); });
}

template <class T, class W>
void check_trigonometric(SimdLevel level, DType dtype) {
  const TrigonometricLoops& loops = trigonometric(level);
  for (double end : {4.0, 1000.0, 7000.0, 1.1e6}) {
    check_accuracy<T, W>("sin", loops.sin[dtype], -end, end, 3, [](W x) { return std::sin(x); });
    check_accuracy<T, W>("cos", loops.cos[dtype], -end, end, 3, [](W x) { return std::cos(x); });
    check_accuracy<T, W>("tan", loops.tan[dtype], -end, end, 4, [](W x) { return std::tan(x); });
  }
}

/// Also where the results are tiny: relative to themselves.
template <class T, class W>
void check_error_functions(SimdLevel level, DType dtype, double end) {
  const ActivationLoops& loops = activation(level);
  check_accuracy<T, W>("erf", loops.erf[dtype], -4, 4, 4, [](W x) { return std::erf(x); });
  check_accuracy<T, W>(
      "erfc", loops.erfc[dtype], -4, end, 6, [](W x) { return std::erfc(x); }, false);
  check_accuracy<T, W>(
      "gelu", loops.gelu[dtype], -end * 1.4, 10, 6,
      [](W x) { return x * std::erfc(-x / std::sqrt(W(2))) / 2; }, false);
}

/// What IEEE 754 rounds once is the nearest number, to the bit, for any operands.
template <class T>
void check_rounded_once(SimdLevel level, DType dtype) {
  const std::vector<T> x = arguments<T>(-10, 10);
  std::vector<T> y(x.size()), found(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[(i * 7919 + 5) % x.size()];
  char* data[] = {reinterpret_cast<char*>(found.data()),
                  const_cast<char*>(reinterpret_cast<const char*>(x.data())),
                  reinterpret_cast<char*>(y.data())};
  const std::int64_t strides[] = {sizeof(T), sizeof(T), sizeof(T)};
  const auto check = [&](const char* name, Loop loop, auto exact) {
    loop(data, strides, static_cast<std::int64_t>(x.size()));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T wanted = exact(x[i], y[i]);
      const bool same = std::isnan(wanted)
                            ? std::isnan(found[i])
                            : found[i] == wanted && std::signbit(found[i]) == std::signbit(wanted);
      if (same) continue;
      FAIL_CHECK(std::string(name), " of ", x[i], " and ", y[i], " gave ", found[i], ", not ",
                 wanted);
      break;  // one says enough
    }
  };
  const ArithmeticLoops& a = arithmetic(level);
  check("add", a.add[dtype], [](T p, T q) { return p + q; });
  check("mul", a.mul[dtype], [](T p, T q) { return p * q; });
  check("div", a.div[dtype], [](T p, T q) { return p / q; });
  check("sqrt", a.sqrt[dtype], [](T p, T) { return std::sqrt(p); });
  check("reciprocal", a.reciprocal[dtype], [](T p, T) { return 1 / p; });
}

/// Makes all NaNs alike: of two, which one an operation hands on is the compiler's choice.
void unify_nans(std::vector<char>& bytes, std::size_t from, std::int64_t n, std::int64_t step,
                DType dtype) {
  visit_dtype(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_float_type<T>) {
      for (std::int64_t i = 0; i < n; ++i) {
        char* const at = bytes.data() + (from + static_cast<std::size_t>(i * step)) * sizeof(T);
        T element;
        std::memcpy(&element, at, sizeof(T));
        if (!std::isnan(static_cast<double>(element))) continue;
        element = convert<T>(std::numeric_limits<double>::quiet_NaN());
        std::memcpy(at, &element, sizeof(T));
      }
    }
  });
}

/// Runs a loop over `n` elements of each input, which start `offset` elements into their memory;
/// gives the output with a margin around it, to see that nothing else was written.
std::vector<char> run_at(const Named& named, DType dtype, std::int64_t n, std::size_t offset,
                         std::int64_t step) {
  const DType out = named.test ? DType::boolean : dtype;
  const std::size_t room = static_cast<std::size_t>(n * step) + offset + 8;
  std::vector<std::vector<char>> memory;
  std::vector<char> result((room + 8) * size_of(out), 0x55);
  char* data[kMaxLoopInputs + 1] = {result.data() + (8 + offset) * size_of(out)};
  std::int64_t strides[kMaxLoopInputs + 1] = {static_cast<std::int64_t>(size_of(out)) * step};
  for (int k = 0; k < named.inputs; ++k) {
    DType own = named.condition && k == 0 ? DType::boolean : dtype;
    if (k >= named.inputs - named.numbers && size_of(dtype) == 2) own = DType::f32;
    memory.push_back(elements(own, room, static_cast<std::uint64_t>(k + 1)));
    data[k + 1] = memory.back().data() + offset * size_of(own);
    strides[k + 1] = static_cast<std::int64_t>(size_of(own)) * step;
  }
  named.row[dtype](data, strides, n);
  unify_nans(result, 8 + offset, n, step, out);
  return result;
}

/// The same, one element at a time.
std::vector<char> run_singly(const Named& named, DType dtype, std::int64_t n, std::size_t offset,
                             std::int64_t step) {
  std::vector<char> all = run_at(named, dtype, 0, offset, step);
  const DType out = named.test ? DType::boolean : dtype;
  all.resize((static_cast<std::size_t>(n * step) + offset + 16) * size_of(out), 0x55);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::size_t from = offset + static_cast<std::size_t>(i * step);
    const std::vector<char> one = run_at(named, dtype, 1, from, step);
    std::memcpy(all.data() + (8 + from) * size_of(out), one.data() + (8 + from) * size_of(out),
                size_of(out));
  }
  return all;
}

}  // namespace

TEST_CASE("simd: exp, log, tanh and sigmoid are accurate over the whole range at every level") {
  for (SimdLevel level : available_simd_levels()) {
    INFO("level " << std::string(name_of(level)));
    check_exponentials<float, double>(level, DType::f32, 104);
    check_exponentials<double, long double>(level, DType::f64, 746);
  }
}

TEST_CASE("simd: exp2, expm1, log2, log10 and log1p are accurate over the whole range") {
  for (SimdLevel level : available_simd_levels()) {
    INFO("level " << std::string(name_of(level)));
    check_logarithms<float, double>(level, DType::f32);
    check_logarithms<double, long double>(level, DType::f64);
  }
}

TEST_CASE("simd: sin, cos and tan are accurate around their zeros and far from 0") {
  for (SimdLevel level : available_simd_levels()) {
    INFO("level " << std::string(name_of(level)));
    check_trigonometric<float, double>(level, DType::f32);
    check_trigonometric<double, long double>(level, DType::f64);
  }
}

TEST_CASE("simd: erf, erfc and gelu are accurate out to where they vanish") {
  for (SimdLevel level : available_simd_levels()) {
    INFO("level " << std::string(name_of(level)));
    check_error_functions<float, double>(level, DType::f32, 11);
    check_error_functions<double, long double>(level, DType::f64, 28);
  }
}

TEST_CASE("simd: sums, products, quotients and square roots are rounded once, as IEEE 754 says") {
  for (SimdLevel level : available_simd_levels()) {
    INFO("level " << std::string(name_of(level)));
    check_rounded_once<float>(level, DType::f32);
    check_rounded_once<double>(level, DType::f64);
  }
}

TEST_CASE(
    "simd: every length, alignment and stride gives the bits of single elements, and no more") {
  for (SimdLevel level : available_simd_levels())
    for (const Named& named : all_rows(level))
      for (DType dtype : kAllDTypes) {
        if (!named.row[dtype]) continue;
        INFO(std::string(name_of(level)) << " " << named.name << " " << to_string(dtype));
        for (std::int64_t n : {67, 256, 257, 300})
          for (std::int64_t step : {1, 3})
            CHECK(run_at(named, dtype, n, 1, step) == run_singly(named, dtype, n, 1, step));
        const std::vector<char> longest = run_at(named, dtype, 67, 3, 1);
        const std::size_t size = size_of(named.test ? DType::boolean : dtype);
        for (std::int64_t n = 0; n <= 67; ++n) {
          const std::vector<char> found = run_at(named, dtype, n, 3, 1);
          const std::size_t end = (11 + static_cast<std::size_t>(n)) * size;
          CHECK(std::memcmp(found.data(), longest.data(), end) == 0);
          for (std::size_t i = end; i < found.size(); ++i) REQUIRE(found[i] == 0x55);
        }
      }
}

TEST_CASE("simd: arithmetic, comparison and selection are equal to the bit at every level") {
  const auto lowest = all_rows(SimdLevel::baseline);
  for (SimdLevel level : available_simd_levels()) {
    const auto rows = all_rows(level);
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (!rows[k].exact) continue;
      for (DType dtype : kAllDTypes) {
        INFO(std::string(name_of(level)) << " " << rows[k].name << " " << to_string(dtype));
        CHECK(static_cast<bool>(rows[k].row[dtype]) == static_cast<bool>(lowest[k].row[dtype]));
        if (!rows[k].row[dtype]) continue;
        CHECK(run_at(rows[k], dtype, 67, 1, 1) == run_at(lowest[k], dtype, 67, 1, 1));
      }
    }
  }
}

TEST_CASE("simd: a constant operand and writing in place") {
  for (SimdLevel level : available_simd_levels()) {
    std::vector<float> x(70), expected(70);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = static_cast<float>(i) * 0.25f;
      expected[i] = x[i] - 1.5f;
    }
    float constant = 1.5f;
    char* data[] = {reinterpret_cast<char*>(x.data()), reinterpret_cast<char*>(x.data()),
                    reinterpret_cast<char*>(&constant)};
    const std::int64_t strides[] = {4, 4, 0};
    arithmetic(level).sub[DType::f32](data, strides, 70);
    CHECK(x == expected);
  }
}

}  // namespace limpid::simd_test

#endif
