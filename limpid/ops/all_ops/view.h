#pragma once
// The view ops.

#include "limpid/ops/op_list.h"
#include "limpid/ops/view/view.h"

namespace limpid {

using ViewOps = OpList<View, Permute, Expand>;
using ViewComposites = CompositeList<>;

}  // namespace limpid
