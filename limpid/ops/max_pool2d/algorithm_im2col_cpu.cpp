// Max pooling as a reduction of rows: im2col.
//
// The windows of a plane are copied into a matrix, a row each (pooling/window_matrix.h), with the
// lowest number where a window sees padding. Then each row has its largest element, as Tensor::max
// along an axis would find it. The place of the winner follows from its column: i = column / kw,
// j = column % kw.
// backward: the gradient of each window is written into the column of its winner, zeros elsewhere;
// col2im adds the matrix up into the plane.
// Every pixel is copied as often as there are windows that see it. For convolution that pays, since
// a product of matrices reuses what it loads; a maximum uses each copy once, so here the copy is
// most of the work.

#include <algorithm>

#include "limpid/core/rows.h"
#include "limpid/ops/max_pool2d/max_planes.h"
#include "limpid/ops/pooling/window_matrix.h"

namespace limpid {

namespace {

/// The column of the window's first element inside the image.
std::int64_t first_column(const PoolProblem& p, std::int64_t oy, std::int64_t ox) {
  return p.rows.first(oy) * p.columns.kernel + p.columns.first(ox);
}

std::int64_t place_of(const PoolProblem& p, std::int64_t oy, std::int64_t ox, std::int64_t column) {
  return p.rows.place(oy, column / p.columns.kernel) * p.columns.size +
         p.columns.place(ox, column % p.columns.kernel);
}

struct Im2col {
  template <class T>
  static void forward(const PoolProblem& p, const T* x, T* values, std::int64_t* indices) {
    const Scratch<T> matrix(p.windows() * p.kernel());
    windows_to_matrix(p, x, lowest<T>(), matrix.data());
    for (std::int64_t o = 0; o < p.windows(); ++o) {
      const T* row = matrix.data() + o * p.kernel();
      const std::int64_t oy = o / p.out_columns, ox = o % p.out_columns;
      std::int64_t winner = first_column(p, oy, ox);
      for (std::int64_t k = winner + 1; k < p.kernel(); ++k)
        if (row[k] > row[winner] || is_nan(row[k])) winner = k;
      values[o] = row[winner];
      indices[o] = place_of(p, oy, ox, winner);
    }
  }

  template <class T>
  static void backward(const PoolProblem& p, const T* dy, const std::int64_t* indices, T* dx) {
    const Scratch<T> matrix(p.windows() * p.kernel());
    std::fill_n(matrix.data(), p.windows() * p.kernel(), T(0));
    for (std::int64_t o = 0; o < p.windows(); ++o) {
      const std::int64_t y = indices[o] / p.columns.size - p.rows.place(o / p.out_columns, 0);
      const std::int64_t x = indices[o] % p.columns.size - p.columns.place(o % p.out_columns, 0);
      const std::int64_t i = y / p.rows.dilation, j = x / p.columns.dilation;
      matrix.data()[o * p.kernel() + i * p.columns.kernel + j] = dy[o];
    }
    std::fill_n(dx, p.plane(), T(0));
    matrix_to_windows(p, matrix.data(), dx);
  }
};

}  // namespace

extern const PoolRung kMaxPoolIm2col{
    "im2col", "windows as a matrix, then the largest of each row", &run_max_planes<Im2col>,
    &too_many_entries, [](const PoolProblem&) {
      return std::string("it copies every window and uses each copy once");
    }};

}  // namespace limpid
