// The core: shapes, dtypes, 16-bit floats, conversions, scalars, devices, random numbers,
// iteration. Tables that say "torch" were printed by PyTorch 2.13.

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <numbers>
#include <set>
#include <thread>
#include <vector>

#include "limpid/core/device.h"
#include "limpid/core/int_pair.h"
#include "limpid/core/int_triple.h"
#include "limpid/core/interrupt.h"
#include "limpid/core/layer_path.h"
#include "limpid/core/machine_memory.h"
#include "limpid/core/place.h"
#include "limpid/core/random.h"
#include "limpid/core/reduction.h"
#include "limpid/core/refcount.h"
#include "limpid/core/rows.h"
#include "limpid/core/scalar.h"
#include "limpid/core/shell_word.h"
#include "limpid/core/spec.h"
#include "limpid/core/walk.h"
#include "tests/scratch_folder.h"
#include "tests/thrown.h"

using namespace limpid;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

Shape counted(int rank) {
  Shape shape(rank);
  for (int i = 0; i < rank; ++i) shape[i] = 10 + i;
  return shape;
}

bool is_counted(const Shape& shape, int rank) {
  if (shape.rank() != rank) return false;
  for (int i = 0; i < rank; ++i)
    if (shape[i] != 10 + i) return false;
  return true;
}

}  // namespace

// ---- Shape

TEST_CASE("shape: every rank from 0 to 64 can be copied, moved and assigned") {
  for (int rank = 0; rank <= 64; ++rank) {
    const Shape shape = counted(rank);
    CHECK(is_counted(shape, rank));
    Shape copy = shape;
    CHECK(copy == shape);
    if (rank) {
      copy[rank - 1] = -1;  // a copy of its own
      CHECK(is_counted(shape, rank));
      CHECK(!(copy == shape));
      CHECK(copy.back() == -1);
    }
    Shape source = shape;
    const Shape moved = std::move(source);
    CHECK(is_counted(moved, rank));
    CHECK(source.rank() == 0);
    CHECK(shape.empty() == (rank == 0));
    CHECK(shape.end() - shape.begin() == rank);
    for (int other : {0, 3, 8, 9, 64}) {
      Shape target = counted(other);
      target = shape;
      CHECK(is_counted(target, rank));
      Shape taken = shape, receiver = counted(other);
      receiver = std::move(taken);
      CHECK(is_counted(receiver, rank));
    }
    Shape self = shape;
    Shape& alias = self;
    self = alias;
    CHECK(is_counted(self, rank));
    self = std::move(alias);
    CHECK(is_counted(self, rank));
  }
}

TEST_CASE("shape: insert and erase at every place, across the border of rank 8") {
  for (int rank : {0, 1, 5, 7, 8, 9, 20, 63}) {
    for (int at = 0; at <= rank; ++at) {
      Shape shape = counted(rank);
      shape.insert(at, 7);
      REQUIRE(shape.rank() == rank + 1);
      CHECK(shape[at] == 7);
      for (int i = 0; i < rank; ++i) CHECK(shape[i < at ? i : i + 1] == 10 + i);
      shape.erase(at);
      CHECK(is_counted(shape, rank));
    }
  }
}

TEST_CASE("shape: rank 65 is refused and nothing breaks") {
  CHECK_SAYS(ShapeError, "at most 64 dimensions, got 65", Shape(65));
  const volatile std::size_t too_many = 65;
  const std::vector<std::int64_t> long_list(too_many, 1);
  CHECK_SAYS(ShapeError, "at most 64 dimensions, got 65", Shape(std::span(long_list)));
  Shape full = counted(64);
  CHECK_SAYS(ShapeError, "at most 64 dimensions, got 65", full.push_back(1));
  CHECK(is_counted(full, 64));
}

