#include "limpid/vision/axis.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace limpid {

namespace {

// Beyond these, differences and logarithms would overflow; nothing measured is so large.
constexpr double kLargest = 1e200;
constexpr double kSmallest = 1e-200;

// The multiple of 1, 2 or 5 times a power of ten nearest above `raw`.
double nice_step(double raw) {
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double fraction = raw / power;
  return (fraction <= 1.0 + 1e-9 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10) * power;
}

std::string label(double value, double step, AxisKind kind) {
  const bool percent = kind == AxisKind::percent;
  if (percent) value *= 100, step *= 100;
  if (std::abs(value) < step * 1e-6) value = 0;  // 0, not 1.4e-17
  char text[64];
  if (kind != AxisKind::log && step >= 1e-4 && std::abs(value) < 1e6) {
    const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
  } else {
    std::snprintf(text, sizeof text, "%.4g", value);
  }
  return std::string(text) + (percent ? " %" : "");
}

void add_tick(Axis& axis, double value, double step) {
  axis.ticks.push_back(value);
  axis.labels.push_back(label(value, step, axis.kind));
}

void add_linear_ticks(Axis& axis, int count) {
  double step = nice_step((axis.high - axis.low) / count);
  if (axis.kind == AxisKind::integer) step = std::max(1.0, step);
  const double slack = (axis.high - axis.low) * 1e-9;
  const double first = std::ceil((axis.low - slack) / step);
  for (int i = 0; i <= 2 * count + 2; ++i) {
    const double value = (first + i) * step;
    if (value > axis.high + slack) break;
    add_tick(axis, value, step);
  }
}

// Powers of ten, thinned out when there are many, with 2 and 5 between when there are few.
void add_log_ticks(Axis& axis, int count) {
  const double first = std::floor(std::log10(axis.low)), last = std::ceil(std::log10(axis.high));
  const double every = std::max(1.0, std::ceil((last - first) / count));
  const bool few = std::log10(axis.high) - std::log10(axis.low) < 2.5;
  for (double exponent = first; exponent <= last; exponent += every) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double value = digit * std::pow(10.0, exponent);
      if ((digit > 1 && !few) || value < axis.low || value > axis.high) continue;
      add_tick(axis, value, value);
    }
  }
}

void widen(Axis& axis, double padding) {
  if (axis.kind == AxisKind::log) {
    const double span = std::log(axis.high) - std::log(axis.low);
    const double factor = span > 1e-9 ? std::exp(span * padding) : 2;
    axis.low /= factor;
    axis.high *= factor;
    return;
  }
  double extra = (axis.high - axis.low) * padding;
  const double magnitude = std::max(std::abs(axis.low), std::abs(axis.high));
  if (axis.high - axis.low <= magnitude * 1e-9) extra = magnitude > 0 ? magnitude * 0.1 : 0.5;
  axis.low -= extra;
  axis.high += extra;
}

}  // namespace

bool drawable(double value, AxisKind kind) {
  if (!std::isfinite(value) || std::abs(value) > kLargest) return false;
  return kind != AxisKind::log || value >= kSmallest;
}

bool Axis::has_place(double value) const { return drawable(value, kind); }

double Axis::place(double value) const {
  if (kind == AxisKind::log) {
    return (std::log(value) - std::log(low)) / (std::log(high) - std::log(low));
  }
  return (value - low) / (high - low);
}

Range range_of(std::span<const double> values, AxisKind kind) {
  Range range{HUGE_VAL, -HUGE_VAL};
  for (const double value : values) {
    if (!drawable(value, kind)) continue;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  if (range.low > range.high) return {kind == AxisKind::log ? 0.1 : 0.0, 1.0};
  return range;
}

Axis make_axis(Range range, AxisKind kind, double padding, int ticks) {
  Axis axis{kind, std::min(range.low, range.high), std::max(range.low, range.high)};
  widen(axis, padding);
  if (kind == AxisKind::log) {
    add_log_ticks(axis, std::max(ticks, 1));
  } else {
    add_linear_ticks(axis, std::max(ticks, 1));
  }
  return axis;
}

}  // namespace limpid
