#pragma once
// Normalisation over the last dimensions, as layers.

#include <optional>

#include "limpid/nn/module.h"

namespace limpid::nn {

struct LayerNormOptions {
  double eps = 1e-5;
  bool elementwise_affine = true;  ///< weight is learned, and so is bias unless it says no
  bool bias = true;
  Device device = kCpu;
  DType dtype = kDefaultDType;
};

/// torch.nn.LayerNorm: the last dimensions, of sizes normalized_shape, to mean 0 and variance 1.
/// Weight starts at 1 and bias at 0.
class LayerNorm : public Module {
 public:
  explicit LayerNorm(Shape normalized_shape, LayerNormOptions options = {});
  explicit LayerNorm(std::int64_t size, LayerNormOptions options = {})
      : LayerNorm(Shape{size}, options) {}
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

  Tensor &weight, &bias;  ///< undefined where they are not learned

 private:
  Shape normalized_shape_;
  LayerNormOptions options_;
};

struct RmsNormOptions {
  std::optional<double> eps = std::nullopt;  ///< none: the spacing of floats at 1
  bool elementwise_affine = true;            ///< weight is learned
  Device device = kCpu;
  DType dtype = kDefaultDType;
};

/// torch.nn.RMSNorm: the last dimensions, divided by the root of their mean square. Weight starts
/// at 1.
class RMSNorm : public Module {
 public:
  explicit RMSNorm(Shape normalized_shape, RmsNormOptions options = {});
  explicit RMSNorm(std::int64_t size, RmsNormOptions options = {})
      : RMSNorm(Shape{size}, options) {}
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

  Tensor& weight;  ///< undefined where it is not learned

 private:
  Shape normalized_shape_;
  RmsNormOptions options_;
};

}  // namespace limpid::nn
