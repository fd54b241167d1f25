#pragma once
// The view ops.

#include "limpid/ops/view/view.h"
#include "limpid/ops/op_list.h"

namespace limpid {

using ViewOps = OpList<View, Permute, Expand>;
using ViewComposites = CompositeList<>;

}  // namespace limpid
