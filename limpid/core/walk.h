#pragma once
// Plain iteration over strided tensors, for references and small cases: an odometer.

#include <array>
#include <cstdint>

#include "limpid/core/shape.h"
#include "limpid/core/view.h"

namespace limpid {

/// Calls `f(offset of each operand)` for every index of `shape`, last axis fastest.
/// `strides[k]` has one entry an axis of `shape`; 0 repeats an element.
template <std::size_t N, class F>
void walk(std::span<const std::int64_t> shape, const std::array<const std::int64_t*, N>& strides,
          F&& f) {
  const int rank = static_cast<int>(shape.size());
  for (std::int64_t size : shape)
    if (size == 0) return;
  std::int64_t index[Shape::kMaxRank] = {};
  std::array<std::int64_t, N> offset{};
  for (;;) {
    f(offset);
    int axis = rank - 1;
    for (; axis >= 0; --axis) {
      for (std::size_t k = 0; k < N; ++k) offset[k] += strides[k][axis];
      if (++index[axis] < shape[static_cast<std::size_t>(axis)]) break;
      for (std::size_t k = 0; k < N; ++k) offset[k] -= strides[k][axis] * index[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/// Strides with which `view` is read as if it had `shape` (to which it broadcasts).
inline Strides broadcast_strides(const AnyView& view, std::span<const std::int64_t> shape) {
  Strides out(static_cast<int>(shape.size()));
  const int shift = out.rank() - view.rank;
  for (int i = 0; i < out.rank(); ++i)
    out[i] = i < shift || view.shape[i - shift] == 1 ? 0 : view.strides[i - shift];
  return out;
}

inline std::span<const std::int64_t> shape_of(const AnyView& view) {
  return {view.shape, static_cast<std::size_t>(view.rank)};
}

}  // namespace limpid
