#pragma once
// The pointwise ops.

#include "limpid/ops/copy/copy.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

using PointwiseOps = OpList<Copy, Add, Sub, Mul, Div, Pow, Maximum, Minimum, Neg, Abs, Sign, Exp,
                            Log, Sqrt, Reciprocal, Relu, Sigmoid, Tanh, Eq, Ne, Lt, Le, Gt, Ge,
                            LogicalAnd, LogicalOr, LogicalNot, Where, Clamp>;
using PointwiseComposites = CompositeList<Square, IsNan, IsFinite, IsInf>;

}  // namespace limpid
