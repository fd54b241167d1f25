#pragma once
// Resampling as layers.

#include "limpid/nn/module.h"
#include "limpid/ops/interpolate/interpolate.h"

namespace limpid::nn {

/// torch.nn.Upsample: Upsample({.scale_factor = {2}, .mode = "bilinear"}); see
/// limpid::interpolate, which has the same options.
class Upsample : public Module {
 public:
  explicit Upsample(InterpolateOptions options) : options_(std::move(options)) {}
  Tensor forward(const Tensor& input) override { return interpolate(input, options_); }
  std::string extra_repr() const override;

 private:
  InterpolateOptions options_;
};

/// Of the two, one is given.
struct Upsampling2dOptions {
  Shape size = {};
  std::vector<double> scale_factor = {};
};

/// torch.nn.UpsamplingNearest2d, for (N, C, H, W).
class UpsamplingNearest2d : public Upsample {
 public:
  explicit UpsamplingNearest2d(Upsampling2dOptions o)
      : Upsample({.size = o.size, .scale_factor = o.scale_factor, .mode = "nearest"}) {}
};

/// torch.nn.UpsamplingBilinear2d, for (N, C, H, W), which keeps the corners.
class UpsamplingBilinear2d : public Upsample {
 public:
  explicit UpsamplingBilinear2d(Upsampling2dOptions o)
      : Upsample({.size = o.size,
                  .scale_factor = o.scale_factor,
                  .mode = "bilinear",
                  .align_corners = true}) {}
};

}  // namespace limpid::nn
