// x + y and its kin, compiled once a SIMD level.

#include "limpid/ops/pointwise/loop_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

using namespace formula;

/// 16-bit floats are scaled by a float: alpha is not rounded to theirs.
constexpr LoopRow add_scaled_row() {
  using Core = Batches<AddScaled>;
  LoopRow row = with_bool<LogicalAddScaled, 3>(
      with_wrapping_integers<WrappingAddScaled, 3>(float_row<AddScaled, 3>()));
  set(row, DType::f16, &BlockLoop<Core, Float16, Float16, Float16, float>::run);
  set(row, DType::bf16, &BlockLoop<Core, BrainFloat16, BrainFloat16, BrainFloat16, float>::run);
  return row;
}

constinit const ArithmeticLoops arithmetic_loops{
    .add = with_bool<LogicalOr, 2>(with_wrapping_integers<WrappingAdd, 2>(float_row<Add, 2>())),
    .sub = with_wrapping_integers<WrappingSub, 2>(float_row<Sub, 2>()),
    .mul = with_bool<LogicalAnd, 2>(with_wrapping_integers<WrappingMul, 2>(float_row<Mul, 2>())),
    .div = float_row<Div, 2>(),
    .maximum = with_bool<Maximum, 2>(with_integers<Maximum, 2>(float_row<Maximum, 2>())),
    .minimum = with_bool<Minimum, 2>(with_integers<Minimum, 2>(float_row<Minimum, 2>())),
    .add_scaled = add_scaled_row(),
    .clamp = with_integers<Clamp, 3>(float_row<Clamp, 3>()),
    .lerp = float_row<Lerp, 3>(),
    .neg = with_wrapping_integers<WrappingNeg, 1>(float_row<Neg, 1>()),
    .abs = with_integers<AbsInteger, 1>(float_row<AbsFloat, 1>()),
    .sign = with_bool<Identity, 1>(with_integers<Sign, 1>(float_row<Sign, 1>())),
    .sqrt = float_row<Sqrt, 1>(),
    .reciprocal = float_row<Reciprocal, 1>(),
    .relu = with_integers<Relu, 1>(float_row<Relu, 1>()),
    .relu_backward = float_row<ReluBackward, 2>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
