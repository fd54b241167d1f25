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
  /// Steps of one plane, for the choice of a grain.
  std::int64_t work() const { return plane() + windows() * kernel() + 1; }
};

/// Operands, as tensors of any layout. Max pooling: {x} -> {values, indices}, backward {dy,
/// indices}
/// -> {dx}; average pooling: {x} -> {y}, backward {dy} -> {dx}. Every output is contiguous.
using PoolRung = Rung<PoolProblem, Io>;
using PoolLadder = Ladder<PoolProblem, Io>;

/// Elements worth a thread.
inline constexpr std::int64_t kPoolGrain = 16384;

}  // namespace limpid
