#pragma once
// What the ladders of poolings are asked (see ops/algorithms.h).

#include "limpid/backends/cpu/ladder.h"
#include "limpid/core/dtype.h"
#include "limpid/core/view.h"
#include "limpid/ops/pooling/window.h"

namespace limpid {

/// Windows over `planes` images of one channel, which lie one after the other.
struct PoolProblem {
  std::int64_t planes = 0;
  WindowAxis rows, columns;
  std::int64_t out_rows = 0, out_columns = 0;
  DType dtype = DType::f32;  ///< of the tensors
  bool backward = false;
  bool count_padding = true;          ///< averages only
  std::int64_t divisor_override = 0;  ///< averages only; 0: the size of the window

  std::int64_t plane() const { return rows.size * columns.size; }
  std::int64_t windows() const { return out_rows * out_columns; }
  std::int64_t kernel() const { return rows.kernel * columns.kernel; }
  /// Steps of one plane, for the choice of a grain. A kernel may be far larger than the image.
  double work() const {
    return static_cast<double>(plane()) +
           static_cast<double>(windows()) * static_cast<double>(kernel());
  }
};

/// Operands, as tensors of any layout. Max pooling: {x} -> {values, indices}, backward {dy,
/// indices}
/// -> {dx}; average pooling: {x} -> {y}, backward {dy} -> {dx}. Outputs are contiguous, or
/// channels-last where the images are.
using PoolRung = Rung<PoolProblem, Io>;
using PoolLadder = Ladder<PoolProblem, Io>;

/// How many pieces of so many steps are worth a thread.
inline std::int64_t pool_grain(double steps) {
  return static_cast<std::int64_t>(16384 / std::max(steps, 1.0)) + 1;
}

}  // namespace limpid
