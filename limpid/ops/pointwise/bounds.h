#pragma once
// The bounds of clamp as elements of a dtype.

#include <limits>

#include "limpid/core/scalar.h"

namespace limpid {

/// The nearest element to `value`: for integers, what lies beyond their range becomes its end.
template <class T>
T bound(Scalar value) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    using Limits = std::numeric_limits<T>;
    const std::int64_t wide = value.as_int64();
    if (wide < static_cast<std::int64_t>(Limits::min())) return Limits::min();
    if (wide > static_cast<std::int64_t>(Limits::max())) return Limits::max();
    return static_cast<T>(wide);
  } else {
    return value.to<T>();
  }
}

}  // namespace limpid
