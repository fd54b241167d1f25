#pragma once
// The pointwise ops.

#include "limpid/ops/copy/copy.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/op_list.h"

namespace limpid {

using PointwiseOps = OpList<Copy, Add, Mul>;
using PointwiseComposites = CompositeList<>;

}  // namespace limpid
