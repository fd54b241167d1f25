#pragma once
// Rows of a tensor along an axis, for references: every index of the other axes gives one row.

#include "limpid/core/walk.h"

namespace limpid {

/// Length of the rows of a tensor along `axis`; a 0-d tensor is one row of one element.
inline std::int64_t row_length(const AnyView& x, int axis) { return x.rank ? x.shape[axis] : 1; }
/// Distance between neighbours in a row.
inline std::int64_t row_step(const AnyView& x, int axis) { return x.rank ? x.strides[axis] : 0; }

/// Calls `f(offset of the first element of the row, for each operand)`, last axis fastest.
template <std::size_t N, class F>
void walk_rows(std::span<const std::int64_t> shape, int axis,
               const std::array<const std::int64_t*, N>& strides, F&& f) {
  Shape starts(shape);
  if (starts.rank()) starts[axis] = 1;
  walk<N>(starts, strides, f);
}

/// Never true for integers.
template <class T>
constexpr bool is_nan(T x) {
  if constexpr (std::is_floating_point_v<T>) return x != x;
  else return false;
}

/// Calls `f(TypeTag<T>{})` with the C++ type of a floating dtype.
template <class F>
decltype(auto) visit_float(DType dtype, F&& f) {
  switch (dtype) {
    case DType::f16: return f(TypeTag<Half>{});
    case DType::bf16: return f(TypeTag<BFloat16>{});
    case DType::f32: return f(TypeTag<float>{});
    case DType::f64: return f(TypeTag<double>{});
    default: __builtin_unreachable();  // infer() has refused it
  }
}

}  // namespace limpid
