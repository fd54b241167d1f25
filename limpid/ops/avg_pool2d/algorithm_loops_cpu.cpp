// Average pooling in plain loops, to be read.
//
// Four loops go over the outputs (image and channel, row oy, column ox); for each, the elements of
// the window are added one by one, those in the padding skipped, and the sum is divided:
//   y = (sum over i, j of x[oy*stride + i - padding, ox*stride + j - padding]) / divisor
// backward: every element of a window gets dy / divisor; windows overlap, so it adds.
//
// Why it is slow: short loops, whose bounds are worked out anew for every window, and sums of one
// number at a time. The next rung (rows) works on rows of windows.

#include <algorithm>

#include "limpid/ops/avg_pool2d/avg_planes.h"
#include "limpid/ops/pooling/window_loops.h"

namespace limpid {

namespace {

struct Loops {
  template <class T>
  static void forward(const PoolProblem& p, const T* x, T* y) {
    for (std::int64_t oy = 0; oy < p.out_rows; ++oy)
      for (std::int64_t ox = 0; ox < p.out_columns; ++ox) {
        T sum = 0;
        for_each_element(p, oy, ox, [&](std::int64_t place) { sum += x[place]; });
        *y++ = sum / static_cast<T>(divisor(p, oy, ox));
      }
  }

  template <class T>
  static void backward(const PoolProblem& p, const T* dy, T* dx) {
    std::fill_n(dx, p.plane(), T(0));
    for (std::int64_t oy = 0; oy < p.out_rows; ++oy)
      for (std::int64_t ox = 0; ox < p.out_columns; ++ox) {
        const T share = *dy++ / static_cast<T>(divisor(p, oy, ox));
        for_each_element(p, oy, ox, [&](std::int64_t place) { dx[place] += share; });
      }
  }
};

}  // namespace

extern const PoolRung kAvgPoolLoops{"loops", "four loops and one addition at a time",
                                    &run_avg_planes<Loops>, nullptr,
                                    [](const PoolProblem&) { return std::string(kForReading); }};

}  // namespace limpid
