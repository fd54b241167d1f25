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

}  // namespace limpid::nn
