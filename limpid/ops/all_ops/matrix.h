#pragma once
// The matrix ops.

#include "limpid/ops/linear/linear.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/op_list.h"

namespace limpid {

using MatrixOps = OpList<MatMul, Linear>;
using MatrixComposites = CompositeList<>;

}  // namespace limpid
