#pragma once
// Normalisation of each channel of each sample, as layers.

#include "limpid/nn/batch_norm.h"

namespace limpid::nn {

struct InstanceNormOptions {
  double eps = 1e-5;
  std::optional<double> momentum = 0.1;  ///< none: running statistics stay as they are
  bool affine = false;                   ///< weight is learned, and so is bias unless it says no
  bool track_running_stats = false;      ///< true: evaluation goes by running statistics
  Device device = kCpu;
  DType dtype = kDefaultDType;
  bool bias = true;
};

/// What InstanceNorm1d, 2d and 3d share; they differ in the ranks they take. Input without the axis
/// of a batch is one sample.
class InstanceNormBase : public NormBase {
 public:
  Tensor forward(const Tensor& input) override;

 protected:
  InstanceNormBase(const char* name, std::int64_t num_features, const InstanceNormOptions& options,
                   int rank, const char* shapes);

 private:
  const char* name_;
  int rank_;            ///< of a batch
  const char* shapes_;  ///< in words, for errors
};

/// torch.nn.InstanceNorm1d, for (N, C, L) and (C, L).
class InstanceNorm1d final : public InstanceNormBase {
 public:
  explicit InstanceNorm1d(std::int64_t num_features, InstanceNormOptions options = {})
      : InstanceNormBase("InstanceNorm1d", num_features, options, 3, "(N, C, L) or (C, L)") {}
};

/// torch.nn.InstanceNorm2d, for (N, C, H, W) and (C, H, W).
class InstanceNorm2d final : public InstanceNormBase {
 public:
  explicit InstanceNorm2d(std::int64_t num_features, InstanceNormOptions options = {})
      : InstanceNormBase("InstanceNorm2d", num_features, options, 4, "(N, C, H, W) or (C, H, W)") {}
};

/// torch.nn.InstanceNorm3d, for (N, C, D, H, W) and (C, D, H, W).
class InstanceNorm3d final : public InstanceNormBase {
 public:
  explicit InstanceNorm3d(std::int64_t num_features, InstanceNormOptions options = {})
      : InstanceNormBase("InstanceNorm3d", num_features, options, 5,
                         "(N, C, D, H, W) or (C, D, H, W)") {}
};

}  // namespace limpid::nn
