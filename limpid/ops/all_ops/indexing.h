#pragma once
// The indexing ops.

#include "limpid/ops/op_list.h"

namespace limpid {

using IndexingOps = OpList<>;
using IndexingComposites = CompositeList<>;

}  // namespace limpid
