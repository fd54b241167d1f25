#pragma once
// Fully connected layers.

#include "limpid/core/random.h"
#include "limpid/nn/module.h"

namespace limpid::nn {

struct LinearOptions {
  bool bias = true;
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;  ///< of the starting values; null: default_generator()
};

/// torch.nn.Linear: y = x weight^T + bias, (..., in_features) -> (..., out_features). Weight
/// (out, in) and bias (out,) start uniform in +-1/sqrt(in_features).
class Linear : public Module {
 public:
  Linear(std::int64_t in_features, std::int64_t out_features, LinearOptions options = {});
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

  Tensor &weight, &bias;  ///< bias is undefined without one

 private:
  std::int64_t in_features_, out_features_;
};

/// torch.nn.Bilinear: y_k = x1 weight_k x2 + bias_k, (..., in1_features) and (..., in2_features) ->
/// (..., out_features): bilinear(x1, x2). Weight (out, in1, in2) and bias (out,) start uniform in
/// +-1/sqrt(in1_features).
class Bilinear : public Module {
 public:
  Bilinear(std::int64_t in1_features, std::int64_t in2_features, std::int64_t out_features,
           LinearOptions options = {});
  Tensor forward_many(std::span<const Tensor> inputs) override;
  std::string extra_repr() const override;

  Tensor &weight, &bias;  ///< bias is undefined without one
};

/// Gives back what it gets.
class Identity : public Module {
 public:
  Tensor forward(const Tensor& input) override { return input; }
};

}  // namespace limpid::nn
