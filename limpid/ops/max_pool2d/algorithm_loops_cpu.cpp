// Max pooling in plain loops, to be read.
//
// Four loops go over the outputs (image and channel, row oy, column ox); for each, the elements of
// the window are compared one by one, and those in the padding are skipped, so they never win:
//   y = max over i, j of x[oy*stride + i*dilation - padding, ox*stride + j*dilation - padding]
// Of equal elements the first wins; of several NaN the last, as in PyTorch.
// backward: for each window, the same loops look for the element whose place was kept, and give it
// the window's gradient; an element that won several windows gets their sum.
//
// Why it is slow: short loops, whose bounds are worked out anew for every window, and a branch that
// the processor cannot foresee for every element. The next rung (rows) has neither.

#include <algorithm>

#include "limpid/core/rows.h"
#include "limpid/ops/max_pool2d/max_planes.h"
#include "limpid/ops/pooling/window_loops.h"

namespace limpid {

namespace {

struct Loops {
  template <class T>
  static void forward(const PoolProblem& p, const T* x, T* values, std::int64_t* indices) {
    for (std::int64_t oy = 0; oy < p.out_rows; ++oy)
      for (std::int64_t ox = 0; ox < p.out_columns; ++ox) {
        std::int64_t winner = -1;
        for_each_element(p, oy, ox, [&](std::int64_t place) {
          if (winner < 0 || x[place] > x[winner] || is_nan(x[place])) winner = place;
        });
        *values++ = x[winner];
        *indices++ = winner;
      }
  }

  template <class T>
  static void backward(const PoolProblem& p, const T* dy, const std::int64_t* indices, T* dx) {
    std::fill_n(dx, p.plane(), T(0));
    for (std::int64_t oy = 0; oy < p.out_rows; ++oy)
      for (std::int64_t ox = 0; ox < p.out_columns; ++ox, ++dy, ++indices)
        for_each_element(p, oy, ox, [&](std::int64_t place) {
          if (place == *indices) dx[place] += *dy;
        });
  }
};

}  // namespace

extern const PoolRung kMaxPoolLoops{"loops", "four loops and one comparison at a time",
                                    &run_max_planes<Loops>, nullptr,
                                    [](const PoolProblem&) { return std::string(kForReading); }};

}  // namespace limpid
