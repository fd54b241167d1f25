// Products of matrices by gemm() and PackedMatrix against plain loops, where they take different
// ways: by size, layout, bias, and panels that stay with a weight.

// covers: gemm, gemm_panels, gemm_product, gemm_kernels, gemm_by_columns_onednn, onednn,
// packed_matrix

#include "limpid/backends/cpu/gemm.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "limpid/backends/cpu/gemm_product.h"
#include "limpid/backends/cpu/packed_matrix.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/ops/linear/linear.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/allocator.h"
#include "limpid/tensor/creation.h"
#include "tests/fenced_pages.h"

namespace limpid::gemm_test {

using namespace testing;

namespace {

template <class T>
struct Operands {
  std::int64_t m, n, k;
  bool a_across, b_across;  // lies transposed in memory
  std::vector<T> a = whole_numbers<T>(m * k, 1), b = whole_numbers<T>(k * n, 2);

  MatrixRef left(const T* data) const {
    return a_across ? MatrixRef{data, 1, m} : MatrixRef{data, k, 1};
  }
  MatrixRef right(const T* data) const {
    return b_across ? MatrixRef{data, 1, k} : MatrixRef{data, n, 1};
  }
  MatrixRef left() const { return left(a.data()); }
  MatrixRef right() const { return right(b.data()); }
  /// What plain loops give.
  std::vector<T> plain_product() const {
    std::vector<T> sums(static_cast<std::size_t>(m * n));
    const MatrixRef x = left(), y = right();
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t p = 0; p < k; ++p)
        for (std::int64_t j = 0; j < n; ++j)
          sums[static_cast<std::size_t>(i * n + j)] +=
              a[static_cast<std::size_t>(i * x.row_stride + p * x.column_stride)] *
              b[static_cast<std::size_t>(p * y.row_stride + j * y.column_stride)];
    return sums;
  }
  std::vector<T> c = plain_product();
  T product(std::int64_t i, std::int64_t j) const { return c[static_cast<std::size_t>(i * n + j)]; }
};

/// What is added to a product, and done with its elements.
struct Terms {
  double alpha = 1, beta = 0;
  bool bias = false;
  std::int64_t bias_stride = 1;
  bool finish = false;
  std::int64_t gap = 0;  // elements between the rows of c, and of b as it lies
};

/// Rows of `row` elements laid `gap` further apart.
template <class T>
std::vector<T> with_gaps(const std::vector<T>& dense, std::int64_t row, std::int64_t gap) {
  if (gap == 0) return dense;
  const auto size = static_cast<std::int64_t>(dense.size());
  std::vector<T> out(static_cast<std::size_t>(size + (size - 1) / row * gap), T(77));
  for (std::int64_t i = 0; i < size; ++i)
    out[static_cast<std::size_t>(i + i / row * gap)] = dense[static_cast<std::size_t>(i)];
  return out;
}

/// 100 more than each element.
template <class T>
void add_100(DType, void* elements, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) static_cast<T*>(elements)[i] += 100;
}

