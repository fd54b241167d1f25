#pragma once
// The ops that put elements elsewhere: padding, flipping, repeating.

#include "limpid/ops/op_list.h"

namespace limpid {

using RearrangeOps = OpList<>;
using RearrangeComposites = CompositeList<>;

}  // namespace limpid
