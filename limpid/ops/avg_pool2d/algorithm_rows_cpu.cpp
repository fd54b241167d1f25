// Average pooling, partly vectorised: a row of windows at a time.
//
// The loops over windows and over a window's elements change places. With (i, j) fixed, element
// (i, j) of all windows of a row is a row of the image, stride apart; it is added to the sums of
// the windows. Which windows have their element (i, j) in the image is known beforehand: [begin,
// end). So the innermost loop has no tests, and the compiler makes vector code of it where the
// stride is
// 1. backward walks the same rows, from the windows to the image.

#include <algorithm>

#include "limpid/ops/avg_pool2d/avg_planes.h"
#include "limpid/ops/pooling/window_loops.h"

namespace limpid {

namespace {

struct Rows {
  template <class T>
  static void forward(const PoolProblem& p, const T* x, T* __restrict y) {
    for (std::int64_t oy = 0; oy < p.out_rows; ++oy, y += p.out_columns) {
      std::fill_n(y, p.out_columns, T(0));
      for_each_row_of_elements(p, oy, [&](std::int64_t begin, std::int64_t end, std::int64_t from) {
        const std::int64_t stride = p.columns.stride;
        for (std::int64_t ox = begin; ox < end; ++ox) y[ox] += x[from + (ox - begin) * stride];
      });
      for (std::int64_t ox = 0; ox < p.out_columns; ++ox)
        y[ox] /= static_cast<T>(divisor(p, oy, ox));
    }
  }

  template <class T>
  static void backward(const PoolProblem& p, const T* dy, T* __restrict dx) {
    const Scratch<T> share(p.out_columns);
    std::fill_n(dx, p.plane(), T(0));
    for (std::int64_t oy = 0; oy < p.out_rows; ++oy, dy += p.out_columns) {
      for (std::int64_t ox = 0; ox < p.out_columns; ++ox)
        share.data()[ox] = dy[ox] / static_cast<T>(divisor(p, oy, ox));
      for_each_row_of_elements(p, oy, [&](std::int64_t begin, std::int64_t end, std::int64_t to) {
        const std::int64_t stride = p.columns.stride;
        const T* __restrict from = share.data();
        for (std::int64_t ox = begin; ox < end; ++ox) dx[to + (ox - begin) * stride] += from[ox];
      });
    }
  }
};

}  // namespace

extern const PoolRung kAvgPoolRows{"rows", "one element of a whole row of windows at a time",
                                   &run_avg_planes<Rows>};

}  // namespace limpid