template <class T>
void check_gemm(const Operands<T>& o, const Terms& terms) {
  INFO(o.m, " ", o.n, " ", o.k, " ", o.a_across, o.b_across, " alpha ", terms.alpha, " beta ",
       terms.beta, " bias ", terms.bias, " ", terms.bias_stride, " finish ", terms.finish, " gap ",
       terms.gap);
  const std::vector<T> before = whole_numbers<T>(o.m * o.n, 4);
  Fenced<T> a(o.a), b(with_gaps(o.b, o.b_across ? o.k : o.n, terms.gap)),
      c(with_gaps(before, o.n, terms.gap)),
      bias(whole_numbers<T>((o.n - 1) * terms.bias_stride + 1, 3));
  MatrixRef right = o.right(b.data());
  (o.b_across ? right.column_stride : right.row_stride) += terms.gap;
  const std::int64_t c_row = o.n + terms.gap;
  gemm({.dtype = dtype_of<T>(),
        .m = o.m,
        .n = o.n,
        .k = o.k,
        .a = o.left(a.data()),
        .b = right,
        .c = c.data(),
        .c_row_stride = c_row,
        .alpha = terms.alpha,
        .beta = terms.beta,
        .bias = terms.bias ? bias.data() : nullptr,
        .bias_stride = terms.bias_stride,
        .finish = terms.finish ? &add_100<T> : nullptr});
  int wrong = 0;
  for (std::int64_t i = 0; i < o.m; ++i)
    for (std::int64_t j = 0; j < o.n; ++j) {
      T expected = static_cast<T>(terms.alpha) * o.product(i, j) +
                   static_cast<T>(terms.beta) * before[static_cast<std::size_t>(i * o.n + j)];
      if (terms.bias) expected += bias[j * terms.bias_stride];
      if (terms.finish) expected += 100;
      wrong += c[i * c_row + j] != expected;
    }
  for (std::int64_t i = 0; i + 1 < o.m; ++i)
    for (std::int64_t j = o.n; j < c_row; ++j) wrong += c[i * c_row + j] != T(77);
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
                        {20, 64, 20},
                        {40, 2, 300},
                        {100, 101, 102},
                        {70, 150, 130},
                        {70, 400, 40},
                        {520, 100, 7},
                        {530, 50, 40},
                        {512, 96, 20},
                        {289, 65, 260},
                        {9, 8200, 16},
                        {150, 49, 300},
                        {130, 60, 520},
                        {300, 1, 500},
                        {200, 200, 0}})
    for (const bool a_across : {false, true})
      for (const bool b_across : {false, true}) {
        const Operands<T> o{s.m, s.n, s.k, a_across, b_across};
        check_gemm(o, {});
        check_gemm(o, {.bias = true});
        check_gemm(o, {.beta = 1});
        check_gemm(o, {.beta = 2});
        check_gemm(o, {.alpha = 2});
        check_gemm(o, {.beta = 1, .bias = true, .bias_stride = 2});
        check_gemm(o, {.bias = true, .bias_stride = 2, .finish = true});
      }
}

// c^T is computed from columns of a, where there are many of them, and brought into its place.
TEST_CASE_TEMPLATE("many rows from columns in memory", T, float, double) {
  struct Sizes {
    std::int64_t m, n, k;
  };
  for (const Sizes s : {Sizes{1024, 64, 600}, {1024, 1, 600}, {300, 100, 520}, {290, 129, 513}}) {
    const Operands<T> o{s.m, s.n, s.k, true, false};
    for (const std::int64_t gap : {0, 5}) {
      check_gemm(o, {.gap = gap});
      check_gemm(o, {.beta = 1, .gap = gap});
      check_gemm(o, {.alpha = 2, .bias = true, .gap = gap});
      check_gemm(o, {.alpha = 2, .bias = true, .bias_stride = 2, .finish = true, .gap = gap});
      check_gemm(o, {.alpha = 2, .beta = 3, .bias = true, .gap = gap});
    }
  }
}

TEST_CASE_TEMPLATE("products of some size whose columns fill panels", T, float, double) {
  for (const bool a_across : {false, true})
    for (const std::int64_t gap : {0, 5}) {
      const Operands<T> o{83, 64, 101, a_across, false};
      check_gemm(o, {.gap = gap});
      check_gemm(o, {.beta = 1, .gap = gap});
      check_gemm(o, {.alpha = 2, .beta = 3, .gap = gap});
      check_gemm(o, {.alpha = 2, .bias = true, .gap = gap});
      check_gemm(o, {.beta = 1, .bias = true, .bias_stride = 2, .finish = true, .gap = gap});
    }
}

TEST_CASE_TEMPLATE("products without elements", T, float, double) {
  check_gemm(Operands<T>{5, 0, 7, false, false}, {.finish = true});
  check_gemm(Operands<T>{0, 5, 7, false, false}, {.finish = true});
}

