#pragma once
// The rungs of the ladder of max pooling (see ops/algorithms.h).

#include <limits>
#include <span>

#include "limpid/core/shape.h"
#include "limpid/op/op_info.h"
#include "limpid/ops/pooling/pool_problem.h"

namespace limpid {

extern const PoolRung kMaxPoolLoops, kMaxPoolRows, kMaxPoolIm2col, kMaxPoolDirect;

PoolLadder& max_pool_ladder();
AlgorithmPlan max_pool_plan(const AnyOp& op, std::span<const Shape> inputs, DType dtype);

/// What loses to everything; an element equal to it can still win, by being the first.
template <class C>
constexpr C lowest() {
  if constexpr (std::is_floating_point_v<C>) return -std::numeric_limits<C>::infinity();
  else return std::numeric_limits<C>::lowest();
}

}  // namespace limpid
