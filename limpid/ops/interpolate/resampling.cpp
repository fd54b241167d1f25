#include "limpid/ops/interpolate/resampling.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

/// Input elements an output element.
double step_of(const AxisTaps& axis, double scale) {
  return scale > 0 ? 1 / scale : static_cast<double>(axis.in) / static_cast<double>(axis.out);
}

/// The middle of output element i, in elements of the input.
double centre_of(const AxisTaps& axis, std::int64_t i, double scale, bool align_corners) {
  const auto at = static_cast<double>(i);
  if (!align_corners) return (at + 0.5) * step_of(axis, scale) - 0.5;
  if (axis.out == 1) return 0;
  return at * static_cast<double>(axis.in - 1) / static_cast<double>(axis.out - 1);
}

/// The arithmetic is in float32 as in PyTorch, since it decides which element is taken.
void add_nearest(AxisTaps& axis, std::int64_t i, double scale, bool exact) {
  const auto step = scale > 0 ? static_cast<float>(1 / scale)
                              : static_cast<float>(axis.in) / static_cast<float>(axis.out);
  const float at = (static_cast<float>(i) + (exact ? 0.5f : 0.0f)) * step;
  std::int64_t place = std::min(static_cast<std::int64_t>(std::floor(at)), axis.in - 1);
  if (!exact && axis.out == axis.in) place = i;
  if (!exact && axis.out == 2 * axis.in) place = i / 2;
  axis.place.push_back(place);
  axis.weight.push_back(1);
}

void add_linear(AxisTaps& axis, std::int64_t i, double centre) {
  if (axis.in == axis.out) centre = static_cast<double>(i);
  centre = std::max(centre, 0.0);
  const std::int64_t first = std::min(static_cast<std::int64_t>(centre), axis.in - 1);
  const double part = std::clamp(centre - static_cast<double>(first), 0.0, 1.0);
  axis.place.insert(axis.place.end(), {first, std::min(first + 1, axis.in - 1)});
  axis.weight.insert(axis.weight.end(), {1 - part, part});
}

/// Keys' cubic convolution with a = -0.75, of an element at distance t.
double cubic(double t) {
  constexpr double a = -0.75;
  t = std::abs(t);
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
}

void add_cubic(AxisTaps& axis, double centre) {
  const double below = std::floor(centre), part = centre - below;
  for (int k = -1; k <= 2; ++k) {
    const std::int64_t place = static_cast<std::int64_t>(below) + k;
    axis.place.push_back(std::clamp<std::int64_t>(place, 0, axis.in - 1));
    axis.weight.push_back(cubic(part - k));
  }
}

AxisTaps taps_of(const Resampling& op, std::int64_t in, std::int64_t out, double scale) {
  AxisTaps axis;
  axis.in = in, axis.out = out;
  axis.place.clear(), axis.weight.clear();
  const bool nearest = op.mode == "nearest" || op.mode == "nearest-exact";
  axis.count = nearest ? 1 : op.mode == "bicubic" ? 4 : 2;
  for (std::int64_t i = 0; i < out; ++i) {
    if (nearest) {
      add_nearest(axis, i, scale, op.mode == "nearest-exact");
      continue;
    }
    const double centre = centre_of(axis, i, scale, op.align_corners);
    if (op.mode == "bicubic") add_cubic(axis, centre);
    else add_linear(axis, i, centre);
  }
  return axis;
}

/// The number of spatial axes that a mode is for; 0: any.
int axes_of_mode(const std::string& mode) {
  if (mode == "nearest" || mode == "nearest-exact") return 0;
  if (mode == "linear") return 1;
  if (mode == "bilinear" || mode == "bicubic") return 2;
  if (mode == "trilinear") return 3;
  throw ValueError(str("there is no mode \"", mode, "\"; use \"nearest\", \"nearest-exact\", ",
                       "\"linear\" (3-d input), \"bilinear\" or \"bicubic\" (4-d), or ",
                       "\"trilinear\" (5-d)"));
}

}  // namespace

Taps::Taps(const Resampling& op, std::span<const std::int64_t> image) {
  const double scales[3] = {op.depth_scale, op.height_scale, op.width_scale};
  const int axes_here = op.size.rank();
  for (int k = 0; k < axes_here; ++k) {
    const int axis = 3 - axes_here + k;
    axes[axis] = taps_of(op, image[static_cast<std::size_t>(k)], op.size[k], scales[axis]);
  }
}

Shape resampled_shape(const Resampling& op, const Shape& image) {
  const int wanted = axes_of_mode(op.mode), spatial = image.rank() - 2;
  if (spatial < 1 || spatial > 3)
    throw ShapeError(
        str("input must be (N, C, W), (N, C, H, W) or (N, C, D, H, W), got shape ", image));
  if (wanted && wanted != spatial)
    throw ShapeError(str("mode \"", op.mode, "\" is for inputs of ", wanted + 2,
                         " dimensions, got shape ", image));
  if (op.size.rank() != spatial)
    throw ShapeError(str("size ", op.size, " must have a number for each of the ", spatial,
                         " spatial dimensions"));
  if (op.align_corners && !wanted)
    throw ValueError(str("align_corners has no meaning for mode \"", op.mode, "\""));
  Shape out{image[0], image[1]};
  for (int k = 0; k < spatial; ++k) {
    if (image[k + 2] < 1) throw ShapeError(str("dimension ", k + 2, " of the input is empty"));
    if (op.size[k] < 1)
      throw ShapeError(str("size ", op.size, " must be at least 1 in every dimension"));
    out.push_back(op.size[k]);
  }
  checked_numel(out);
  return out;
}

}  // namespace limpid
