#pragma once
// Convolution of images as a layer.

#include "limpid/core/random.h"
#include "limpid/nn/module.h"
#include "limpid/ops/conv2d/conv2d.h"

namespace limpid::nn {

struct Conv2dOptions {
  IntPair stride = 1;
  ConvPadding padding = 0;  ///< a number, {height, width}, "same" or "valid"
  IntPair dilation = 1;
  std::int64_t groups = 1;
  bool bias = true;
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;  ///< of the starting values; null: default_generator()
};

/// torch.nn.Conv2d: (N, in_channels, H, W) -> (N, out_channels, OH, OW). Weight (out, in / groups,
/// kh, kw) and bias (out,) start uniform in +-1/sqrt(fan_in). ValueError for sizes below 1 and for
/// groups that do not divide the channels.
class Conv2d : public Module {
 public:
  Conv2d(std::int64_t in_channels, std::int64_t out_channels, IntPair kernel_size,
         Conv2dOptions options = {});
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

  Tensor &weight, &bias;  ///< bias is undefined without one

 private:
  std::int64_t in_channels_, out_channels_;
  IntPair kernel_size_;
  Conv2dOptions options_;
};

}  // namespace limpid::nn
