#pragma once
// interpolate and its gradient on maps that lie channels-last.

#include "limpid/core/view.h"
#include "limpid/ops/interpolate/resampling.h"

namespace limpid {

/// y = x resampled; both (N, C, H, W) in the order (N, H, W, C).
void resample_maps(const Resampling& op, const AnyView& x, const AnyView& y);

/// dx = dy, floats, the other way round.
void spread_maps(const Resampling& op, const AnyView& dy, const AnyView& dx);

}  // namespace limpid
