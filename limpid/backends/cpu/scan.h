#pragma once
// Running totals along an axis. A row is worked through in its order, so that the result of each
// element is exactly that of its neighbour and one step more; the time of a step is hidden by rows
// side by side: four at a time, or 64 where rows are neighbouring columns in memory.

#include <algorithm>

#include "limpid/backends/cpu/dense_rows.h"

namespace limpid {

namespace detail {

/// How many rows from `row` on lie side by side in memory, in x as in y.
inline std::int64_t neighbours(const RowPlaces& x, const RowPlaces& y, std::int64_t row) {
  const int last = x.shape.rank() - 1;
  if (last < 0 || x.strides[last] != 1 || y.strides[last] != 1) return 1;
  return x.shape[last] - row % x.shape[last];
}

/// y[i] = state = step(state, x[i]) for `kRows` rows together, each at its own place.
template <int kRows, class Acc, class X, class Y, class Step>
void scan_rows(std::array<const X*, kRows> x, std::array<Y*, kRows> y, std::int64_t n,
               std::int64_t x_step, std::int64_t y_step, Acc start, const Step& step) {
  std::array<Acc, kRows> state;
  state.fill(start);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::size_t r = 0; r < kRows; ++r) {
      state[r] = step(state[r], static_cast<Acc>(x[r][i * x_step]));
      y[r][i * y_step] = convert<Y>(state[r]);
    }
}

/// The same for up to 64 rows that lie side by side.
template <class Acc, class X, class Y, class Step>
void scan_columns(const X* x, Y* y, std::int64_t columns, std::int64_t n, std::int64_t x_step,
                  std::int64_t y_step, Acc start, const Step& step) {
  Acc state[64];
  std::fill(state, state + columns, start);
  for (std::int64_t i = 0; i < n; ++i, x += x_step, y += y_step) {
#pragma GCC ivdep
    for (std::int64_t j = 0; j < columns; ++j) {
      state[j] = step(state[j], static_cast<Acc>(x[j]));
      y[j] = convert<Y>(state[j]);
    }
  }
}

}  // namespace detail

/// y = the running totals of x along an axis, from the last element on if `reverse`. Totals are of
/// type Acc and begin with `start`; `step(total, element)` gives the next one.
template <class X, class Y, class Acc, class Step>
void scan_along(const AnyView& x, const AnyView& y, int axis, bool reverse, Acc start,
                const Step& step) {
  const detail::RowPlaces from(x, axis), to(y, axis);
  const std::int64_t n = from.length, sign = reverse ? -1 : 1;
  const X* x0 = static_cast<const X*>(x.data) + (reverse ? (n - 1) * from.step : 0);
  Y* y0 = static_cast<Y*>(y.data) + (reverse ? (n - 1) * to.step : 0);
  const std::int64_t dx = sign * from.step, dy = sign * to.step;
  if (n == 0) return;
  parallel_for(0, from.rows, 16384 / n + 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last;) {
      const std::int64_t left = last - row;
      const std::int64_t beside =
          std::min<std::int64_t>({detail::neighbours(from, to, row), left, 64});
      const X* at = x0 + from.offset(row);
      Y* out = y0 + to.offset(row);
      if (beside > 1) {
        detail::scan_columns(at, out, beside, n, dx, dy, start, step);
        row += beside;
      } else if (left >= 4) {
        std::array<const X*, 4> xs;
        std::array<Y*, 4> ys;
        for (std::size_t r = 0; r < 4; ++r) {
          xs[r] = x0 + from.offset(row + static_cast<std::int64_t>(r));
          ys[r] = y0 + to.offset(row + static_cast<std::int64_t>(r));
        }
        detail::scan_rows<4>(xs, ys, n, dx, dy, start, step);
        row += 4;
      } else {
        detail::scan_rows<1, Acc, X, Y>({at}, {out}, n, dx, dy, start, step);
        ++row;
      }
    }
  });
}

}  // namespace limpid
