// The loops over dense rows and columns, straight from the tables of every SIMD level that
// this processor can run: against plain loops, at every length, and touching nothing else.

// covers: row_loops, moment_loops, norm_loops, transpose

#include "limpid/backends/cpu/row_loops.h"

#include <doctest/doctest.h>

#include "limpid/config.h"
#if LIMPID_HAS_CPU

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "limpid/backends/cpu/moment_loops.h"
#include "limpid/backends/cpu/norm_loops.h"
#include "limpid/backends/cpu/transpose.h"
#include "limpid/core/half.h"

namespace limpid::row_loops_test {

namespace {

const std::int64_t kLengths[] = {0, 1, 2, 5, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100};
// Longer than a block of partial sums.
const std::int64_t kManyLengths[] = {0, 1, 7, 16, 33, 100, 2048, 2049, 4133};

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// Multiples of 1/8 between -2 and 2: sums of some thousand are exact in float. Whole ones of
/// integers.
template <class T>
std::vector<T> numbers(std::int64_t n, int seed) {
  std::vector<T> out(at(n));
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t whole = (i * 7 + seed * 5) % 33 - 16;
    if constexpr (std::is_floating_point_v<T>) out[at(i)] = static_cast<T>(whole) / 8;
    else out[at(i)] = static_cast<T>(whole);
  }
  return out;
}

/// Whether both are equal but for rounding; the same NaN and infinities.
bool near(double found, double expected) {
  if (std::isnan(expected)) return std::isnan(found);
  if (std::isinf(expected)) return found == expected;
  return std::abs(found - expected) <= 4e-6 * std::max(1.0, std::abs(expected));
}

/// Runs f(n, y) on every length, and looks whether it wrote y_i = value(i) and nothing behind.
template <class T, class Run, class Value>
void check_row(const char* name, const Run& run, const Value& value) {
  INFO(name);
  for (const std::int64_t n : kLengths) {
    std::vector<T> y(at(n + 2), T(77));
    run(n, y.data() + 1);
    bool good = y[0] == T(77) && y[at(n + 1)] == T(77);
    for (std::int64_t i = 0; i < n; ++i) good &= near(static_cast<double>(y[at(i + 1)]), value(i));
    CHECK_MESSAGE(good, "of length ", n);
  }
}

/// Whether found(n) is the total of term(i), i < n, at every length.
template <class Lengths, class Found, class Term>
void check_sum(const char* name, const Lengths& lengths, const Found& found, const Term& term) {
  INFO(name);
  for (const std::int64_t n : lengths) {
    double expected = 0;
    for (std::int64_t i = 0; i < n; ++i) expected += term(i);
    CHECK_MESSAGE(near(found(n), expected), "of length ", n, ": ", found(n), " for ", expected);
  }
}

template <class F>
void at_every_level(const F& f) {
  for (const SimdLevel level : available_simd_levels()) {
    INFO(std::string(name_of(level)));
    f(level);
  }
}

template <class T>
void check_extremes(const RowLoops<T>& loops) {
  const T infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  CHECK((loops.max(nullptr, 0) == -infinity && loops.min(nullptr, 0) == infinity));
  for (const std::int64_t n : kLengths)
    for (std::int64_t place = 0; place < n; ++place) {
      std::vector<T> x(at(n), T(1));
      x.push_back(T(9));  // behind the row: neither looked at nor found
      CHECK((loops.find(x.data(), T(9), n) == n && loops.find(x.data(), T(5), n) == n));
      x[at(place)] = T(3);
      bool good = loops.max(x.data(), n) == T(3) && loops.find(x.data(), T(3), n) == place;
      x[at(place)] = T(-3);
      good &= loops.min(x.data(), n) == T(-3);
      x[at(place)] = nan;
      x[at(n)] = T(1);
      good &= std::isnan(loops.max(x.data(), n)) && std::isnan(loops.min(x.data(), n));
      x[at(place)] = T(1), x[at(n)] = nan;
      good &= loops.max(x.data(), n) == T(1) && loops.min(x.data(), n) == T(1);
      CHECK_MESSAGE(good, "element ", place, " of ", n);
    }
}

template <class T>
void check_rows(const RowLoops<T>& loops) {
  const std::vector<T> a = numbers<T>(5000, 1), b = numbers<T>(5000, 2);
  const auto x = [&](std::int64_t i) { return static_cast<double>(a[at(i)]); };
  const auto z = [&](std::int64_t i) { return static_cast<double>(b[at(i)]); };
  const T *p = a.data(), *q = b.data();
  using N = std::int64_t;
  check_sum(
      "sum", kManyLengths, [&](N n) { return double(loops.sum(p, n)); }, x);
  check_sum(
      "dot", kManyLengths, [&](N n) { return double(loops.dot(p, q, n)); },
      [&](N i) { return x(i) * z(i); });
  check_sum(
      "dot_below", kLengths, [&](N n) { return double(loops.dot_below(p, q, T(3), n)); },
      [&](N i) { return x(i) * (3 - z(i)); });
  check_sum(
      "dot_below of one", kLengths,
      [&](N n) { return double(loops.dot_below(nullptr, q, T(3), n)); },
      [&](N i) { return 3 - z(i); });
  const auto e = [&](N i) { return std::exp(x(i) - 0.5); };
  check_sum(
      "exp_minus", kLengths, [&](N n) { return double(loops.exp_minus(p, T(0.5), nullptr, n)); },
      e);
  check_row<T>(
      "exp_minus", [&](N n, T* y) { loops.exp_minus(p, T(0.5), y, n); }, e);
  check_row<T>(
      "add", [&](N n, T* y) { std::copy_n(p, n, y), loops.add(q, y, n); },
      [&](N i) { return x(i) + z(i); });
  check_row<T>(
      "scale", [&](N n, T* y) { loops.scale(p, T(3), y, n); }, [&](N i) { return 3 * x(i); });
  check_row<T>(
      "minus", [&](N n, T* y) { loops.minus(p, T(3), T(0.5), y, n); },
      [&](N i) { return x(i) - 3 - 0.5; });
  check_row<T>(
      "times_minus", [&](N n, T* y) { loops.times_minus(p, q, T(3), y, n); },
      [&](N i) { return x(i) * (z(i) - 3); });
  check_row<T>(
      "minus_exp", [&](N n, T* y) { loops.minus_exp(p, q, T(3), y, n); },
      [&](N i) { return x(i) - 3 * std::exp(z(i)); });
}

/// Sums of rows and of columns of elements of T, in totals of C, which hold something already.
template <class T, class C>
void check_sums(const SumLoops& sums, DType dtype) {
  INFO(std::string(name_of(dtype)));
  const auto type = static_cast<std::size_t>(dtype);
  std::vector<T> x(9000);
  std::vector<double> values(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<T>(static_cast<float>(i * 7 % 33));
    values[i] = static_cast<double>(static_cast<float>(x[i]));
  }
  for (const std::int64_t n : kManyLengths) {
    C total = 5;
    sums.row[type](x.data(), n, &total);
    double expected = 5;
    for (std::int64_t i = 0; i < n; ++i) expected += values[at(i)];
    CHECK_MESSAGE(static_cast<double>(total) == expected, "a row of ", n);
  }
  struct Block {
    std::int64_t rows, columns, stride;
  };
  for (const auto& [rows, columns, stride] :
       {Block{3, 5, 7}, Block{40, 10, 10}, Block{600, 3, 3}, Block{600, 3, 4}, Block{300, 1, 1},
        Block{256, 1, 1}, Block{70, 128, 128}, Block{4, 300, 301}, Block{33, 256, 256},
        Block{2, 513, 520}, Block{3, 2500, 2501}, Block{0, 4, 4}, Block{300, 0, 0}}) {
    if (columns == 0) continue;
    std::vector<C> totals(at(columns + 1), C(5));
    sums.columns[type](x.data(), stride, rows, columns, totals.data());
    bool good = totals[at(columns)] == C(5);
    for (std::int64_t j = 0; j < columns; ++j) {
      double expected = 5;
      for (std::int64_t r = 0; r < rows; ++r) expected += values[at(r * stride + j)];
      good &= static_cast<double>(totals[at(j)]) == expected;
    }
    CHECK_MESSAGE(good, rows, " rows of ", columns, " columns, ", stride, " apart");
  }
}

template <class T>
void check_moments(const MomentLoops<T>& loops) {
  const std::vector<T> a = numbers<T>(5000, 1);
  const T* p = a.data();
  using N = std::int64_t;
  const auto x = [&](N i) { return static_cast<double>(a[at(i)]); };
  const auto deviation = [&](N n) {
    double sum = 5, squares = 7;
    loops.deviations(p, 0.25, n, &sum, &squares);
    return std::pair(sum - 5, squares - 7);
  };
  check_sum(
      "deviations", kManyLengths, [&](N n) { return deviation(n).first; },
      [&](N i) { return x(i) - 0.25; });
  check_sum(
      "their squares", kManyLengths, [&](N n) { return deviation(n).second; },
      [&](N i) { return (x(i) - 0.25) * (x(i) - 0.25); });
  check_sum(
      "absolutes", kManyLengths, [&](N n) { return loops.absolutes(p, n); },
      [&](N i) { return std::abs(x(i)); });
  check_sum(
      "squares", kManyLengths, [&](N n) { return loops.squares(p, n); },
      [&](N i) { return x(i) * x(i); });
  std::vector<T> factors(100);  // products of 2, 1/2 and -1 are exact
  for (std::size_t i = 0; i < factors.size(); ++i)
    factors[i] = static_cast<T>(i % 3 == 0 ? -2 : i % 3 == 1 ? 0.5 : 1);
  for (const N n : kLengths) {
    double expected = 1;
    for (N i = 0; i < n; ++i) expected *= static_cast<double>(factors[at(i)]);
    CHECK(loops.product(factors.data(), n) == expected);
  }
  constexpr N kRows = 4, kColumns = 21, kStride = 24;
  std::vector<double> sums(kColumns + 1, 5), squares(kColumns + 1, 5), sizes(kColumns + 1, 5),
      products(kColumns + 1, 5), shifts(kColumns, 0.25);
  shifts[3] = -1;
  loops.column_deviations(p, kStride, kRows, kColumns, shifts.data(), sums.data(), squares.data());
  loops.column_absolutes(p, kStride, kRows, kColumns, sizes.data());
  loops.column_products(p, kStride, kRows, kColumns, products.data());
  for (N j = 0; j <= kColumns; ++j) {
    double sum = 5, square = 5, size = 5, product = 5;
    for (N r = 0; r < kRows && j < kColumns; ++r) {
      const double v = x(r * kStride + j), d = v - shifts[at(j)];
      sum += d, square += d * d, size += std::abs(v), product *= v;
    }
    CHECK((sums[at(j)] == sum && squares[at(j)] == square));
    CHECK((sizes[at(j)] == size && products[at(j)] == product));
  }
}

template <class T>
void check_norms(const NormLoops<T>& loops) {
  const std::vector<T> a = numbers<T>(5000, 1), b = numbers<T>(5000, 2), c = numbers<T>(5000, 3);
  const Line<T> line{T(0.25), T(2), T(-0.5)};
  const T *p = a.data(), *g = b.data(), *w = c.data();
  using N = std::int64_t;
  const auto x = [&](N i) { return static_cast<double>(a[at(i)]); };
  const auto dy = [&](N i) { return static_cast<double>(b[at(i)]); };
  const auto weight = [&](N i) { return static_cast<double>(c[at(i)]); };
  const auto h = [&](N i) { return (x(i) - 0.25) * 2 - 0.5; };
  const auto both = [&](const char* name, const auto& run, const auto& first, const auto& second) {
    check_sum(
        name, kManyLengths, [&](N n) { return run(n).first; }, first);
    check_sum(
        name, kManyLengths, [&](N n) { return run(n).second; }, second);
  };
  both(
      "moments", [&](N n) { return loops.moments(p, T(0.25), n); },
      [&](N i) { return x(i) - 0.25; }, [&](N i) { return (x(i) - 0.25) * (x(i) - 0.25); });
  both(
      "sums", [&](N n) { return loops.sums(g, p, line, n); }, dy,
      [&](N i) { return dy(i) * h(i); });
  const auto weighted = [&](N i) { return dy(i) * weight(i); };
  both(
      "weighted_sums", [&](N n) { return loops.weighted_sums(g, p, line, w, n); }, weighted,
      [&](N i) { return weighted(i) * h(i); });
  std::vector<T> dweight(5001), dbias(5001);
  both(
      "sums_and_slopes",
      [&](N n) { return loops.sums_and_slopes(g, p, line, w, dweight.data(), dbias.data(), n); },
      weighted, [&](N i) { return weighted(i) * h(i); });
  check_row<T>(
      "dweight",
      [&](N n, T* y) {
        std::fill_n(y, n, T(3));
        loops.sums_and_slopes(g, p, line, w, y, dbias.data(), n);
      },
      [&](N i) { return 3 + dy(i) * h(i); });
  check_row<T>(
      "dbias",
      [&](N n, T* y) {
        std::fill_n(y, n, T(3));
        loops.sums_and_slopes(g, p, line, w, dweight.data(), y, n);
      },
      [&](N i) { return 3 + dy(i); });
  check_row<T>(
      "line", [&](N n, T* y) { loops.line(p, line, T(3), T(0.5), y, n); },
      [&](N i) { return h(i) * 3 + 0.5; });
  check_row<T>(
      "affine", [&](N n, T* y) { loops.affine(p, line, g, w, y, n); },
      [&](N i) { return h(i) * dy(i) + weight(i); });
  check_row<T>(
      "slope", [&](N n, T* y) { loops.slope(g, p, line, T(3), T(0.5), T(7), y, n); },
      [&](N i) { return 3 * dy(i) - 0.5 * h(i) - 7; });
  check_row<T>(
      "weighted_slope",
      [&](N n, T* y) { loops.weighted_slope(g, p, line, w, T(3), T(0.5), T(7), y, n); },
      [&](N i) { return 3 * weighted(i) - 0.5 * h(i) - 7; });
}

}  // namespace

