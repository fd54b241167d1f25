#pragma once
// Normalisation over groups of channels, as a layer.

#include "limpid/nn/module.h"

namespace limpid::nn {

struct GroupNormOptions {
  double eps = 1e-5;
  bool affine = true;  ///< weight is learned, and so is bias unless it says no
  Device device = kCpu;
  DType dtype = kDefaultDType;
  bool bias = true;
};

/// torch.nn.GroupNorm, for (N, C, ...): num_groups groups of channels of each sample to mean 0 and
/// variance 1. Weight starts at 1 and bias at 0. ValueError when num_groups does not divide
/// num_channels.
class GroupNorm : public Module {
 public:
  GroupNorm(std::int64_t num_groups, std::int64_t num_channels, GroupNormOptions options = {});
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

  Tensor &weight, &bias;  ///< (C,); undefined where they are not learned

 private:
  std::int64_t num_groups_, num_channels_;
  GroupNormOptions options_;
};

}  // namespace limpid::nn