TEST_CASE("shape: text, number of elements, strides") {
  CHECK(to_string(Shape{}) == "()");
  CHECK(to_string(Shape{4}) == "(4,)");
  CHECK(to_string(Shape{2, 3}) == "(2, 3)");
  CHECK(to_string(Spec({2, 3}, DType::f16)) == "float16 (2, 3)");
  CHECK(to_string(Spec({7}, DType::i8, kMeta)) == "int8 (7,) on meta");
  CHECK(checked_numel({}) == 1);
  CHECK(checked_numel({2, 3, 4}) == 24);
  CHECK(checked_numel({2, 0, 4}) == 0);
  CHECK(checked_numel({std::int64_t{1} << 56}) == std::int64_t{1} << 56);
  CHECK_SAYS(ShapeError, "dimension 1 of (2, -3) is negative", checked_numel({2, -3}));
  CHECK_SAYS(ShapeError, "more elements than", checked_numel({(std::int64_t{1} << 56) + 1}));
  const std::int64_t huge = std::int64_t{1} << 40;
  CHECK_SAYS(ShapeError, "more elements than", checked_numel({huge, huge}));
  CHECK_SAYS(ShapeError, "more elements than", checked_numel({huge, huge, 0}));
  CHECK(numel({}) == 1);
  CHECK(numel({2, 3, 4}) == 24);
  CHECK(contiguous_strides({2, 3, 4}) == Strides{12, 4, 1});
  CHECK(contiguous_strides({2, 0, 4}) == Strides{4, 4, 1});  // torch
  CHECK(contiguous_strides({}) == Strides{});
  CHECK(is_contiguous({2, 3}, {3, 1}));
  CHECK(!is_contiguous({2, 3}, {1, 2}));
  CHECK(!is_contiguous({2, 3}, {4, 1}));
  CHECK(!is_contiguous({3}, {2}));
  CHECK(!is_contiguous({3}, {0}));
  CHECK(is_contiguous({2, 1, 3}, {3, 77, 1}));  // the stride of an axis of size 1 means nothing
  CHECK(is_contiguous({1}, {5}));
  CHECK(is_contiguous({4, 0}, {9, 9}));
  CHECK(is_contiguous({}, {}));
}

TEST_CASE("axes: negative ones count from the end, others are refused by name") {
  CHECK(normalize_axis(0, 3) == 0);
  CHECK(normalize_axis(2, 3) == 2);
  CHECK(normalize_axis(-1, 3) == 2);
  CHECK(normalize_axis(-3, 3) == 0);
  CHECK(normalize_axis(0, 0) == 0);
  CHECK(normalize_axis(-1, 0) == 0);
  CHECK_SAYS(IndexError,
             "axis 3 is out of range for a tensor of 3 dimensions: it must lie in [-3, 2]",
             normalize_axis(3, 3));
  CHECK_SAYS(IndexError, "axis -4 is out of range", normalize_axis(-4, 3));
  CHECK_SAYS(IndexError, "it must lie in [-1, 0]", normalize_axis(1, 0));
}

TEST_CASE("axes of a reduction") {
  const std::vector<std::int64_t> none, one{1}, two{0, -1}, twice{1, -2}, zero{0};
  CHECK(reduced_axes(none, 3) == 0b111);
  CHECK(reduced_axes(none, 0) == 0);
  CHECK(reduced_axes(none, 64) == ~std::uint64_t{0});
  CHECK(reduced_axes(one, 3) == 0b010);
  CHECK(reduced_axes(two, 3) == 0b101);
  CHECK(reduced_axes(zero, 0) == 0);
  CHECK_SAYS(ShapeError, "axis -2 is named twice in (1, -2)", reduced_axes(twice, 3));
  CHECK(reduced_shape({2, 3, 4}, 0b101, false) == Shape{3});
  CHECK(reduced_shape({2, 3, 4}, 0b101, true) == Shape{1, 3, 1});
  CHECK(reduced_shape({2, 3, 4}, 0, false) == Shape{2, 3, 4});
}

