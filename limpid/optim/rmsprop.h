#pragma once
// RMSprop: steps divided by the root of a running average of squared gradients.
// Source: Tieleman and Hinton, lecture 6.5 of Neural networks for machine learning, 2012; centered:
// Graves, Generating sequences with recurrent neural networks, arXiv:1308.0850.

#include "limpid/optim/elementwise_optimizer.h"

namespace limpid::optim {

struct RMSpropOptions {
  double lr = 1e-2;
  double alpha = 0.99;  ///< of the average of squares
  double eps = 1e-8;
  double weight_decay = 0;  ///< adds weight_decay p to the gradient
  double momentum = 0;
  bool centered = false;  ///< divides by the standard deviation: the average square less the mean's
  bool maximize = false;  ///< climbs instead
};

/// torch.optim.RMSprop. ValueError for negative options and an empty list.
class RMSprop final : public ElementwiseOptimizer<RMSpropOptions> {
 public:
  explicit RMSprop(std::vector<Tensor> parameters, RMSpropOptions options = {});

 private:
  void check(const RMSpropOptions& o) const override;
  std::vector<Number> numbers(RMSpropOptions& o) override;
  std::vector<std::string_view> state_names() const override {
    return {"square_avg", "momentum_buffer", "grad_avg"};
  }
  StepRule rule(const RMSpropOptions& o, ElementState& state, const Tensor&) override;
};

}  // namespace limpid::optim
