#pragma once
// The ops that sort, scan and count.

#include "limpid/ops/cumprod/cumprod.h"
#include "limpid/ops/cumsum/cumsum.h"
#include "limpid/ops/op_list.h"

namespace limpid {

using OrderingOps = OpList<Cumsum, Cumprod, LinearRecurrence>;
using OrderingComposites = CompositeList<>;

}  // namespace limpid