TEST_CASE("broadcasting") {
  struct Row {
    Shape a, b, common;
  };
  const Row rows[] = {
      {{}, {}, {}},          {{}, {2, 3}, {2, 3}},        {{3}, {2, 3}, {2, 3}},
      {{2, 1}, {3}, {2, 3}}, {{1}, {1, 1, 1}, {1, 1, 1}}, {{5, 1, 4}, {3, 1}, {5, 3, 4}},
      {{0}, {1}, {0}},       {{2, 1}, {2, 0}, {2, 0}},    {{8, 1, 6, 1}, {7, 1, 5}, {8, 7, 6, 5}},
  };
  for (const Row& row : rows) {
    INFO(to_string(row.a), " with ", to_string(row.b));
    CHECK(broadcast_shapes(row.a, row.b) == row.common);
    CHECK(broadcast_shapes(row.b, row.a) == row.common);
    CHECK(broadcasts_to(row.a, row.common));
    CHECK(broadcasts_to(row.b, row.common));
  }
  CHECK_SAYS(
      ShapeError,
      "shapes (2, 3) and (4,) do not broadcast: sizes 3 and 4 at dimension -1 must be equal, "
      "or one of them 1",
      broadcast_shapes({2, 3}, {4}));
  CHECK_SAYS(ShapeError, "sizes 2 and 3 at dimension -2", broadcast_shapes({2, 1}, {3, 4}));
  CHECK_SAYS(ShapeError, "sizes 0 and 2 at dimension -1", broadcast_shapes({0}, {2}));
  CHECK(!broadcasts_to({2, 3}, {3}));
  CHECK(!broadcasts_to({2}, {3}));
  CHECK(!broadcasts_to({3}, {1}));
  CHECK(!broadcasts_to({2, 1}, {3, 2}));
  CHECK(broadcasts_to({}, {}));
}

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

// ---- devices, errors, layers

TEST_CASE("devices: names and messages") {
  CHECK(Device("cpu") == kCpu);
  CHECK(Device("meta") == kMeta);
  CHECK(Device("cuda") == Device(DeviceType::cuda, 0));
  CHECK(Device("cuda:3") == Device(DeviceType::cuda, 3));
  CHECK(to_string(Device("cuda:3")) == "cuda:3");
  CHECK(to_string(kCpu) == "cpu");
  CHECK(to_string(kMeta) == "meta");
  CHECK_SAYS(DeviceError, "there is no device 'gpu'; write cpu, meta, cuda or cuda:N",
             Device("gpu"));
  CHECK_SAYS(DeviceError, "needs a number from 0 to 255", Device("cuda:"));
  CHECK_SAYS(DeviceError, "needs a number from 0 to 255", Device("cuda:1x"));
  CHECK_SAYS(DeviceError, "needs a number from 0 to 255", Device("cuda:256"));
  CHECK_SAYS(DeviceError, "needs a number from 0 to 255", Device("cuda:-1"));
  CHECK_SAYS(DeviceError, "there is one cpu device, so 'cpu:1' does not exist", Device("cpu:1"));
  CHECK(Device("cpu:0") == kCpu);
  CHECK(is_available(kCpu));
  CHECK(is_available(kMeta));
  CHECK(!is_available(Device("cuda")));
  CHECK_NOTHROW(require_available(kMeta));
  CHECK_SAYS(DeviceError,
             "device cuda:1 is not here: this build of limpid has no CUDA; devices here "
             "are cpu and meta",
             require_available(Device("cuda:1")));
}

TEST_CASE("errors: only the innermost op is named") {
  ShapeError error("sizes differ");
  CHECK(!error.has_context());
  error.add_context("conv2d", "input (2, 3)");
  CHECK(std::string(error.what()) == "conv2d: sizes differ [input (2, 3)]");
  CHECK(error.has_context());
  error.add_context("outer", "else");
  CHECK(std::string(error.what()) == "conv2d: sizes differ [input (2, 3)]");
  ValueError bare("wrong");
  bare.add_context("", "");
  CHECK(std::string(bare.what()) == "wrong");
}

TEST_CASE("the path of layers follows scopes, for each thread") {
  CHECK(current_layer_path() == "");
  {
    const LayerScope backbone("backbone");
    const LayerScope unnamed("");
    {
      const LayerScope stem("stem"), conv("conv");
      CHECK(current_layer_path() == "backbone.stem.conv");
      std::string elsewhere = "?";
      std::thread([&] { elsewhere = current_layer_path(); }).join();
      CHECK(elsewhere == "");
    }
    CHECK(current_layer_path() == "backbone");
  }
  CHECK(current_layer_path() == "");
}