TEST_CASE("row loops: the largest, the smallest, and where") {
  at_every_level([](SimdLevel level) {
    const AllRowLoops& loops = at_level(level, LIMPID_LEVELS(row_loops));
    check_extremes(loops.f32);
    check_extremes(loops.f64);
  });
}

TEST_CASE("row loops: sums and maps of rows") {
  at_every_level([](SimdLevel level) {
    const AllRowLoops& loops = at_level(level, LIMPID_LEVELS(row_loops));
    check_rows(loops.f32);
    check_rows(loops.f64);
  });
}

TEST_CASE("row loops: sums of every dtype") {
  at_every_level([](SimdLevel level) {
    const SumLoops& sums = at_level(level, LIMPID_LEVELS(row_loops)).sums;
    check_sums<float, double>(sums, DType::f32);
    check_sums<double, double>(sums, DType::f64);
    check_sums<Half, double>(sums, DType::f16);
    check_sums<BFloat16, double>(sums, DType::bf16);
    check_sums<std::uint8_t, std::int64_t>(sums, DType::u8);
    check_sums<std::int8_t, std::int64_t>(sums, DType::i8);
    check_sums<std::int16_t, std::int64_t>(sums, DType::i16);
    check_sums<std::int32_t, std::int64_t>(sums, DType::i32);
    check_sums<std::int64_t, std::int64_t>(sums, DType::i64);
  });
}

