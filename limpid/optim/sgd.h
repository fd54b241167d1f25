#pragma once
// Stochastic gradient descent, with momentum and weight decay.

#include "limpid/optim/elementwise_optimizer.h"

namespace limpid::optim {

struct SGDOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;  ///< adds weight_decay p to the gradient
  bool nesterov = false;    ///< needs momentum and no dampening
  bool maximize = false;    ///< climbs instead
};

/// torch.optim.SGD: SGD optimizer(model.parameters(), {.lr = 0.1, .momentum = 0.9}).
/// ValueError for negative options, an empty list, and Nesterov without momentum.
class SGD final : public ElementwiseOptimizer<SGDOptions> {
 public:
  explicit SGD(std::vector<Tensor> parameters, SGDOptions options = {});

 private:
  void check(const SGDOptions& o) const override;
  std::vector<Number> numbers(SGDOptions& o) override;
  std::vector<Number> counts(ElementState&) override { return {}; }
  std::vector<std::string_view> state_names() const override { return {"momentum_buffer"}; }
  StepRule rule(const SGDOptions& o, ElementState& state, const Tensor&) override;
};

}  // namespace limpid::optim
