#pragma once
// Batch norm folded into the layer before it, for inference, and activations computed with it.
// docs/decisions/0023-fused-layers.md says what is joined where.

#include <memory>
#include <mutex>
#include <optional>

#include "limpid/nn/batch_norm.h"
#include "limpid/nn/conv.h"
#include "limpid/nn/linear.h"

namespace limpid::nn {

struct FusedParameters {
  Tensor weight, bias;
};

/// Statistics and parameters of a batch norm; weight and bias may be undefined.
struct BatchNormTensors {
  Tensor running_mean, running_var, weight, bias;
  double eps = 1e-5;
};

/// Weight and bias of the one convolution or linear layer that does what it and the batch norm
/// behind it do in evaluation: w bn_w / sqrt(var + eps), and (b - mean) bn_w / sqrt(var + eps) +
/// bn_b. `bias` may be undefined; `transpose`: outputs are axis 1 of the weight.
FusedParameters fuse_conv_bn_weights(const Tensor& weight, const Tensor& bias,
                                     const BatchNormTensors& norm, bool transpose = false);
FusedParameters fuse_linear_bn_weights(const Tensor& weight, const Tensor& bias,
                                       const BatchNormTensors& norm);

/// A layer in place of two, as torch.nn.utils.fuse_conv_bn_eval. ValueError unless both are in
/// evaluation mode.
Conv2d fuse_conv_bn_eval(const Conv2d& conv, const BatchNorm2d& norm);
Linear fuse_linear_bn_eval(const Linear& linear, const BatchNorm1d& norm);

/// fuse_conv_bn_weights, made again only when one of the tensors has changed (by its version).
/// Tensors whose memory others hold (numpy()) may change unseen, and are folded at each call.
/// Several threads may ask at once.
class FoldedBatchNorm {
 public:
  FusedParameters of(const Tensor& weight, const Tensor& bias, const BatchNormTensors& norm);

 private:
  struct Made;
  std::mutex mutex_;
  std::shared_ptr<const Made> made_;  // replaced, never changed
};

/// A linear layer and relu in one op: parameters and starting values are those of Linear.
class LinearReLU final : public Linear {
 public:
  using Linear::Linear;
  Tensor forward(const Tensor& input) override;
};

struct ConvBNReLUOptions {
  IntPair stride = 1;
  std::optional<IntPair> padding = {};  ///< none: as much as keeps the size, with stride 1
  std::int64_t groups = 1;
  IntPair dilation = 1;
  bool relu = true;
  double eps = 1e-5;
  std::optional<double> momentum = 0.1;
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;
};

/// relu(batch_norm(conv2d(x))), with the parameters and names of Sequential(Conv2d without bias,
/// BatchNorm2d, ReLU). In evaluation, where no gradients are recorded, it is one convolution: the
/// batch norm is folded into a copy of the weight, once a version, and hooks of the three children
/// do not run.
class ConvBNReLU final : public Module {
 public:
  ConvBNReLU(std::int64_t in_channels, std::int64_t out_channels, IntPair kernel_size = 3,
             ConvBNReLUOptions options = {});
  Tensor forward(const Tensor& input) override;

  Conv2d& conv;       ///< "0"
  BatchNorm2d& norm;  ///< "1"

 private:
  ConvBNReLUOptions options_;
  limpid::Conv2dOptions conv_options_;
  std::unique_ptr<FoldedBatchNorm> folded_;
};

}  // namespace limpid::nn
