// The loops of batch normalisation over rows of channels: of every SIMD level, straight from their
// tables, and cut into pieces. On numbers that are exact, against plain loops; nothing beside the
// results is written.

// covers: batch_norm

#include <doctest/doctest.h>

#include "limpid/config.h"
#if LIMPID_HAS_CPU

#include <cmath>
#include <string>
#include <vector>

#include "limpid/backends/cpu/threads.h"
#include "limpid/core/half.h"
#include "limpid/ops/batch_norm/channel_rows.h"

namespace limpid::channel_rows_test {

namespace {

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// Multiples of 1/8 from -2 to 2.
template <class T>
std::vector<T> numbers(std::int64_t n, int seed) {
  std::vector<T> out(at(n));
  for (std::int64_t i = 0; i < n; ++i)
    out[at(i)] = static_cast<T>(static_cast<float>((i * 7 + seed * 5) % 33 - 16) / 8);
  return out;
}
template <class T>
double value(const std::vector<T>& x, std::int64_t i) {
  return static_cast<double>(static_cast<float>(x[at(i)]));
}

/// What the loops are given, and what they should find.
template <class T>
struct Problem {
  std::int64_t rows, columns;
  std::vector<T> x = numbers<T>(rows * columns, 1), dy = numbers<T>(rows * columns, 2);
  std::vector<float> centre = numbers<float>(columns, 3), one = numbers<float>(columns, 4),
                     two = numbers<float>(columns, 5), three = numbers<float>(columns, 6);

  double distance(std::int64_t i) const { return value(x, i) - value(centre, i % columns); }