TEST_CASE_TEMPLATE("parts of a product that several threads compute", T, float, double) {
  const int before = get_num_threads();
  set_num_threads(4);
  for (const bool b_across : {false, true}) {
    check_gemm(Operands<T>{16, 480, 140, false, b_across}, {.beta = 1, .finish = true});
    check_gemm(Operands<T>{200, 50, 130, false, b_across}, {.beta = 1, .finish = true});
    check_gemm(Operands<T>{128, 1100, 8, false, b_across}, {.beta = 1, .finish = true});
  }
  set_num_threads(before);
}

namespace {

/// Every other element counts of a, of b, or of c.
template <class T>
void check_gaps(const Operands<T>& o) {
  const auto spread = [](const std::vector<T>& dense) {
    std::vector<T> out(2 * dense.size());
    for (std::size_t i = 0; i < dense.size(); ++i) out[2 * i] = dense[i];
    return out;
  };
  const auto twice = [](const MatrixRef& m, const std::vector<T>& elements) -> MatrixRef {
    return {elements.data(), 2 * m.row_stride, 2 * m.column_stride};
  };
  const std::vector<T> a = spread(o.a), b = spread(o.b);
  for (const char of : {'a', 'b', 'c'}) {
    INFO(of, " of ", o.m, " ", o.n, " ", o.k, " ", o.a_across, o.b_across);
    const std::int64_t step = of == 'c' ? 2 : 1;
    std::vector<T> c(static_cast<std::size_t>(o.m * o.n * step));
    gemm({.dtype = dtype_of<T>(),
          .m = o.m,
          .n = o.n,
          .k = o.k,
          .a = of == 'a' ? twice(o.left(), a) : o.left(),
          .b = of == 'b' ? twice(o.right(), b) : o.right(),
          .c = c.data(),
          .c_row_stride = o.n * step,
          .c_column_stride = step});
    int wrong = 0;
    for (std::int64_t i = 0; i < o.m * o.n * step; ++i)
      wrong += c[static_cast<std::size_t>(i)] !=
               (i % step ? T(0) : o.product(i / step / o.n, i / step % o.n));
    CHECK(wrong == 0);
  }
}

}  // namespace

TEST_CASE_TEMPLATE("matrices with gaps between rows and between columns", T, float, double) {
  for (const bool across : {false, true}) {
    check_gaps(Operands<T>{40, 50, 60, across, across});
    check_gaps(Operands<T>{40, 1, 60, false, across});
    check_gaps(Operands<T>{2, 50, 400, across, false});
  }
}

