#pragma once
// Largest and smallest elements, of any dtype and layout. NaN counts as more extreme than any
// number, and of equal elements the first wins.

#include "limpid/core/view.h"

namespace limpid {

enum class Extreme { largest, smallest };

/// Along an axis: values and places. Either output may be null; both are contiguous.
void extremes_along(Extreme which, const AnyView& x, int axis, const AnyView* values,
                    const AnyView* indices);

/// Over the axes whose bit is set, at least one element each.
void extremes_over(Extreme which, const AnyView& x, std::uint64_t axes, bool keepdim,
                   const AnyView& values);

}  // namespace limpid