  /// Whether first[j] and second[j] are the sums of f(i) over the rows, added to `before`.
  template <class F, class G>
  bool are_sums(const std::vector<double>& first, const std::vector<double>& second, double before,
                const F& f, const G& g) const {
    bool good = true;
    for (std::int64_t j = 0; j < columns; ++j) {
      double a = before, b = before;
      for (std::int64_t r = 0; r < rows; ++r) a += f(r * columns + j), b += g(r * columns + j);
      good &= first[at(j)] == a && second[at(j)] == b;
    }
    return good;
  }
  bool are_deviations(const std::vector<double>& sums, const std::vector<double>& squares,
                      double before) const {
    return are_sums(
        sums, squares, before, [&](std::int64_t i) { return distance(i); },
        [&](std::int64_t i) { return distance(i) * distance(i); });
  }
  bool are_products(const std::vector<double>& sums, const std::vector<double>& products,
                    double before) const {
    return are_sums(
        sums, products, before, [&](std::int64_t i) { return value(dy, i); },
        [&](std::int64_t i) { return value(dy, i) * distance(i); });
  }
  /// Whether y holds expected(i, column), with nothing written in front or behind.
  template <class F>
  bool are_elements(const std::vector<T>& y, const F& expected) const {
    bool good = value(y, 0) == 77 && value(y, rows * columns + 1) == 77;
    for (std::int64_t i = 0; i < rows * columns; ++i)
      good &= value(y, i + 1) == static_cast<double>(static_cast<float>(
                                     static_cast<T>(static_cast<float>(expected(i, i % columns)))));
    return good;
  }
  bool is_normalised(const std::vector<T>& y) const {
    return are_elements(y, [&](std::int64_t i, std::int64_t j) {
      return distance(i) * value(one, j) + value(two, j);
    });
  }
  bool is_gradient(const std::vector<T>& dx) const {
    return are_elements(dx, [&](std::int64_t i, std::int64_t j) {
      return value(one, j) * value(dy, i) - value(two, j) * distance(i) - value(three, j);
    });
  }
  std::vector<T> room() const { return std::vector<T>(at(rows * columns + 2), T(77.0f)); }
};

template <class T>
void check_loops(const BatchNormLoops& loops, std::int64_t rows, std::int64_t columns) {
  INFO(rows, " x ", columns);
  const Problem<T> p{rows, columns};
  const auto run = [&](const auto& loop) {
    std::vector<double> first(at(columns + 1), 5), second;
    first.back() = -0.0;  // which is 0 once anything was added
    second = first;
    loop(first.data(), second.data());
    CHECK((std::signbit(first.back()) && std::signbit(second.back())));
    return std::pair(first, second);
  };
  const auto deviations = run([&](double* sums, double* squares) {
    loops.deviations(p.x.data(), rows, columns, p.centre.data(), sums, squares);
  });
  CHECK(p.are_deviations(deviations.first, deviations.second, 5));
  const auto products = run([&](double* sums, double* totals) {
    loops.products(p.x.data(), p.dy.data(), rows, columns, p.centre.data(), sums, totals);
  });
  CHECK(p.are_products(products.first, products.second, 5));
  std::vector<T> y = p.room(), dx = p.room();
  loops.normalise(p.x.data(), rows, columns, p.centre.data(), p.one.data(), p.two.data(),
                  y.data() + 1);
  CHECK(p.is_normalised(y));
  loops.gradient(p.x.data(), p.dy.data(), rows, columns, p.centre.data(), p.one.data(),
                 p.two.data(), p.three.data(), dx.data() + 1);
  CHECK(p.is_gradient(dx));
}

template <class T>
void check_pieces(DType dtype, std::int64_t rows, std::int64_t columns) {
  INFO(rows, " x ", columns);
  const Problem<T> p{rows, columns};
  const ChannelRows pieces(rows, columns, dtype);
  const ChannelSums deviations = pieces.deviations(p.x.data(), p.centre);
  CHECK(p.are_deviations(deviations.first, deviations.second, 0));
  const ChannelSums products = pieces.products(p.x.data(), p.dy.data(), p.centre);
  CHECK(p.are_products(products.first, products.second, 0));
  std::vector<T> y = p.room(), dx = p.room();
  pieces.normalise(p.x.data(), p.centre, p.one, p.two, y.data() + 1);
  CHECK(p.is_normalised(y));
  pieces.gradient(p.x.data(), p.dy.data(), p.centre, p.one, p.two, p.three, dx.data() + 1);
  CHECK(p.is_gradient(dx));
}

struct Sizes {
  std::int64_t rows, columns;
};

}  // namespace

TEST_CASE("batch_norm: loops over rows of channels at every SIMD level") {
  for (const SimdLevel level : available_simd_levels()) {
    INFO(std::string(name_of(level)));
    const BatchNormTable& table = at_level(level, LIMPID_LEVELS(batch_norm_loops));
    // More rows than a sum of floats takes at once, columns of whole vectors or not, and blocks of
    // 4096 elements: many rows, or parts of one.
    for (const auto& [rows, columns] :
         {Sizes{0, 5}, Sizes{3, 0}, Sizes{1, 1}, Sizes{2, 16}, Sizes{17, 5}, Sizes{33, 37},
          Sizes{16, 32}, Sizes{3, 96}, Sizes{70, 64}, Sizes{1, 4096}, Sizes{3, 4097},
          Sizes{2, 9000}}) {
      check_loops<float>(table.f32, rows, columns);
      check_loops<Half>(table.f16, rows, columns);
      check_loops<BFloat16>(table.bf16, rows, columns);
    }
  }
}

TEST_CASE("batch_norm: rows of channels in pieces") {
  const int threads = get_num_threads();
  set_num_threads(2);  // each piece is one thread's alone
  // Few channels, of which several rows are one; several pieces; what is left of rows in the end.
  for (const auto& [rows, columns] :
       {Sizes{0, 5}, Sizes{3, 0}, Sizes{1, 3}, Sizes{64, 1}, Sizes{100, 1}, Sizes{43, 3},
        Sizes{21, 40}, Sizes{9, 65}, Sizes{3001, 17}, Sizes{700, 64}, Sizes{20011, 3}}) {
    check_pieces<float>(DType::f32, rows, columns);
    check_pieces<Half>(DType::f16, rows, columns);
    check_pieces<BFloat16>(DType::bf16, rows, columns);
  }
  set_num_threads(threads);
}

}  // namespace limpid::channel_rows_test

#endif
