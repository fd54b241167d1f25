// Comparisons, logic and selection, compiled once a SIMD level.

#include "limpid/ops/pointwise/loop_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

using namespace formula;

/// Selection moves elements without looking at them, so only their size matters.
template <class T>
constexpr Loop kWhere = &BlockLoop<Elements<Where>, T, std::uint8_t, T, T>::run;

constexpr LoopRow where_row() {
  LoopRow row;
  for (DType dtype : {DType::u8, DType::i8, DType::boolean}) set(row, dtype, kWhere<std::uint8_t>);
  for (DType dtype : {DType::f16, DType::bf16, DType::i16}) set(row, dtype, kWhere<std::uint16_t>);
  for (DType dtype : {DType::f32, DType::i32}) set(row, dtype, kWhere<std::uint32_t>);
  for (DType dtype : {DType::f64, DType::i64}) set(row, dtype, kWhere<std::uint64_t>);
  return row;
}

constinit const ComparisonLoops comparison_loops{.eq = test_row<Equal, 2>(),
                                                 .ne = test_row<NotEqual, 2>(),
                                                 .lt = test_row<Less, 2, true>(),
                                                 .le = test_row<LessEqual, 2, true>(),
                                                 .logical_and = test_row<LogicalAnd, 2>(),
                                                 .logical_or = test_row<LogicalOr, 2>(),
                                                 .logical_not = test_row<LogicalNot, 1>(),
                                                 .where = where_row()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
