#pragma once
// Sums and means over axes, of any dtype and layout.

#include <cstdint>

#include "limpid/core/view.h"

namespace limpid {

/// y = (sum of x over the axes whose bit is set) / divisor. Floats are rounded once, at the end;
/// integers and bool are added in int64, and the divisor must be 1.
void sum_over(const AnyView& x, const AnyView& y, std::uint64_t axes, bool keepdim,
              double divisor = 1);

}  // namespace limpid
