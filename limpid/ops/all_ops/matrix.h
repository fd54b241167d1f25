#pragma once
// The matrix ops.

#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/linear/linear.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/op_list.h"

namespace limpid {

using MatrixOps = OpList<MatMul, Linear, Conv2d, Conv2dInputGradient, Conv2dWeightGradient>;
using MatrixComposites = CompositeList<>;

}  // namespace limpid
