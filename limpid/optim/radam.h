#pragma once
// RAdam: Adam that leaves the average of squares out while too few gradients stand behind it.
// Source: Liu et al., On the variance of the adaptive learning rate and beyond, ICLR 2020.

#include "limpid/optim/elementwise_optimizer.h"

namespace limpid::optim {

struct RAdamOptions {
  double lr = 1e-3;
  std::array<double, 2> betas = {0.9, 0.999};  ///< of the average of gradients, and of squares
  double eps = 1e-8;
  double weight_decay = 0;              ///< adds weight_decay p to the gradient
  bool decoupled_weight_decay = false;  ///< p shrinks by lr weight_decay instead
  bool maximize = false;                ///< climbs instead
};

/// torch.optim.RAdam. ValueError for negative options, betas outside [0, 1) and an empty list.
class RAdam final : public ElementwiseOptimizer<RAdamOptions> {
 public:
  explicit RAdam(std::vector<Tensor> parameters, RAdamOptions options = {});

 private:
  void check(const RAdamOptions& o) const override;
  std::vector<Number> numbers(RAdamOptions& o) override;
  std::vector<std::string_view> state_names() const override { return {"exp_avg", "exp_avg_sq"}; }
  StepRule rule(const RAdamOptions& o, ElementState& state, const Tensor&) override;
  Pull pull(const RAdamOptions& o) const override {
    return coupled_or_not(o, o.decoupled_weight_decay);
  }
};

}  // namespace limpid::optim
