#pragma once
// Dropout as a layer.

#include "limpid/nn/module.h"

namespace limpid::nn {

/// torch.nn.Dropout: in training zeroes each element with probability p and scales the others by
/// 1/(1-p); in evaluation the identity. ValueError for p outside [0, 1].
class Dropout : public Module {
 public:
  explicit Dropout(double p = 0.5);
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

 private:
  double p_;
};

/// What the layers below share: in evaluation the identity. ValueError for p outside [0, 1].
class DropoutVariant : public Module {
 public:
  std::string extra_repr() const override;

 protected:
  DropoutVariant(const char* name, double p);
  double p_;
};

/// torch.nn.Dropout1d: zeroes whole channels of (N, C, L) or (C, L).
class Dropout1d final : public DropoutVariant {
 public:
  explicit Dropout1d(double p = 0.5) : DropoutVariant("Dropout1d", p) {}
  Tensor forward(const Tensor& input) override;
};

/// torch.nn.Dropout2d: zeroes whole channels of (N, C, H, W) or (C, H, W).
class Dropout2d final : public DropoutVariant {
 public:
  explicit Dropout2d(double p = 0.5) : DropoutVariant("Dropout2d", p) {}
  Tensor forward(const Tensor& input) override;
};

/// torch.nn.Dropout3d: zeroes whole channels of (N, C, D, H, W) or (C, D, H, W).
class Dropout3d final : public DropoutVariant {
 public:
  explicit Dropout3d(double p = 0.5) : DropoutVariant("Dropout3d", p) {}
  Tensor forward(const Tensor& input) override;
};

/// torch.nn.AlphaDropout: keeps mean 0 and variance 1, for behind selu.
class AlphaDropout final : public DropoutVariant {
 public:
  explicit AlphaDropout(double p = 0.5) : DropoutVariant("AlphaDropout", p) {}
  Tensor forward(const Tensor& input) override;
};

}  // namespace limpid::nn
