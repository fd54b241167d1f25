// 16-bit floats, dtypes, conversions, scalars. Tables that say "torch" were printed by
// PyTorch 2.13.

// covers: half, scalar
#include "limpid/core/dtype.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "limpid/core/half.h"
#include "limpid/core/random.h"
#include "limpid/core/scalar.h"
#include "tests/thrown.h"

namespace limpid::dtype_test {

using namespace testing;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

}  // namespace

// ---- 16-bit floats

namespace {

/// The nearest number with `digits` digits, exponent from `lowest`, ties to even, by arithmetic in
/// double.
double rounded(double value, int digits, int lowest, double largest) {
  if (value == 0 || !std::isfinite(value)) return value;
  const int exponent = std::max(std::ilogb(value), lowest);
  const double quantum = std::ldexp(1.0, exponent - (digits - 1));
  const double out = std::nearbyint(value / quantum) * quantum;
  return std::abs(out) > largest ? std::copysign(kInf, value) : out;
}
double to_half(double v) { return rounded(v, 11, -14, 65504); }
double to_bfloat(double v) { return rounded(v, 8, -126, 0x1.fep127); }

/// The value of a pattern with `fraction_bits` bits of fraction, by the definition.
double value_of(std::uint16_t bits, int fraction_bits) {
  const int exponent_bits = 15 - fraction_bits;
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = bits >> fraction_bits & ((1 << exponent_bits) - 1);
  const double fraction = bits & ((1 << fraction_bits) - 1);
  const double sign = bits & 0x8000 ? -1 : 1;
  if (exponent == (1 << exponent_bits) - 1) return fraction != 0 ? NAN : sign * kInf;
  if (exponent == 0) return sign * std::ldexp(fraction, 1 - bias - fraction_bits);
  return sign * std::ldexp(1 + std::ldexp(fraction, -fraction_bits), exponent - bias);
}

bool same(double a, double b) {
  return (a != a && b != b) || (a == b && std::signbit(a) == std::signbit(b));
}

template <class T>
int wrong_roundings(double (*expected)(double), float value) {
  return !same(static_cast<float>(T(value)), expected(value));
}

template <class T>
void check_16_bits(int fraction_bits, double (*expected)(double)) {
  int wrong_values = 0, wrong_trips = 0, wrong = 0;
  for (int pattern = 0; pattern < 65536; ++pattern) {
    T x;
    x.bits = static_cast<std::uint16_t>(pattern);
    const float value = x;
    wrong_values += !same(value, value_of(x.bits, fraction_bits));
    const T back(value);
    wrong_trips += value != value ? !(float(back) != float(back)) : back.bits != x.bits;
    T next;
    next.bits = static_cast<std::uint16_t>(pattern + 1);
    const float middle = value + (static_cast<float>(next) - value) / 2;  // a tie
    for (float v : {middle, std::nextafter(middle, 1e38f), std::nextafter(middle, -1e38f)})
      wrong += wrong_roundings<T>(expected, v);
  }
  CHECK(wrong_values == 0);
  CHECK(wrong_trips == 0);
  const RandomStream random{1, 0};
  for (std::uint64_t i = 0; i < 400000; ++i) {
    const std::uint32_t bits = random.bits(i);
    float value;
    std::memcpy(&value, &bits, sizeof value);
    wrong += wrong_roundings<T>(expected, value);
    wrong += wrong_roundings<T>(expected, std::ldexp(random.unit(bits), -static_cast<int>(i % 32)));
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("float16: every pattern, and rounding to nearest even") {
  check_16_bits<Half>(10, to_half);
  CHECK(Half(65504.0f).bits == 0x7bff);
  CHECK(Half(65519.996f).bits == 0x7bff);
  CHECK(Half(65520.0f).bits == 0x7c00);  // to infinity
  CHECK(Half(-1e30f).bits == 0xfc00);
  CHECK(Half(0x1p-24f).bits == 1);  // smallest subnormal
  CHECK(Half(0x1p-25f).bits == 0);  // a tie, to even
  CHECK(Half(0x1.8p-25f).bits == 1);
  CHECK(Half(-0.0f).bits == 0x8000);
  CHECK((Half(NAN).bits & 0x7fff) > 0x7c00);
}

TEST_CASE("bfloat16: every pattern, and rounding to nearest even") {
  check_16_bits<BFloat16>(7, to_bfloat);
  CHECK(BFloat16(3.4028235e38f).bits == 0x7f80);  // the largest float goes to infinity
  CHECK(BFloat16(1.00390625f).bits == 0x3f80);    // a tie, to even
  CHECK(BFloat16(1.01171875f).bits == 0x3f82);    // a tie, up to even
  CHECK((BFloat16(-NAN).bits & 0x7fff) > 0x7f80);
}

// ---- dtypes

TEST_CASE("promotion of every pair of dtypes is torch's") {
  constexpr int table[kDTypes][kDTypes] = {
      // torch.promote_types
      {0, 2, 2, 3, 0, 0, 0, 0, 0, 0}, {2, 1, 2, 3, 1, 1, 1, 1, 1, 1},
      {2, 2, 2, 3, 2, 2, 2, 2, 2, 2}, {3, 3, 3, 3, 3, 3, 3, 3, 3, 3},
      {0, 1, 2, 3, 4, 6, 6, 7, 8, 4}, {0, 1, 2, 3, 6, 5, 6, 7, 8, 5},
      {0, 1, 2, 3, 6, 6, 6, 7, 8, 6}, {0, 1, 2, 3, 7, 7, 7, 7, 8, 7},
      {0, 1, 2, 3, 8, 8, 8, 8, 8, 8}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}};
  const char* casts[kDTypes] = {// torch.can_cast(row, column)
                                "1111000000", "1111000000", "1111000000", "1111000000",
                                "1111111110", "1111111110", "1111111110", "1111111110",
                                "1111111110", "1111111111"};
  for (int a = 0; a < kDTypes; ++a) {
    for (int b = 0; b < kDTypes; ++b) {
      INFO(name_of(kAllDTypes[a]), " and ", name_of(kAllDTypes[b]));
      CHECK(name_of(promote_types(kAllDTypes[a], kAllDTypes[b])) ==
            name_of(kAllDTypes[table[a][b]]));
      CHECK(can_cast(kAllDTypes[a], kAllDTypes[b]) == (casts[a][b] == '1'));
    }
  }
}

TEST_CASE("dtypes: sizes, kinds, names and types agree") {
  for (DType dtype : kAllDTypes) {
    CHECK(parse_dtype(name_of(dtype)) == dtype);
    visit_dtype(dtype, [&](auto tag) {
      using T = typename decltype(tag)::type;
      CHECK(dtype_of<T>() == dtype);
      CHECK(sizeof(T) == size_of(dtype));
      CHECK(is_floating(dtype) == is_float_type<T>);
      CHECK(is_bool(dtype) == std::is_same_v<T, bool>);
      CHECK(is_integer(dtype) == (std::is_integral_v<T> && !std::is_same_v<T, bool>));
    });
  }
  CHECK(parse_dtype("f16") == DType::f16);
  CHECK(parse_dtype("half") == DType::f16);
  CHECK(parse_dtype("float") == DType::f32);
  CHECK(parse_dtype("double") == DType::f64);
  CHECK(parse_dtype("int") == DType::i32);
  CHECK(parse_dtype("long") == DType::i64);
  CHECK_SAYS(DTypeError, "there is no dtype 'float8'; there are float16, bfloat16, float32",
             parse_dtype("float8"));
}

TEST_CASE("conversions have no undefined values") {
  CHECK(convert<std::int64_t>(2.9) == 2);  // towards zero
  CHECK(convert<std::int64_t>(-2.9) == -2);
  CHECK(convert<std::int64_t>(NAN) == 0);
  CHECK(convert<std::int64_t>(kInf) == INT64_MAX);
  CHECK(convert<std::int64_t>(-kInf) == INT64_MIN);
  CHECK(convert<std::int64_t>(1e30) == INT64_MAX);
  CHECK(convert<std::int64_t>(-1e30) == INT64_MIN);
  CHECK(convert<std::int64_t>(9223372036854775808.0) == INT64_MAX);
  CHECK(convert<std::int64_t>(-9223372036854775808.0) == INT64_MIN);
  CHECK(convert<std::int64_t>(9223372036854774784.0) == 9223372036854774784);
  CHECK(convert<std::int64_t>(-9223372036854774784.0) == -9223372036854774784);
  CHECK(convert<std::uint8_t>(300.7f) == 44);  // wraps, as torch on the CPU
  CHECK(convert<std::uint8_t>(-1.5f) == 255);
  CHECK(convert<std::int8_t>(-300.0) == -44);
  CHECK(convert<std::int32_t>(-300.0) == -300);
  CHECK(convert<std::int8_t>(std::int64_t{200}) == -56);
  CHECK(convert<std::int32_t>(Half(3.5f)) == 3);
  CHECK(convert<bool>(0.0) == false);
  CHECK(convert<bool>(-0.0f) == false);
  CHECK(convert<bool>(1e-300) == true);
  CHECK(convert<bool>(NAN) == true);
  CHECK(convert<bool>(Half(0.5f)) == true);
  CHECK(convert<bool>(std::int8_t{-1}) == true);
  CHECK(convert<bool>(0) == false);
  CHECK(convert<float>(true) == 1.0f);
  CHECK(static_cast<float>(convert<Half>(std::int64_t{2049})) == 2048);
  CHECK(static_cast<float>(convert<BFloat16>(1e39)) == static_cast<float>(kInf));
}

TEST_CASE("scalars take part in promotion by their kind") {
  using Kind = Scalar::Kind;
  CHECK(Scalar(true).kind() == Kind::boolean);
  CHECK(Scalar(3).kind() == Kind::integer);
  CHECK(Scalar(std::uint8_t{3}).kind() == Kind::integer);
  CHECK(Scalar(0.5f).kind() == Kind::floating);
  CHECK(Scalar(true).dtype() == DType::boolean);
  CHECK(Scalar(3).dtype() == DType::i64);
  CHECK(Scalar(0.5).dtype() == DType::f32);
  for (DType other : kAllDTypes) {
    CHECK(Scalar(true).dtype_beside(other) == other);
    CHECK(Scalar(2).dtype_beside(other) == (is_bool(other) ? DType::i64 : other));
    CHECK(Scalar(0.5).dtype_beside(other) == (is_floating(other) ? other : DType::f32));
  }
  CHECK(Scalar(2.7).as_int64() == 2);
  CHECK(Scalar(std::int64_t{1} << 60).as_int64() == std::int64_t{1} << 60);
  CHECK(Scalar(7).as_double() == 7.0);
  CHECK(Scalar(2.75).to<float>() == 2.75f);
  CHECK(Scalar((std::int64_t{1} << 53) + 1).to<std::int64_t>() == (std::int64_t{1} << 53) + 1);
  CHECK(to_string(Scalar(true)) == "true");
  CHECK(to_string(Scalar(false)) == "false");
  CHECK(to_string(Scalar(-3)) == "-3");
  CHECK(to_string(Scalar(0.1)) == "0.1");
  CHECK(Scalar(1) == Scalar(1));
  CHECK(!(Scalar(1) == Scalar(1.0)));
}

}  // namespace limpid::dtype_test
