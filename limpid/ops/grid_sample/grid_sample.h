#pragma once
// Images read at any places: spatial transformers.

#include <string>

#include "limpid/op/operator.h"

namespace limpid {

struct GridSample {
  static constexpr OpDoc doc{
      .name = "grid_sample",
      .title = "GridSample",
      .summary = "Reads images or volumes at the places that a grid names, between the elements.",
      .formula = "y[n, c, i, j] = sum over k of w_k x[n, c, place of grid[n, i, j] + k]",
      .inputs = "input, grid",
      .shapes =
          "(N, C, H, W) and (N, OH, OW, 2) -> (N, C, OH, OW); (N, C, D, H, W) and (N, OD, OH, "
          "OW, 3) -> (N, C, OD, OH, OW)",
      .source = "Jaderberg et al., Spatial transformer networks, NeurIPS 2015"};
  static std::vector<Case> cases();
};

struct AffineGrid {
  static constexpr OpDoc doc{
      .name = "affine_grid",
      .title = "AffineGrid",
      .summary = "The grid of an affine map, for grid_sample.",
      .formula = "y[n, i, j] = theta[n] (x_j, y_i, 1)^T, x and y from -1 to 1",
      .inputs = "theta",
      .shapes =
          "(N, 2, 3) and size (N, C, H, W) -> (N, H, W, 2); (N, 3, 4) and (N, C, D, H, W) -> "
          "(N, D, H, W, 3)",
      .source = "Jaderberg et al., Spatial transformer networks, NeurIPS 2015"};
  static std::vector<Case> cases();
};

/// In PyTorch's argument order.
struct GridSampleOptions {
  std::string mode = "bilinear";       ///< "bilinear" (of volumes: trilinear), "nearest", "bicubic"
  std::string padding_mode = "zeros";  ///< what lies outside: "zeros", "border" or "reflection"
  bool align_corners = false;          ///< -1 and 1 are centres of elements, not their outer edges
};

/// Floats. A place is (x, y) or (x, y, z), x along the last axis of input; from -1 to 1 is inside.
/// "bicubic" takes images only. ShapeError and ValueError name what does not fit.
Tensor grid_sample(const Tensor& input, const Tensor& grid, const GridSampleOptions& options = {});
/// `size` is that of the input of grid_sample, or of its result.
Tensor affine_grid(const Tensor& theta, const Shape& size, bool align_corners = false);

}  // namespace limpid
