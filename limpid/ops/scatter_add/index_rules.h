#pragma once
// What gather and scatter_add ask of an index along an axis.

#include "limpid/core/spec.h"

namespace limpid {

/// DTypeError unless `index` is int64; ShapeError unless it has the rank of `x` and, on the axes other
/// than `dim`, no larger sizes; IndexError for an axis out of range.
void check_axis_index(const Spec& x, const Spec& index, std::int64_t dim);

[[noreturn]] void throw_bad_place(std::int64_t place, std::int64_t size, int axis);

/// `place` itself when it lies in [0, size); IndexError otherwise.
inline std::int64_t checked_place(std::int64_t place, std::int64_t size, int axis) {
  if (place < 0 || place >= size) [[unlikely]] throw_bad_place(place, size, axis);
  return place;
}

}  // namespace limpid
