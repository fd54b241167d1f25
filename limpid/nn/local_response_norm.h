#pragma once
// Local response normalisation as a layer.

#include "limpid/nn/module.h"

namespace limpid::nn {

struct LocalResponseNormOptions {
  double alpha = 1e-4;
  double beta = 0.75;
  double k = 1;
};

/// torch.nn.LocalResponseNorm, for (N, C, d1, ...): see limpid::local_response_norm.
class LocalResponseNorm : public Module {
 public:
  explicit LocalResponseNorm(std::int64_t size, LocalResponseNormOptions options = {});
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

 private:
  std::int64_t size_;
  LocalResponseNormOptions options_;
};

}  // namespace limpid::nn
