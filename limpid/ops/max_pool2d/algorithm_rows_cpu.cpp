// Max pooling, partly vectorised: a row of windows at a time.
//
// The loops over windows and over a window's elements change places. With (i, j) fixed, element
// (i, j) of all windows of a row is a row of the image, stride apart; it is compared with the best
// so far of each window. Which windows have their element (i, j) in the image is known beforehand:
// [begin, end). So the innermost loop has neither tests nor branches, and the compiler makes vector
// code of it where the stride is 1.
// backward: element (i, j) of a row of windows takes the gradients of those windows whose winner it
// is, and adds 0 otherwise, without a branch.

#include <algorithm>

#include "limpid/core/rows.h"
#include "limpid/ops/max_pool2d/max_planes.h"
#include "limpid/ops/pooling/window_loops.h"

namespace limpid {

namespace {

struct Rows {
  template <class T>
  static void forward(const PoolProblem& p, const T* x, T* __restrict best,
                      std::int64_t* __restrict index) {
    for (std::int64_t oy = 0; oy < p.out_rows;
         ++oy, best += p.out_columns, index += p.out_columns) {
      for (std::int64_t ox = 0; ox < p.out_columns;
           ++ox)  // the first element, should all be lowest
        index[ox] = p.rows.place(oy, p.rows.first(oy)) * p.columns.size +
                    p.columns.place(ox, p.columns.first(ox));
      std::fill_n(best, p.out_columns, lowest<T>());
      for_each_row_of_elements(
          p, oy, [&](std::int64_t begin, std::int64_t end, std::int64_t place) {
            for (std::int64_t ox = begin; ox < end; ++ox, place += p.columns.stride) {
              const T v = x[place], b = best[ox];
              const bool takes = (v > b) | is_nan(v);
              best[ox] = takes ? v : b;
              index[ox] = takes ? place : index[ox];
            }
          });
    }
  }

  template <class T>
  static void backward(const PoolProblem& p, const T* dy, const std::int64_t* index,
                       T* __restrict dx) {
    std::fill_n(dx, p.plane(), T(0));
    for (std::int64_t oy = 0; oy < p.out_rows; ++oy, dy += p.out_columns, index += p.out_columns)
      for_each_row_of_elements(
          p, oy, [&](std::int64_t begin, std::int64_t end, std::int64_t place) {
            for (std::int64_t ox = begin; ox < end; ++ox, place += p.columns.stride)
              dx[place] += index[ox] == place ? dy[ox] : T(0);
          });
  }
};

}  // namespace

extern const PoolRung kMaxPoolRows{"rows", "one element of a whole row of windows at a time",
                                   &run_max_planes<Rows>};

}  // namespace limpid
