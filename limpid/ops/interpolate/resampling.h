#pragma once
// Which elements of the input make an element of the output, along one axis.

#include <string>
#include <vector>

#include "limpid/core/shape.h"

namespace limpid {

/// The attributes that interpolate and its gradient share.
struct Resampling {
  Shape size;                    ///< of the output's spatial axes, one to three
  std::string mode = "nearest";  ///< see interpolate()
  bool align_corners = false;    ///< corners lie on corners, not edges on edges
  double depth_scale = 0;        ///< output / input along an axis; 0: the quotient of the sizes
  double height_scale = 0;
  double width_scale = 0;
};

/// Element i of the output is the sum over k < count of weight[i count + k] times input element
/// place[i count + k].
struct AxisTaps {
  std::int64_t count = 1, in = 1, out = 1;
  std::vector<std::int64_t> place{0};
  std::vector<double> weight{1};
};

/// Along the three axes depth, height and width of images of spatial shape `image`; axes that the
/// images lack have size 1.
struct Taps {
  AxisTaps axes[3];
  Taps(const Resampling& op, std::span<const std::int64_t> image);
};

/// Throws unless images of `image` (all axes) can be resampled so; gives the shape of the result.
Shape resampled_shape(const Resampling& op, const Shape& image);

}  // namespace limpid
