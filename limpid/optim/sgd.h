#pragma once
// Stochastic gradient descent, with momentum and weight decay.

#include "limpid/ops/optimizer_step/optimizer_step.h"
#include "limpid/optim/optimizer.h"

namespace limpid::optim {

struct SGDOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;  ///< adds weight_decay p to the gradient
  bool nesterov = false;    ///< needs momentum and no dampening
};

/// torch.optim.SGD: SGD optimizer(model.parameters(), {.lr = 0.1, .momentum = 0.9}).
/// ValueError for negative options, an empty list, and Nesterov without momentum.
class SGD final : public Optimizer {
 public:
  explicit SGD(std::vector<Tensor> parameters, SGDOptions options = {});
  /// A further group with options of its own.
  void add_param_group(std::vector<Tensor> parameters, SGDOptions options);
  SGDOptions& options(std::size_t group = 0) { return options_.at(group); }

  void step() override;
  double lr(std::size_t group = 0) const override { return options_.at(group).lr; }
  void set_lr(double lr, std::size_t group = 0) override;

 private:
  std::vector<Number> settings(std::size_t group) override;
  std::vector<Number> counters(std::size_t) override { return {}; }
  std::vector<Slot> state(std::size_t parameter) override;

  std::vector<SGDOptions> options_;  // one a group
  std::vector<Tensor> momentum_;     // one a parameter, undefined before its first step
  std::vector<SgdSlot> slots_;       // scratch of step()
};

}  // namespace limpid::optim
