#pragma once
// The fast way to average windows, for avg_pool2d and adaptive_avg_pool2d, forward and backward.
//
// A window of an image is rows [first, last) times columns [first, last), and its divisor is the
// product of one number an axis. So the sum is taken along one axis after the other: the image's
// rows of a window are added first, all columns at once and in vectors; of that one row the columns
// of each window are added. That is kh + kw additions a window where plain loops take kh kw.
// In channels-last maps an element is a run of channels, and there are no short rows to care for.
// backward goes the other way: dy / divisor is spread over the columns of one row, and that row is
// added to each image row of the windows.

#include <vector>

#include "limpid/core/view.h"

namespace limpid {

/// The windows along one axis of `size` elements, at least one. `first` and `last` never fall.
struct MeanAxis {
  std::int64_t size = 0;
  std::vector<std::int64_t> first, last;
  std::vector<double> divisor;

  std::int64_t count() const { return static_cast<std::int64_t>(first.size()); }
};

/// x (..., H, W) -> y (..., OH, OW), floats of any layout. Fast where both are contiguous, or both
/// channels-last.
void mean_windows(const MeanAxis& rows, const MeanAxis& columns, const AnyView& x,
                  const AnyView& y);
/// dy (..., OH, OW) -> dx (..., H, W), the gradient of the same.
void spread_means(const MeanAxis& rows, const MeanAxis& columns, const AnyView& dy,
                  const AnyView& dx);

}  // namespace limpid
