// Products of matrices by gemm() and PackedMatrix against plain loops, where they take different
// ways: by size, layout, bias, and panels that stay with a weight.

// covers: gemm, onednn

#include "limpid/backends/cpu/gemm.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "limpid/backends/cpu/packed_matrix.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/ops/linear/linear.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/allocator.h"
#include "limpid/tensor/creation.h"

using namespace limpid;

namespace {

/// Small whole numbers, so that every order of adding gives the same.
template <class T>
std::vector<T> whole_numbers(std::int64_t n, std::int64_t seed) {
  std::vector<T> out(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i)
    out[static_cast<std::size_t>(i)] = static_cast<T>((i * 7919 + seed * 31) % 13 - 6);
  return out;
}

template <class T>
struct Operands {
  std::int64_t m, n, k;
  bool a_across, b_across;  // lies transposed in memory
  std::vector<T> a = whole_numbers<T>(m * k, 1), b = whole_numbers<T>(k * n, 2),
                 bias = whole_numbers<T>(n, 3);

  MatrixRef left() const {
    return a_across ? MatrixRef{a.data(), 1, m} : MatrixRef{a.data(), k, 1};
  }
  MatrixRef right() const {
    return b_across ? MatrixRef{b.data(), 1, k} : MatrixRef{b.data(), n, 1};
  }
  T product(std::int64_t i, std::int64_t j) const {
    T sum = 0;
    for (std::int64_t p = 0; p < k; ++p)
      sum += a[static_cast<std::size_t>(a_across ? p * m + i : i * k + p)] *
             b[static_cast<std::size_t>(b_across ? j * k + p : p * n + j)];
    return sum;
  }
};

template <class T>
void check_gemm(const Operands<T>& o, bool bias, double beta) {
  INFO(o.m, " ", o.n, " ", o.k, " ", o.a_across, o.b_across, " bias ", bias, " beta ", beta);
  std::vector<T> c = whole_numbers<T>(o.m * o.n, 4);
  const std::vector<T> before = c;
  gemm({.dtype = dtype_of<T>(),
        .m = o.m,
        .n = o.n,
        .k = o.k,
        .a = o.left(),
        .b = o.right(),
        .c = c.data(),
        .c_row_stride = o.n,
        .beta = beta,
        .bias = bias ? o.bias.data() : nullptr});
  int wrong = 0;
  for (std::int64_t i = 0; i < o.m; ++i)
    for (std::int64_t j = 0; j < o.n; ++j) {
      const auto at = static_cast<std::size_t>(i * o.n + j);
      wrong += c[at] != o.product(i, j) + static_cast<T>(beta) * before[at] +
                            (bias ? o.bias[static_cast<std::size_t>(j)] : T(0));
    }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE_TEMPLATE("products of every layout, with bias and sums, are those of plain loops", T,
                   float, double) {
  struct Sizes {
    std::int64_t m, n, k;
  };
  for (const Sizes s : {Sizes{1, 50, 300},
                        {1, 700, 301},
                        {700, 1, 301},
                        {3, 5, 7},
                        {100, 101, 102},
                        {530, 50, 40},
                        {520, 100, 7},
                        {515, 64, 300},
                        {97, 49, 600},
                        {512, 96, 512},
                        {70, 150, 130}})
    for (const bool a_across : {false, true})
      for (const bool b_across : {false, true}) {
        const Operands<T> o{s.m, s.n, s.k, a_across, b_across};
        check_gemm(o, false, 0);
        check_gemm(o, true, 0);
        check_gemm(o, false, 1);
        check_gemm(o, false, 2);
      }
}

TEST_CASE_TEMPLATE("matrices with gaps between rows and between columns", T, float, double) {
  const Operands<T> o{40, 50, 60, false, false};
  const auto spread = [](const std::vector<T>& dense) {  // every other element
    std::vector<T> out(2 * dense.size());
    for (std::size_t i = 0; i < dense.size(); ++i) out[2 * i] = dense[i];
    return out;
  };
  const std::vector<T> a = spread(o.a), b = spread(o.b);
  const MatrixRef left{a.data(), 2 * o.k, 2}, right{b.data(), 2 * o.n, 2};
  for (const bool a_spread : {false, true}) {
    std::vector<T> c(static_cast<std::size_t>(o.m * o.n));
    gemm({.dtype = dtype_of<T>(),
          .m = o.m,
          .n = o.n,
          .k = o.k,
          .a = a_spread ? left : o.left(),
          .b = a_spread ? o.right() : right,
          .c = c.data(),
          .c_row_stride = o.n});
    int wrong = 0;
    for (std::int64_t i = 0; i < o.m * o.n; ++i)
      wrong += c[static_cast<std::size_t>(i)] != o.product(i / o.n, i % o.n);
    CHECK(wrong == 0);
  }
}

TEST_CASE("columns of a result that are computed in several pieces") {
  check_gemm(Operands<float>{1100, 2200, 2, false, true}, true, 0);
}

// A tile of packed rows has strides 1 and its number of rows: 4, 6 or 8, by the level.
TEST_CASE_TEMPLATE("a matrix whose strides are those of packed rows, or nearly", T, float, double) {
  constexpr std::int64_t m = 16, n = 96, k = 5;
  const std::vector<T> a = whole_numbers<T>(100, 1);
  for (const std::int64_t row : {1, 2})
    for (const std::int64_t column : {4, 6, 8})
      for (const bool b_across : {false, true}) {
        Operands<T> o{m, n, k, false, b_across};
        for (std::int64_t i = 0; i < m * k; ++i)
          o.a[static_cast<std::size_t>(i)] =
              a[static_cast<std::size_t>(i / k * row + i % k * column)];
        std::vector<T> c(m * n);
        gemm({.dtype = dtype_of<T>(),
              .m = m,
              .n = n,
              .k = k,
              .a = {a.data(), row, column},
              .b = o.right(),
              .c = c.data(),
              .c_row_stride = n});
        int wrong = 0;
        for (std::int64_t i = 0; i < m * n; ++i)
          wrong += c[static_cast<std::size_t>(i)] != o.product(i / n, i % n);
        CHECK(wrong == 0);
      }
}

TEST_CASE_TEMPLATE("parts of a packed matrix", T, float, double) {
  for (const bool across : {false, true})
    for (const std::int64_t n : {96, 101}) {
      const Operands<T> o{21, n, 30, false, across};
      const PackedMatrix<T> packed(o.right(), o.k, o.n);
      std::vector<T> c(static_cast<std::size_t>(o.m * o.n));
      packed.multiply(o.m, {o.a.data(), o.k}, c.data(), o.n);
      int wrong = 0;
      for (std::int64_t i = 0; i < o.m; ++i)
        for (std::int64_t j = 0; j < o.n; ++j)
          wrong += c[static_cast<std::size_t>(i * o.n + j)] != o.product(i, j);
      CHECK(wrong == 0);

      // Rows [10, 30) of b, columns from the second panel on, added to 1; then b's other rows.
      const std::int64_t from = PackedMatrix<T>::panel_width(), columns = o.n - from - 1;
      std::fill(c.begin(), c.end(), T(1));
      packed.multiply(o.m, {o.a.data() + 10, o.k},
                      {.first = 10, .depth = 20, .column = from, .columns = columns}, c.data(), o.n,
                      true);
      packed.multiply(o.m, {o.a.data(), o.k},
                      {.first = 0, .depth = 10, .column = from, .columns = columns}, c.data(), o.n,
                      true);
      for (std::int64_t i = 0; i < o.m; ++i)
        for (std::int64_t j = 0; j < o.n; ++j)
          wrong += c[static_cast<std::size_t>(i * o.n + j)] !=
                   (j < columns ? o.product(i, from + j) + 1 : T(1));
      CHECK(wrong == 0);
    }
}

TEST_CASE("panels of a weight stay with it until it changes") {
  Tensor x = arange(64 * 100).to(DType::f32).reshape({64, 100}) / 6400,
         w = arange(200 * 100).to(DType::f32).reshape({200, 100}) / 20000, b = ones({200});
  const std::size_t before = memory_stats().packed;
  const std::vector<float> first = linear(x, w, b).to_vector<float>();
  CHECK(memory_stats().packed == before);  // it may change before it comes again
  const std::vector<float> second = linear(x, w, b).to_vector<float>();
  CHECK(memory_stats().packed > before);
  const std::vector<float> third = linear(x, w, b).to_vector<float>();
  CHECK(second == third);
  const auto close = [](const std::vector<float>& p, const std::vector<float>& q) {
    double most = 0;
    for (std::size_t i = 0; i < p.size(); ++i)
      most = std::max(most, double(std::abs(p[i] - q[i]) / (1 + std::abs(q[i]))));
    return most < 1e-5;
  };
  CHECK(close(first, second));

  const Tensor part = w.narrow(0, 0, 150);  // the same memory, another matrix
  for (int i = 0; i < 3; ++i) CHECK(linear(x, part, {}).size(1) == 150);
  w.add_(1);
  const std::vector<float> changed = linear(x, w, b).to_vector<float>();
  const std::vector<float> again = linear(x, w, b).to_vector<float>();
  CHECK(close(changed, again));
  CHECK(std::abs(again[0] - (second[0] + x.select(0, 0).sum().item<float>())) < 1e-3);
}
