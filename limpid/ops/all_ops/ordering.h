#pragma once
// The ops that sort, scan and count.

#include "limpid/ops/op_list.h"

namespace limpid {

using OrderingOps = OpList<>;
using OrderingComposites = CompositeList<>;

}  // namespace limpid
