#pragma once
// Images and signals at another size.

#include "limpid/op/apply.h"
#include "limpid/ops/interpolate/resampling.h"

namespace limpid {

struct Interpolate : Resampling {
  static constexpr OpDoc doc{
      .name = "interpolate",
      .title = "Interpolate",
      .summary = "Resamples signals, images or volumes to another size.",
      .formula =
          "y[i] = sum over k of w_k x[place of i + k], along each axis; centres at (i + 1/2) n / m "
          "- 1/2, or i (n - 1) / (m - 1) with align_corners",
      .shapes = "(N, C, W), (N, C, H, W) or (N, C, D, H, W) -> (N, C, size...)",
      .source = "Keys, Cubic convolution interpolation for digital image processing (1981)"};
  static constexpr OpTraits traits{.keeps_layout = true, .accuracy = Accuracy::terms};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("size", &Interpolate::size),
                      field("mode", &Interpolate::mode),
                      field("align_corners", &Interpolate::align_corners),
                      field("depth_scale", &Interpolate::depth_scale),
                      field("height_scale", &Interpolate::height_scale),
                      field("width_scale", &Interpolate::width_scale)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// The gradient of interpolate: what is a weighted sum one way is spread with the same weights the
/// other way.
struct InterpolateBackward : Resampling {
  Shape shape;  ///< of the input of interpolate

  static constexpr OpDoc doc{
      .name = "interpolate_backward",
      .title = "InterpolateBackward",
      .summary = "Spreads the gradients of resampled elements over those they were made of.",
      .formula = "dx[place of i + k] += w_k dy[i], along each axis",
      .inputs = "gradient",
      .outputs = "input_gradient",
      .shapes = "(N, C, size...) -> `shape`"};
  static constexpr OpTraits traits{.keeps_layout = true, .accuracy = Accuracy::terms};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("size", &InterpolateBackward::size),
                      field("mode", &InterpolateBackward::mode),
                      field("align_corners", &InterpolateBackward::align_corners),
                      field("depth_scale", &InterpolateBackward::depth_scale),
                      field("height_scale", &InterpolateBackward::height_scale),
                      field("width_scale", &InterpolateBackward::width_scale),
                      field("shape", &InterpolateBackward::shape)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// In PyTorch's argument order. Either `size` or `scale_factor` is given, with a number for each
/// spatial dimension or one for all.
struct InterpolateOptions {
  Shape size = {};
  std::vector<double> scale_factor = {};  ///< size = floor(input size * scale_factor)
  std::string mode = "nearest";  ///< "nearest", "nearest-exact", "linear" (3-d input), "bilinear",
                                 ///< "bicubic" (4-d), "trilinear" (5-d), "area": adaptive averages
  bool align_corners = false;
  bool recompute_scale_factor = false;  ///< coordinates by the quotient of the sizes instead
};

/// interpolate(x, {.scale_factor = {2}, .mode = "bilinear"}). "nearest" and "nearest-exact" take
/// any dtype, the others floats. ShapeError and ValueError name the option at fault.
Tensor interpolate(const Tensor& input, const InterpolateOptions& options);

}  // namespace limpid
