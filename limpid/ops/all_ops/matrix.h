#pragma once
// The matrix ops.

#include "limpid/ops/op_list.h"

namespace limpid {

using MatrixOps = OpList<>;
using MatrixComposites = CompositeList<>;

}  // namespace limpid
