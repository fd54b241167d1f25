#include "limpid/backends/cpu/packed_matrix.h"

#include <algorithm>

#include "limpid/backends/cpu/gemm_product.h"

namespace limpid {

namespace {

/// Whether the kernel can read b where it lies: whole vectors, in rows without gaps. Rows far
/// apart, as those of a head in a projection to all heads, share few lines of the first cache, and
/// every tile would read them from the second one.
template <class T>
bool is_readable(const MatrixRef& b, std::int64_t n) {
  return b.column_stride == 1 && n % kernel<T>().lanes == 0 &&
         b.row_stride <= std::max(n, PackedMatrix<T>::panel_width());
}

}  // namespace

template <class T>
std::int64_t PackedMatrix<T>::panel_width() {
  return limpid::panel_width<T>();
}

template <class T>
PackedMatrix<T>::PackedMatrix(const MatrixRef& b, std::int64_t k, std::int64_t n)
    : k_(k),
      n_(n),
      in_place_(is_readable<T>(b, n) ? static_cast<const T*>(b.data) : nullptr),
      in_place_row_(b.row_stride),
      panels_(in_place_ ? 0 : k * round_up(n, kernel<T>().lanes)) {
  if (in_place_) return;
  const std::int64_t lanes = kernel<T>().lanes;
  for (std::int64_t j = 0; j < n; j += panel_width()) {
    const std::int64_t columns = std::min(panel_width(), n - j);
    kernel<T>().interleave(columns, k, static_cast<const T*>(b.data) + j * b.column_stride,
                           b.column_stride, b.row_stride, panels_.data() + j * k,
                           round_up(columns, lanes));
  }
}

template <class T>
void PackedMatrix<T>::multiply(std::int64_t rows, LeftRows<T> a, T* c, std::int64_t c_row) const {
  multiply(rows, a, {.depth = k_, .columns = n_}, c, c_row, false);
}

template <class T>
void PackedMatrix<T>::multiply(std::int64_t rows, LeftRows<T> a, const Part& b, T* c,
                               std::int64_t c_row, bool accumulate) const {
  const GemmKernel<T>& simd = kernel<T>();
  for (std::int64_t j = 0; j < b.columns; j += panel_width(), c += panel_width()) {
    const std::int64_t columns = std::min(panel_width(), b.columns - j), at = b.column + j;
    const std::int64_t width = round_up(columns, simd.lanes);
    const std::int64_t row =  // of the panel, which may be wider than what is wanted of it
        in_place_ ? in_place_row_ : round_up(std::min(panel_width(), n_ - at), simd.lanes);
    const T* panel =
        in_place_ ? in_place_ + b.first * row + at : panels_.data() + at * k_ + b.first * row;
    const std::int64_t most = tile_rows<T>(width / simd.lanes);
    for (std::int64_t i = 0; i < rows; i += most) {
      const std::int64_t height = std::min(most, rows - i);
      const auto tile = [&](T* to, std::int64_t to_row, bool add) {
        simd.tile(static_cast<int>(height), static_cast<int>(width / simd.lanes), b.depth,
                  a.data + i * a.row_stride, a.row_stride, a.column_stride, panel, row, to, to_row,
                  add, nullptr, {});
      };
      T* const to = c + i * c_row;
      if (columns == width) {
        tile(to, c_row, accumulate);
        continue;
      }
      T whole[8 * 64];  // the largest tile: its last columns have no place in c
      tile(whole, width, false);
      for (std::int64_t r = 0; r < height; ++r)
        for (std::int64_t s = 0; s < columns; ++s) {
          T& place = to[r * c_row + s];
          place = whole[r * width + s] + (accumulate ? place : T(0));
        }
    }
  }
}

template class PackedMatrix<float>;
template class PackedMatrix<double>;

}  // namespace limpid