TEST_CASE("columns of a result that are computed in several pieces") {
  check_gemm(Operands<float>{1100, 2200, 2, false, true}, {.bias = true});
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
        o.c = o.plain_product();
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

namespace {

template <class T>
int count_wrong(const PackedMatrix<T>& packed, const Operands<T>& o) {
  std::vector<T> c(static_cast<std::size_t>(o.m * o.n));
  packed.multiply(o.m, {o.a.data(), o.k}, c.data(), o.n);
  int wrong = 0;
  for (std::int64_t i = 0; i < o.m; ++i)
    for (std::int64_t j = 0; j < o.n; ++j)
      wrong += c[static_cast<std::size_t>(i * o.n + j)] != o.product(i, j);
  return wrong;
}

/// Rows [10, k) of b, columns from the second panel on if there is one, added to 1; then b's other
/// rows.
template <class T>
int count_wrong_of_parts(const PackedMatrix<T>& packed, const Operands<T>& o) {
  const std::int64_t width = PackedMatrix<T>::panel_width(), from = o.n > width ? width : 0;
  std::vector<T> c(static_cast<std::size_t>(o.m * o.n));
  int wrong = 0;
  for (const std::int64_t columns : {o.n - from, o.n - from - 1}) {
    std::fill(c.begin(), c.end(), T(1));
    packed.multiply(o.m, {o.a.data() + 10, o.k},
                    {.first = 10, .depth = o.k - 10, .column = from, .columns = columns}, c.data(),
                    o.n, true);
    packed.multiply(o.m, {o.a.data(), o.k},
                    {.first = 0, .depth = 10, .column = from, .columns = columns}, c.data(), o.n,
                    true);
    for (std::int64_t i = 0; i < o.m; ++i)
      for (std::int64_t j = 0; j < o.n; ++j)
        wrong += c[static_cast<std::size_t>(i * o.n + j)] !=
                 (j < columns ? o.product(i, from + j) + 1 : T(1));
  }
  return wrong;
}

/// Rows of b of n elements, `row` apart, which are copied or are not.
template <class T>
void check_packed_rows(std::int64_t n, std::int64_t row, bool copied) {
  INFO(n, " columns, rows ", row, " apart");
  const Operands<T> o{21, n, 30, false, false};
  Fenced<T> b(with_gaps(o.b, n, row - n));
  const PackedMatrix<T> packed({b.data(), row, 1}, o.k, n);
  CHECK(count_wrong(packed, o) == 0);
  CHECK(count_wrong_of_parts(packed, o) == 0);

  Operands<T> changed = o;
  for (std::int64_t i = 0; i < o.k * n; ++i) {
    changed.b[static_cast<std::size_t>(i)] += 5;
    b[i / n * row + i % n] += 5;
  }
  changed.c = changed.plain_product();
  CHECK(count_wrong(packed, copied ? o : changed) == 0);
  CHECK(count_wrong_of_parts(packed, copied ? o : changed) == 0);
}

}  // namespace

TEST_CASE_TEMPLATE("parts of a packed matrix", T, float, double) {
  for (const bool across : {false, true})
    for (const std::int64_t n : {96, 101}) {
      INFO(n, " columns, across ", across);
      const Operands<T> o{21, n, 30, false, across};
      const PackedMatrix<T> packed(o.right(), o.k, o.n);
      CHECK(count_wrong(packed, o) == 0);
      CHECK(count_wrong_of_parts(packed, o) == 0);
    }
}

TEST_CASE_TEMPLATE("a matrix to be packed that lies as its panels would is read in place", T, float,
                   double) {
  const std::int64_t lanes = kernel<T>().lanes, width = PackedMatrix<T>::panel_width();
  check_packed_rows<T>(lanes, lanes, false);
  check_packed_rows<T>(width, width, false);
  check_packed_rows<T>(3 * width, 3 * width, false);
  check_packed_rows<T>(width + lanes, width + lanes, false);
  check_packed_rows<T>(lanes, width, false);
  check_packed_rows<T>(width - lanes, width - 1, false);

  check_packed_rows<T>(lanes, width + 1, true);
  check_packed_rows<T>(width, 4 * width, true);
  check_packed_rows<T>(3 * width, 3 * width + 1, true);
  check_packed_rows<T>(width + 1, width + 1, true);
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

  const Tensor exact = linear(x.to(DType::f64), w.to(DType::f64), b.to(DType::f64));
  const Tensor x64 = x.to(DType::f64), w64 = w.to(DType::f64), b64 = b.to(DType::f64);
  for (int i = 0; i < 3; ++i)  // none are kept of another dtype
    CHECK(linear(x64, w64, b64).to_vector<double>() == exact.to_vector<double>());

  const Tensor part = w.narrow(0, 0, 150);  // the same memory, another matrix
  for (int i = 0; i < 3; ++i) CHECK(linear(x, part, {}).size(1) == 150);
  w.add_(1);
  const std::vector<float> changed = linear(x, w, b).to_vector<float>();
  const std::vector<float> again = linear(x, w, b).to_vector<float>();
  CHECK(close(changed, again));
  CHECK(std::abs(again[0] - (second[0] + x.select(0, 0).sum().item<float>())) < 1e-3);
}

}  // namespace limpid::gemm_test
