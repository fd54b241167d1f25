#pragma once
// The two orders in which poolings visit the elements of windows.

#include "limpid/ops/pooling/pool_problem.h"

namespace limpid {

/// Calls f(place) for every element of a window that lies in the image. The kernel may be far
/// larger than that: only first to last are looked at.
template <class F>
void for_each_element(const PoolProblem& p, std::int64_t oy, std::int64_t ox, F&& f) {
  for (std::int64_t i = p.rows.first(oy); i < p.rows.last(oy); ++i)
    for (std::int64_t j = p.columns.first(ox); j < p.columns.last(ox); ++j)
      f(p.rows.place(oy, i) * p.columns.size + p.columns.place(ox, j));
}

/// Calls f(begin, end, place): windows [begin, end) of row oy see, as their element (i, j), the
/// places from `place` on, a stride apart.
template <class F>
void for_each_row_of_elements(const PoolProblem& p, std::int64_t oy, F&& f) {
  for (std::int64_t i = p.rows.first(oy); i < p.rows.last(oy); ++i)
    for (std::int64_t j = p.columns.first(p.out_columns - 1); j < p.columns.last(0); ++j) {
      const std::int64_t begin = p.columns.begin(j), end = p.columns.end(j, p.out_columns);
      if (begin < end)
        f(begin, end, p.rows.place(oy, i) * p.columns.size + p.columns.place(begin, j));
    }
}

}  // namespace limpid
