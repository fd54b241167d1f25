#pragma once
// The rungs of the ladder of average pooling (see ops/algorithms.h).

#include <span>

#include "limpid/core/shape.h"
#include "limpid/op/op_info.h"
#include "limpid/ops/avg_pool2d/windows.h"
#include "limpid/ops/pooling/pool_problem.h"

namespace limpid {

extern const PoolRung kAvgPoolLoops, kAvgPoolRows, kAvgPoolIm2col, kAvgPoolDirect;

PoolLadder& avg_pool_ladder();
AlgorithmPlan avg_pool_plan(const AnyOp& op, std::span<const Shape> inputs, DType dtype);

/// By what the sum of a window is divided.
inline double divisor(const PoolProblem& p, std::int64_t oy, std::int64_t ox) {
  if (p.divisor_override) return static_cast<double>(p.divisor_override);
  return static_cast<double>(counted(p.rows, oy, p.count_padding) *
                             counted(p.columns, ox, p.count_padding));
}

}  // namespace limpid
