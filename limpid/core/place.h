#pragma once
// From a row-major number to a place along each axis.

#include "limpid/core/shape.h"

namespace limpid {

/// Where element number `element`, in row-major order, of a tensor of `shape` is.
inline Shape place_of(std::int64_t element, const Shape& shape) {
  Shape place(shape.rank());
  for (int i = shape.rank(); i-- > 0; element /= shape[i]) place[i] = element % shape[i];
  return place;
}

}  // namespace limpid