// ---- random numbers

TEST_CASE("philox gives Random123's known answers") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  const std::uint32_t ones = 0xffffffff;
  CHECK(philox({ones, ones, ones, ones}, {ones, ones}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream is philox at offset + i under the seed") {
  const std::uint64_t seed = 0x299f31d0a4093822, offset = 0x85a308d3243f6a80;
  const RandomStream random{seed, offset};
  for (std::uint64_t i = 0; i < 40; ++i) {
    const std::uint64_t block = offset + i / 4;
    const auto words =
        philox({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), 0, 0},
               {0xa4093822, 0x299f31d0});
    CHECK(random.bits(i) == words[i % 4]);
    const auto pair = random.block(i / 2);
    CHECK(random.bits64(i) == (std::uint64_t{pair[i % 2 * 2]} << 32 | pair[i % 2 * 2 + 1]));
    CHECK(random.uniform(i) == static_cast<float>(random.bits(i) >> 8) / 16777216.0f);
    CHECK(random.uniform64(i) == static_cast<double>(random.bits64(i) >> 11) / 9007199254740992.0);
    const double u = (pair[i % 2 * 2] + 1.0) / 4294967296.0, v = pair[i % 2 * 2 + 1] / 4294967296.0;
    const double normal = std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
    CHECK(std::abs(random.normal(i) - normal) < 1e-12);
  }
  CHECK(RandomStream::unit(0xffffffff) == 1 - 0x1p-24f);
  CHECK(RandomStream::unit(0) == 0);
}

TEST_CASE("uniform and normal numbers have the moments they should") {
  const RandomStream random{42, 0};
  constexpr int n = 200000;
  double u1 = 0, u2 = 0, n1 = 0, n2 = 0, n3 = 0, n4 = 0, both = 0, low = 1, high = 0, before = 0;
  for (int i = 0; i < n; ++i) {
    const auto k = static_cast<std::uint64_t>(i);
    const double u = random.uniform(k), v = random.uniform64(k), z = random.normal(k);
    low = std::min({low, u, v});
    high = std::max({high, u, v});
    u1 += u;
    u2 += u * u;
    n1 += z;
    n2 += z * z;
    n3 += z * z * z;
    n4 += z * z * z * z;
    both += z * before;  // neighbours are independent
    before = z;
  }
  CHECK(low >= 0);
  CHECK(low < 1e-4);
  CHECK(high < 1);
  CHECK(high > 1 - 1e-4);
  CHECK(std::abs(u1 / n - 0.5) < 0.003);  // bounds: more than four standard errors
  CHECK(std::abs(u2 / n - 1 / 3.0) < 0.003);
  CHECK(std::abs(n1 / n) < 0.01);
  CHECK(std::abs(n2 / n - 1) < 0.015);
  CHECK(std::abs(n3 / n) < 0.04);
  CHECK(std::abs(n4 / n - 3) < 0.1);
  CHECK(std::abs(both / n) < 0.01);
}

TEST_CASE("a generator hands out parts that do not overlap, to any number of threads") {
  Generator generator(7);
  CHECK(generator.seed() == 7);
  CHECK(generator.reserve(1).offset == 0);
  CHECK(generator.reserve(4).offset == 1);
  CHECK(generator.reserve(5).offset == 2);
  CHECK(generator.reserve(0).offset == 4);
  CHECK(generator.offset() == 4);
  generator.set_state(9, 100);
  CHECK(generator.reserve(1).seed == 9);
  CHECK(generator.offset() == 101);
  generator.manual_seed(3);
  CHECK(generator.offset() == 0);
  std::vector<std::uint64_t> offsets[4];
  std::vector<std::thread> threads;
  for (auto& mine : offsets)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) mine.push_back(generator.reserve(5).offset);
    });
  for (std::thread& t : threads) t.join();
  std::set<std::uint64_t> all;
  for (const auto& mine : offsets) all.insert(mine.begin(), mine.end());
  CHECK(all.size() == 4000);
  CHECK(*all.begin() == 0);
  CHECK(*all.rbegin() == 7998);
  CHECK(generator.offset() == 8000);
}

