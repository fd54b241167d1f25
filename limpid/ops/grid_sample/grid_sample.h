#pragma once
// Images read at any places: spatial transformers.

#include <string>

#include "limpid/op/apply.h"

namespace limpid {

struct GridSample {
  std::string mode = "bilinear";       ///< "bilinear" (of volumes: trilinear), "nearest", "bicubic"
  std::string padding_mode = "zeros";  ///< what lies outside: "zeros", "border" or "reflection"
  bool align_corners = false;          ///< -1 and 1 are centres of elements, not their outer edges

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
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("mode", &GridSample::mode),
                      field("padding_mode", &GridSample::padding_mode),
                      field("align_corners", &GridSample::align_corners)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 3}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
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

/// Floats. A place is (x, y) or (x, y, z), x along the last axis of input; from -1 to 1 is inside.
/// "bicubic" takes images only. A place that is no number (NaN, infinity) gives NaN in images
/// padded with zeros; elsewhere it is brought inside like any other, NaN to 0. ShapeError and
/// ValueError name what does not fit.
Tensor grid_sample(const Tensor& input, const Tensor& grid, const GridSample& options = {});
/// The same in public ops, of inputs that grid_sample takes: what its gradient differentiates.
Tensor recorded_grid_sample(const Tensor& input, const Tensor& grid, const GridSample& options);
/// `size` is that of the input of grid_sample, or of its result.
Tensor affine_grid(const Tensor& theta, const Shape& size, bool align_corners = false);

}  // namespace limpid
