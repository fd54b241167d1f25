#pragma once
// The matrix ops.

#include "limpid/ops/distance/distance.h"
#include "limpid/ops/einsum/einsum.h"
#include "limpid/ops/linear/linear.h"
#include "limpid/ops/linear/linear_relu.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/products/products.h"

namespace limpid {

using MatrixOps = OpList<MatMul, Linear, LinearRelu>;
using MatrixComposites =
    CompositeList<Mm, Mv, Bmm, Dot, Outer, Addmm, Addmv, Baddbmm, Trace, Kron, Cross, MultiDot,
                  Einsum, Tensordot, Cdist, PairwiseDistance, CosineSimilarity>;

}  // namespace limpid
