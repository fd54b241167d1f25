#pragma once
// The layer ops.

#include "limpid/ops/op_list.h"

namespace limpid {

using LayerOps = OpList<>;
using LayerComposites = CompositeList<>;

}  // namespace limpid
