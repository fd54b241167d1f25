#pragma once
// Batch normalisation layers, which learn scale and shift and keep running statistics.

#include <optional>

#include "limpid/nn/module.h"

namespace limpid::nn {

struct BatchNormOptions {
  double eps = 1e-5;
  std::optional<double> momentum = 0.1;  ///< none: the plain average of all batches
  bool affine = true;                    ///< weight and bias are learned
  bool track_running_stats = true;       ///< false: evaluation goes by the batch too
  Device device = kCpu;
  DType dtype = kDefaultDType;
  bool bias = true;  ///< false: of the two only weight is learned
};

/// What layers with running statistics share (see also instance_norm.h): their tensors and text.
class NormBase : public Module {
 public:
  std::string extra_repr() const override;
  /// Running mean 0 and variance 1, no batches seen.
  void reset_running_stats();

  double eps() const { return options_.eps; }

  Tensor &weight, &bias, &running_mean, &running_var, &num_batches_tracked;

 protected:
  NormBase(const char* name, std::int64_t num_features, BatchNormOptions options);
  const BatchNormOptions& options() const { return options_; }
  /// ShapeError "BatchNorm2d: needs a tensor (N, C, H, W), got shape (2, 3)".
  [[noreturn]] static void throw_wrong_rank(std::string_view layer, std::string_view wanted,
                                            const Shape& shape);

 private:
  std::int64_t num_features_;
  BatchNormOptions options_;
};

/// What BatchNorm1d, 2d and 3d share; they differ in the ranks they take.
class BatchNormBase : public NormBase {
 public:
  Tensor forward(const Tensor& input) override;

 protected:
  using NormBase::NormBase;
  virtual void check_input(const Tensor& input) const = 0;

 private:
  /// The share of the next batch in the running statistics.
  double momentum_of_next_batch() const;
};

/// torch.nn.BatchNorm1d, for (N, C) and (N, C, L).
class BatchNorm1d final : public BatchNormBase {
 public:
  explicit BatchNorm1d(std::int64_t num_features, BatchNormOptions options = {})
      : BatchNormBase("BatchNorm1d", num_features, options) {}

 private:
  void check_input(const Tensor& input) const override;
};

/// torch.nn.BatchNorm2d, for (N, C, H, W).
class BatchNorm2d final : public BatchNormBase {
 public:
  explicit BatchNorm2d(std::int64_t num_features, BatchNormOptions options = {})
      : BatchNormBase("BatchNorm2d", num_features, options) {}

 private:
  void check_input(const Tensor& input) const override;
};

/// torch.nn.BatchNorm3d, for (N, C, D, H, W).
class BatchNorm3d final : public BatchNormBase {
 public:
  explicit BatchNorm3d(std::int64_t num_features, BatchNormOptions options = {})
      : BatchNormBase("BatchNorm3d", num_features, options) {}

 private:
  void check_input(const Tensor& input) const override;
};

}  // namespace limpid::nn
