#pragma once
// From a call of max_pool2d or avg_pool2d to what its ladder is asked.

#include <span>

#include "limpid/core/shape.h"
#include "limpid/op/operator.h"
#include "limpid/ops/pooling/pool_problem.h"

namespace limpid {

/// Windows over images `x` of shape (..., H, W), of which there are `y` (..., OH, OW).
template <class Pool>
PoolProblem pool_problem(const Pool& op, std::span<const std::int64_t> x,
                         std::span<const std::int64_t> y, DType dtype, bool backward = false) {
  const auto [rows, columns] = window_axes(op, x);
  PoolProblem p{.rows = rows,
                .columns = columns,
                .out_rows = y[y.size() - 2],
                .out_columns = y.back(),
                .dtype = dtype,
                .backward = backward};
  if constexpr (requires { op.divisor_override; }) {
    p.count_padding = op.count_include_pad;
    p.divisor_override = op.divisor_override;
  }
  p.planes = numel(Shape(x)) / std::max<std::int64_t>(p.plane(), 1);
  return p;
}

/// The plan of `ladder` for a card of type Pool.
template <class Pool>
AlgorithmPlan pool_plan(const PoolLadder& ladder, const AnyOp& op, const Shape& input,
                        DType dtype) {
  const Pool& card = as<Pool>(op.get());
  const auto [rows, columns] = window_axes(card, input);
  const std::int64_t out[] = {rows.windows(card.ceil_mode), columns.windows(card.ceil_mode)};
  return ladder.plan(pool_problem(card, input, out, dtype));
}

}  // namespace limpid
