#pragma once
// The pointwise ops.

#include "limpid/ops/copy/copy.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

using PointwiseOps =
    OpList<Copy, Add, Sub, Mul, Div, Pow, Maximum, Minimum, Neg, Abs, Sign, Exp, Exp2, Expm1, Log,
           Log2, Log10, Log1p, Sqrt, Rsqrt, Reciprocal, Eq, Ne, Lt, Le, Gt, Ge, LogicalAnd,
           LogicalOr, LogicalNot, Where, Clamp, Lerp, Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh,
           Asinh, Acosh, Atanh, Atan2, Floor, Ceil, Round, Trunc, FloorDivide, Remainder, Fmod,
           BitwiseAnd, BitwiseOr, BitwiseXor, BitwiseNot>;
using PointwiseComposites = CompositeList<Square, IsNan, IsFinite, IsInf, LogicalXor, IsClose,
                                          SignBit, CopySign, NanToNum, Frac, AddCMul, AddCDiv>;

}  // namespace limpid
