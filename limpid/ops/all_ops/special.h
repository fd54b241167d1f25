#pragma once
// Special functions.

#include "limpid/ops/op_list.h"
#include "limpid/ops/pointwise/special.h"

namespace limpid {

using SpecialOps = OpList<Erf, Erfc, Erfinv, Lgamma, Digamma, Polygamma, LogAddExp, Xlogy, Hypot>;
using SpecialComposites = CompositeList<>;

}  // namespace limpid
