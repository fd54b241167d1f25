// Average pooling as a reduction of rows: im2col.
//
// The windows of a plane are copied into a matrix, a row each (pooling/window_matrix.h), with 0
// where a window sees padding. Then each row is added up and divided, as Tensor::sum along an axis
// would do it. backward: dy / divisor is written into every column of the window's row; col2im adds
// the matrix up into the plane.
// Every pixel is copied as often as there are windows that see it. For convolution that pays, since
// a product of matrices reuses what it loads; a sum uses each copy once, so here the copy is most
// of the work.

#include <algorithm>

#include "limpid/ops/avg_pool2d/avg_planes.h"
#include "limpid/ops/pooling/window_matrix.h"

namespace limpid {

namespace {

struct Im2col {
  template <class T>
  static void forward(const PoolProblem& p, const T* x, T* y) {
    const Scratch<T> matrix(p.windows() * p.kernel());
    windows_to_matrix(p, x, T(0), matrix.data());
    for (std::int64_t o = 0; o < p.windows(); ++o) {
      const T* row = matrix.data() + o * p.kernel();
      T sum = 0;
      for (std::int64_t k = 0; k < p.kernel(); ++k) sum += row[k];
      y[o] = sum / static_cast<T>(divisor(p, o / p.out_columns, o % p.out_columns));
    }
  }

  template <class T>
  static void backward(const PoolProblem& p, const T* dy, T* dx) {
    const Scratch<T> matrix(p.windows() * p.kernel());
    for (std::int64_t o = 0; o < p.windows(); ++o) {
      const T share = dy[o] / static_cast<T>(divisor(p, o / p.out_columns, o % p.out_columns));
      std::fill_n(matrix.data() + o * p.kernel(), p.kernel(), share);
    }
    std::fill_n(dx, p.plane(), T(0));
    matrix_to_windows(p, matrix.data(), dx);
  }
};

}  // namespace

extern const PoolRung kAvgPoolIm2col{
    "im2col", "windows as a matrix, then the sum of each row", &run_avg_planes<Im2col>,
    &too_many_entries, [](const PoolProblem&) {
      return std::string("it copies every window and uses each copy once");
    }};

}  // namespace limpid