TEST_CASE("moment loops and norm loops") {
  at_every_level([](SimdLevel level) {
    const AllMomentLoops& moments = at_level(level, LIMPID_LEVELS(moment_loops));
    check_moments(moments.f32);
    check_moments(moments.f64);
    const AllNormLoops& norms = at_level(level, LIMPID_LEVELS(norm_loops));
    check_norms(norms.f32);
    check_norms(norms.f64);
  });
}

TEST_CASE("transposing loops write every element once, and none beside") {
  constexpr std::int64_t kFrom = 45;
  const std::vector<float> from = numbers<float>(40 * kFrom, 1);
  at_every_level([&](SimdLevel level) {
    const TransposeLoops& loops = at_level(level, LIMPID_LEVELS(transpose_loops));
    for (const std::int64_t rows : {1, 7, 8, 16, 19, 32, 37})
      for (const std::int64_t columns : {1, 5, 8, 16, 17, 33, 40}) {
        const std::int64_t to_row = rows + 3;
        std::vector<float> to(at(columns * to_row), 77);
        loops.plain(rows, columns, from.data(), kFrom, to.data(), to_row);
        bool good = true;
        for (std::int64_t j = 0; j < columns; ++j)
          for (std::int64_t i = 0; i < to_row; ++i)
            good &= to[at(j * to_row + i)] == (i < rows ? from[at(i * kFrom + j)] : 77);
        CHECK_MESSAGE(good, rows, " x ", columns);
      }
  });
}

}  // namespace limpid::row_loops_test

#endif
