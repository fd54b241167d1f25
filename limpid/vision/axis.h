#pragma once
// The numbers along an axis of a picture: range, ticks at round values, labels.

#include <span>
#include <string>
#include <vector>

namespace limpid {

enum class AxisKind {
  linear,
  integer,  ///< linear, with ticks at whole numbers only (epochs)
  percent,  ///< linear, where 0.25 is labelled "25 %"
  log       ///< decimal logarithm; values that are not positive have no place
};

struct Axis {
  AxisKind kind = AxisKind::linear;
  double low = 0;
  double high = 1;
  std::vector<double> ticks = {};
  std::vector<std::string> labels = {};  ///< one a tick

  /// Whether the value can be drawn: finite, of a sane magnitude, positive on a log axis.
  bool has_place(double value) const;
  /// Where the value lies: 0 at `low`, 1 at `high`, beyond them outside.
  double place(double value) const;
};

/// Whether a value can be drawn on an axis of that kind.
bool drawable(double value, AxisKind kind);

/// The smallest and largest drawable values; {0, 1} when there are none ({0.1, 1} for log).
struct Range {
  double low = 0;
  double high = 1;
};
Range range_of(std::span<const double> values, AxisKind kind);

/// An axis over `range` widened by the fraction `padding` on both sides (equal ends are always
/// widened), with about `ticks` ticks at multiples of 1, 2 or 5 times a power of ten.
/// Source: P. Heckbert, Nice Numbers for Graph Labels, Graphics Gems, 1990.
Axis make_axis(Range range, AxisKind kind, double padding, int ticks);

}  // namespace limpid
