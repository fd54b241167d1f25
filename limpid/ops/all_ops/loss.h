#pragma once
// The losses.

#include "limpid/ops/cross_entropy/cross_entropy.h"
#include "limpid/ops/op_list.h"

namespace limpid {

using LossOps = OpList<CrossEntropy>;
using LossComposites = CompositeList<>;

}  // namespace limpid
