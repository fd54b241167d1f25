#pragma once
// Axes of a reduction, and the shape that is left.

#include "limpid/core/shape.h"
#include "limpid/core/view.h"

namespace limpid {

/// Bit i: axis i is reduced. No axes at all means all of them. IndexError for an axis out of range,
/// ShapeError for one named twice.
std::uint64_t reduced_axes(std::span<const std::int64_t> dims, int rank);

/// `shape` without the reduced axes, or with 1 in their place.
Shape reduced_shape(const Shape& shape, std::uint64_t axes, bool keepdim);

/// Strides that lead from an index of `x` to its place in the reduced `y`: 0 along reduced axes.
Strides reduced_strides(const AnyView& x, const AnyView& y, std::uint64_t axes, bool keepdim);

}  // namespace limpid