TEST_CASE("UseGenerator nests and holds for its thread only") {
  Generator one(1), two(2);
  Generator& shared = default_generator();
  {
    const UseGenerator use_one(one);
    CHECK(&default_generator() == &one);
    {
      const UseGenerator use_two(two);
      CHECK(&default_generator() == &two);
      manual_seed(22);
      CHECK(two.seed() == 22);
      Generator* elsewhere = nullptr;
      std::thread([&] { elsewhere = &default_generator(); }).join();
      CHECK(elsewhere == &shared);
    }
    CHECK(&default_generator() == &one);
    CHECK(one.seed() == 1);
  }
  CHECK(&default_generator() == &shared);
}

// ---- iteration

TEST_CASE("walk visits every index once, last axis fastest") {
  const Shape shape{2, 3, 4};
  const Strides rows = contiguous_strides(shape), odd{-7, 0, 100};
  std::vector<std::int64_t> seen, other;
  walk<2>(shape, {rows.data(), odd.data()}, [&](const auto& at) {
    seen.push_back(at[0]);
    other.push_back(at[1]);
  });
  REQUIRE(seen.size() == 24);
  for (std::int64_t i = 0; i < 24; ++i) {
    CHECK(seen[static_cast<std::size_t>(i)] == i);
    CHECK(other[static_cast<std::size_t>(i)] == -7 * (i / 12) + 100 * (i % 4));
  }
  int calls = 0;
  walk<1>(Shape{}, {nullptr}, [&](const auto& at) { calls += 1 + static_cast<int>(at[0]); });
  CHECK(calls == 1);
  walk<1>(Shape{3, 0, 2}, {rows.data()}, [&](const auto&) { ++calls; });
  CHECK(calls == 1);
  Shape ones(64);
  for (std::int64_t& size : ones) size = 1;
  ones[0] = ones[63] = 2;
  const Strides steps = contiguous_strides(ones);
  std::int64_t total = 0;
  walk<1>(ones, {steps.data()}, [&](const auto& at) { total += at[0]; });
  CHECK(total == 0 + 1 + 2 + 3);
}

TEST_CASE("rows along an axis, and a 0-d view as a row of one") {
  const Shape shape{2, 3, 4};
  const Strides strides = contiguous_strides(shape);
  const AnyView view{nullptr, shape.data(), strides.data(), 24, 3, DType::f32, true};
  CHECK(row_length(view, 1) == 3);
  CHECK(row_step(view, 1) == 4);
  std::vector<std::int64_t> first;
  walk_rows<1>(shape, 1, {strides.data()}, [&](const auto& at) { first.push_back(at[0]); });
  CHECK(first == std::vector<std::int64_t>{0, 1, 2, 3, 12, 13, 14, 15});
  const AnyView one{nullptr, nullptr, nullptr, 1, 0, DType::f32, true};
  CHECK(row_length(one, 0) == 1);
  CHECK(row_step(one, 0) == 0);
  CHECK(one.defined());
  CHECK(!AnyView{}.defined());
  CHECK(place_of(17, shape) == Shape{1, 1, 1});
  CHECK(place_of(0, Shape{}) == Shape{});
}

TEST_CASE("a view finds an element by its index") {
  const Shape shape{2, 3};
  const Strides strides{3, 1};
  int data[] = {0, 1, 2, 3, 4, 5};
  const TensorView<int> view{data, shape.data(), strides.data(), 6, 2};
  CHECK(view.at({0, 1}) == 1);
  CHECK(view.at({1, 2}) == 5);
}

namespace {
int polls = 0;
}  // namespace

TEST_CASE("long work polls for interrupts after 2^22 elements, or 4096 steps") {
  set_interrupt_poll([] { ++polls; });
  InterruptMeter meter;
  const auto steps = [&](int count, std::int64_t elements) {
    polls = 0;
    for (int i = 0; i < count; ++i) meter.step(elements);
    return polls;
  };
  CHECK(steps(1, (1 << 22) - 1024) == 1);
  CHECK(steps(2049, 1023) == 0);
  CHECK(steps(1, 1023) == 1);
  CHECK(steps(4095, 0) == 0);
  CHECK(steps(1, 0) == 1);
  set_interrupt_poll(nullptr);
}

