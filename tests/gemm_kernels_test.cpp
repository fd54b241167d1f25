// The loops of matrix products (gemm_simd.cpp) of every level against plain ones. Operands end
// where no memory is, and what lies between the rows of a result stays.

#include "limpid/backends/cpu/gemm_kernels.h"

#include <doctest/doctest.h>

#include <type_traits>

#include "limpid/backends/cpu/simd.h"
#include "tests/fenced_pages.h"

namespace limpid::gemm_kernels_test {

using namespace testing;

namespace {

template <class T>
const GemmKernel<T>& kernel_of(SimdLevel level) {
  const GemmKernels& all = at_level(level, LIMPID_LEVELS(gemm_kernels));
  if constexpr (std::is_same_v<T, float>) return all.f32;
  else if constexpr (std::is_same_v<T, double>) return all.f64;
  else if constexpr (std::is_same_v<T, std::uint32_t>) return all.i32;
  else return all.i64;
}

struct TileLayout {
  std::int64_t a_row, a_column, b_row;
};

template <class T>
void check_tile(const GemmKernel<T>& simd, int rows, int vectors, const TileLayout& at,
                bool accumulate, bool with_start, bool asks) {
  constexpr std::int64_t k = 5;
  const std::int64_t columns = std::int64_t{vectors} * simd.lanes, c_row = columns + 3;
  Fenced<T> a(whole_numbers<T>((rows - 1) * at.a_row + (k - 1) * at.a_column + 1, 1)),
      b(whole_numbers<T>((k - 1) * at.b_row + columns, 2)), start(whole_numbers<T>(columns, 3));
  const std::vector<T> before = whole_numbers<T>((rows - 1) * c_row + columns, 4);
  Fenced<T> c(before);
  simd.tile(rows, vectors, k, a.data(), at.a_row, at.a_column, b.data(), at.b_row, c.data(), c_row,
            accumulate, with_start ? start.data() : nullptr,
            asks ? TileAhead{b.data(), 64} : TileAhead{});
  int wrong = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::int64_t row = static_cast<std::int64_t>(i) / c_row,
                       column = static_cast<std::int64_t>(i) % c_row;
    T expected = before[i];
    if (column < columns) {
      expected = (accumulate ? before[i] : T(0)) + (with_start ? start[column] : T(0));
      for (std::int64_t p = 0; p < k; ++p)
        expected += a[row * at.a_row + p * at.a_column] * b[p * at.b_row + column];
    }
    wrong += c.data()[i] != expected;
  }
  INFO(rows, " rows, ", vectors, " vectors, a ", at.a_row, " ", at.a_column, ", b ", at.b_row,
       accumulate ? ", added" : "", with_start ? ", from a start" : "");
  CHECK(wrong == 0);
}

template <class T>
void check_interleave(const GemmKernel<T>& simd, std::int64_t count, std::int64_t length,
                      std::int64_t line, std::int64_t step, std::int64_t width) {
  Fenced<T> from(whole_numbers<T>((count - 1) * line + (length - 1) * step + 1, 1)),
      to(whole_numbers<T>(length * width, 2));
  simd.interleave(count, length, from.data(), line, step, to.data(), width);
  int wrong = 0;
  for (std::int64_t p = 0; p < length; ++p)
    for (std::int64_t i = 0; i < width; ++i)
      wrong += to[p * width + i] != (i < count ? from[i * line + p * step] : T(0));
  INFO(count, " lines of ", length, ", ", line, " and ", step, " apart, width ", width);
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE_TEMPLATE("tiles of a product", T, float, double, std::uint32_t, std::uint64_t) {
  for (const SimdLevel level : available_simd_levels()) {
    INFO(name_of(level));
    const GemmKernel<T>& simd = kernel_of<T>(level);
    const std::int64_t packed = std::int64_t{simd.vectors} * simd.lanes;
    for (int vectors = 1; vectors <= simd.vectors; ++vectors)
      for (int rows = 1; rows <= (vectors < simd.vectors ? simd.narrow_rows : simd.rows); ++rows)
        for (const TileLayout& at : {TileLayout{1, simd.rows, packed},
                                     {2, simd.rows, packed},
                                     {1, simd.rows + 1, packed},
                                     {1, simd.rows, packed + 1},
                                     {7, 1, packed},
                                     {7, 1, packed + 1}})
          for (const bool accumulate : {false, true})
            for (const bool start : {false, true})
              for (const bool asks : {false, true})
                check_tile(simd, rows, vectors, at, accumulate, start, asks);
  }
}

TEST_CASE_TEMPLATE("lines laid side by side", T, float, double, std::uint32_t, std::uint64_t) {
  for (const SimdLevel level : available_simd_levels()) {
    INFO(name_of(level));
    const GemmKernel<T>& simd = kernel_of<T>(level);
    const std::int64_t lanes = simd.lanes;
    for (const std::int64_t width :
         {std::int64_t{simd.rows}, lanes, 2 * lanes, simd.vectors * lanes})
      for (std::int64_t count = 1; count <= width; ++count)
        for (const std::int64_t length : {std::int64_t{1}, lanes - 1, lanes, 2 * lanes + 1}) {
          check_interleave(simd, count, length, length + 2, 1, width);
          check_interleave(simd, count, length, 1, count + 2, width);
          check_interleave(simd, count, length, 2 * length + 3, 2, width);
        }
  }
}

TEST_CASE_TEMPLATE("dot products", T, float, double, std::uint32_t, std::uint64_t) {
  for (const SimdLevel level : available_simd_levels()) {
    INFO(name_of(level));
    const GemmKernel<T>& simd = kernel_of<T>(level);
    for (std::int64_t k = 0; k <= 9 * simd.lanes; ++k) {
      Fenced<T> a(whole_numbers<T>(k, 1)), b(whole_numbers<T>(k, 2));
      T sum = 0;
      for (std::int64_t p = 0; p < k; ++p) sum += a[p] * b[p];
      CHECK(simd.dot(k, a.data(), b.data()) == sum);
    }
  }
}

}  // namespace limpid::gemm_kernels_test
