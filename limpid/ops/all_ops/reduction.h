#pragma once
// The reduction ops.

#include "limpid/ops/sum/sum.h"
#include "limpid/ops/op_list.h"

namespace limpid {

using ReductionOps = OpList<Sum>;
using ReductionComposites = CompositeList<>;

}  // namespace limpid