TEST_CASE("strides of a broadcast view") {
  const Shape shape{3, 1};
  const Strides strides{5, 7};
  const AnyView view{nullptr, shape.data(), strides.data(), 3, 2, DType::f32, false};
  const Shape target{4, 3, 6};
  CHECK(broadcast_strides(view, target) == Strides{0, 5, 0});
  const Shape own{3, 1};
  CHECK(broadcast_strides(view, own) == Strides{5, 0});
}

TEST_CASE("references: the last owner destroys, and only the last") {
  const Refcount count;
  CHECK(count.value() == 1);
  count.increment();
  CHECK(count.value() == 2);
  CHECK_FALSE(count.decrement());
  CHECK(count.value() == 1);
  CHECK(count.decrement());

  static int alive = 0;
  struct Thing {
    Refcount references;
    static void destroy(Thing* thing) { delete thing, --alive; }
  };
  using Owner = Ptr<Thing>;
  Owner first = Owner::adopt((++alive, new Thing)), none;
  CHECK(static_cast<bool>(first));
  CHECK_FALSE(static_cast<bool>(none));
  {
    const Owner second = first, third = Owner::share(first.get()), nobody = none;
    CHECK(first->references.value() == 3);
    CHECK(third.get() == first.get());
    CHECK(nobody.get() == nullptr);
  }
  CHECK(first->references.value() == 1);
  none = std::move(first);
  CHECK(first.get() == nullptr);
  CHECK(alive == 1);
  none = Owner();
  CHECK(alive == 0);
}

TEST_CASE("memory: the machine's, or a container's where that is less") {
  CHECK(machine_memory() > 100'000'000);
  CHECK(machine_memory() < std::int64_t{1} << 50);  // "no limit" of cgroups is beyond
  const ScratchFolder folder;
  const std::string least = folder / "least", less = folder / "less", word = folder / "word";
  std::ofstream(least) << 1 << '\n';
  std::ofstream(less) << 700 << '\n';
  std::ofstream(word) << "max\n";
  const auto within = [](std::int64_t bytes, std::vector<std::string> names) {
    std::vector<const char*> files;
    for (const std::string& name : names) files.push_back(name.c_str());
    return within_limits(bytes, files);
  };
  CHECK(within(1000, {less, word}) == 700);
  CHECK(within(1000, {less, least}) == 1);
  CHECK(within(500, {less}) == 500);
  CHECK(within(1, {less}) == 1);
  CHECK(within(1000, {word, folder / "missing"}) == 1000);
  CHECK(within(0, {less}) == 700);
  CHECK(within(0, {word}) == 0);
}

TEST_CASE("sizes along several axes read as they are written") {
  CHECK(to_string(IntPair(2, 1)) == "(2, 1)");
  CHECK(to_string(IntTriple(3, 2, 1)) == "(3, 2, 1)");
}

TEST_CASE("str joins texts, numbers and what has a to_string") {
  CHECK(str("a", 1, ' ', true, " ", 0.25, " ", Shape{2}, std::string("z"), DType::i8) ==
        "a1 true 0.25 (2,)zint8");
  CHECK(str() == "");
}

TEST_CASE("shell word: what a shell reads back as the same path") {
  CHECK(shell_word("runs/digits-mlp-20260101.1") == "runs/digits-mlp-20260101.1");
  CHECK(shell_word("\u00fcn\u00ef") == "\u00fcn\u00ef");
  CHECK(shell_word("azAZ09") == "azAZ09");
  CHECK(shell_word("my run") == "'my run'");
  CHECK(shell_word("-x") == "./-x");
  CHECK(shell_word("-a b") == "'./-a b'");
  CHECK(shell_word("it's $HOME") == "'it'\\''s $HOME'");
  CHECK(shell_word("~/run") == "'~/run'");
  CHECK(shell_word("") == "''");
}
