#pragma once
// What reading by index arrays (ops/index) and writing by them (ops/index_put) share.

#include <span>

#include "limpid/core/place.h"
#include "limpid/core/spec.h"
#include "limpid/core/view.h"
#include "limpid/core/walk.h"
#include "limpid/op/op_info.h"

namespace limpid {

/// Index arrays `in[first...]` for the axes of a tensor of shape `shape`: how many, integers,
/// ascending axes; the shape in which they meet. Throws IndexError, DTypeError, ShapeError.
Shape common_index_shape(const Shape& axes, const Shape& shape, const Inputs& in, int first);

/// Axes of the gathered tensor: `before` of x's axes, then those of the arrays, then the rest.
struct GatheredAxes {
  int before =
      0;       ///< x's axes in front of neighbouring indexed ones; 0 where these are not neighbours
  Shape rest;  ///< x's axes that are not indexed, ascending
  GatheredAxes(const Shape& axes, int rank);
};

/// The shape of x[arrays].
Shape gathered_shape(const Shape& axes, const Shape& shape, const Shape& positions);

/// An index as a position along an axis of size n. IndexError names the value, axis and size.
[[noreturn]] void throw_index(std::int64_t index, std::int64_t axis, std::int64_t n);
inline std::int64_t checked_index(std::int64_t index, std::int64_t axis, std::int64_t n) {
  if (index < -n || index >= n) [[unlikely]]
    throw_index(index, axis, n);
  return index < 0 ? index + n : index;
}

/// Calls f(pointer to T) for an index array of whatever integer type.
template <class F>
decltype(auto) visit_index(const AnyView& array, F&& f) {
  switch (array.dtype) {
    case DType::i8: return f(static_cast<const std::int8_t*>(array.data));
    case DType::i16: return f(static_cast<const std::int16_t*>(array.data));
    case DType::i32: return f(static_cast<const std::int32_t*>(array.data));
    default: return f(static_cast<const std::int64_t*>(array.data));
  }
}

/// The meaning, for references: calls f(offset in x, offset in the gathered tensor) for each
/// element of the gathered tensor, of `shape` and `strides`, in row-major order.
template <class F>
void for_each_indexed(const AnyView& x, const Shape& axes, std::span<const AnyView> arrays,
                      const Shape& positions, const Shape& shape, const Strides& strides, F&& f) {
  const GatheredAxes gathered(axes, x.rank);
  std::vector<Strides> array_strides;
  for (const AnyView& array : arrays) array_strides.push_back(broadcast_strides(array, positions));
  Strides counting = contiguous_strides(shape);
  walk<2>(shape, {counting.data(), strides.data()}, [&](const auto& at) {
    const Shape index = place_of(at[0], shape);  // of this element in the gathered tensor
    std::int64_t x_offset = 0;
    for (int k = 0; k < gathered.rest.rank(); ++k) {
      const int place = k < gathered.before ? k : k + positions.rank();
      x_offset += index[place] * x.strides[gathered.rest[k]];
    }
    for (std::size_t k = 0; k < arrays.size(); ++k) {
      std::int64_t array_offset = 0;
      for (int i = 0; i < positions.rank(); ++i)
        array_offset += index[gathered.before + i] * array_strides[k][i];
      const auto axis = axes[static_cast<int>(k)];
      const auto value = visit_index(
          arrays[k], [&](auto* p) { return static_cast<std::int64_t>(p[array_offset]); });
      x_offset += checked_index(value, axis, x.shape[axis]) * x.strides[axis];
    }
    f(x_offset, at[1]);
  });
}

}  // namespace limpid
