#pragma once
// Activations as layers. All keep the shape.

#include "limpid/core/str.h"
#include "limpid/nn/module.h"

namespace limpid::nn {

/// max(x, 0)
class ReLU : public Module {
 public:
  Tensor forward(const Tensor& input) override;
};

/// 1 / (1 + e^-x)
class Sigmoid : public Module {
 public:
  Tensor forward(const Tensor& input) override;
};

class Tanh : public Module {
 public:
  Tensor forward(const Tensor& input) override;
};

/// e^x / sum of e^x along an axis
class Softmax : public Module {
 public:
  explicit Softmax(std::int64_t dim) : dim_(dim) {}
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override { return str("dim=", dim_); }

 private:
  std::int64_t dim_;
};

}  // namespace limpid::nn
