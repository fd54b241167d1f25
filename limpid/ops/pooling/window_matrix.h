#pragma once
// im2col for poolings: the windows of one plane as the rows of a matrix, and back.
//   matrix[(oy, ox), (i, j)] = x[oy*stride + i*dilation - padding, ...], `outside` in the padding

#include <string>

#include "limpid/ops/pooling/pool_problem.h"

namespace limpid {

/// Why there can be no such matrix, or "": a kernel may be far larger than the image.
inline std::string too_many_entries(const PoolProblem& p) {
  if (static_cast<double>(p.windows()) * static_cast<double>(p.kernel()) <= 0x1p40) return "";
  return "the matrix of windows would have more than 2^40 entries";
}

/// Calls f(matrix entry, place in the plane or -1 for padding), row after row.
template <class F>
void for_each_window_entry(const PoolProblem& p, F&& f) {
  std::int64_t entry = 0;
  for (std::int64_t oy = 0; oy < p.out_rows; ++oy)
    for (std::int64_t ox = 0; ox < p.out_columns; ++ox)
      for (std::int64_t i = 0; i < p.rows.kernel; ++i) {
        const std::int64_t y = p.rows.place(oy, i);
        const bool row_inside = y >= 0 && y < p.rows.size;
        for (std::int64_t j = 0; j < p.columns.kernel; ++j) {
          const std::int64_t x = p.columns.place(ox, j);
          const bool inside = row_inside && x >= 0 && x < p.columns.size;
          f(entry++, inside ? y * p.columns.size + x : -1);
        }
      }
}

template <class T>
void windows_to_matrix(const PoolProblem& p, const T* plane, T outside, T* matrix) {
  for_each_window_entry(p, [&](std::int64_t entry, std::int64_t place) {
    matrix[entry] = place < 0 ? outside : plane[place];
  });
}

/// Adds every entry to the pixel it stands for; windows overlap, so it must add. `plane` begins as
/// zeros.
template <class T>
void matrix_to_windows(const PoolProblem& p, const T* matrix, T* plane) {
  for_each_window_entry(p, [&](std::int64_t entry, std::int64_t place) {
    if (place >= 0) plane[place] += matrix[entry];
  });
}

}  // namespace limpid
