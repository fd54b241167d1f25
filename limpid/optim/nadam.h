#pragma once
// NAdam: Adam that looks ahead along its momentum, as Nesterov's method does.
// Source: Dozat, Incorporating Nesterov momentum into Adam, ICLR workshop 2016.

#include "limpid/optim/elementwise_optimizer.h"

namespace limpid::optim {

struct NAdamOptions {
  double lr = 2e-3;
  std::array<double, 2> betas = {0.9, 0.999};  ///< of the average of gradients, and of squares
  double eps = 1e-8;
  double weight_decay = 0;  ///< adds weight_decay p to the gradient
  double momentum_decay = 4e-3;
  bool decoupled_weight_decay = false;  ///< p shrinks by lr weight_decay instead
  bool maximize = false;                ///< climbs instead
};

/// torch.optim.NAdam. ValueError for negative options, betas outside [0, 1) and an empty list.
class NAdam final : public ElementwiseOptimizer<NAdamOptions> {
 public:
  explicit NAdam(std::vector<Tensor> parameters, NAdamOptions options = {});

 private:
  void check(const NAdamOptions& o) const override;
  std::vector<Number> numbers(NAdamOptions& o) override;
  std::vector<Number> counts(ElementState& state) override {
    return {{"step", &state.step}, {"mu_product", &state.mu_product}};
  }
  std::vector<std::string_view> state_names() const override { return {"exp_avg", "exp_avg_sq"}; }
  StepRule rule(const NAdamOptions& o, ElementState& state, const Tensor&) override;
  Pull pull(const NAdamOptions& o) const override {
    return coupled_or_not(o, o.decoupled_weight_decay);
  }
};

}  // namespace limpid::optim
