#pragma once
// Adam: steps scaled by running averages of the gradient and of its square.
// Source: Kingma and Ba, Adam: a method for stochastic optimization, ICLR 2015.

#include <array>

#include "limpid/ops/optimizer_step/optimizer_step.h"
#include "limpid/optim/optimizer.h"

namespace limpid::optim {

struct AdamOptions {
  double lr = 1e-3;
  std::array<double, 2> betas = {0.9, 0.999};  ///< of the average of gradients, and of squares
  double eps = 1e-8;
  double weight_decay = 0;  ///< adds weight_decay p to the gradient (coupled, as torch.optim.Adam)
  bool amsgrad = false;     ///< divides by the largest average of squares so far
};

/// torch.optim.Adam: Adam optimizer(model.parameters(), {.lr = 0.01}).
/// ValueError for negative options, betas outside [0, 1) and an empty list.
class Adam final : public Optimizer {
 public:
  explicit Adam(std::vector<Tensor> parameters, AdamOptions options = {});
  /// A further group with options of its own.
  void add_param_group(std::vector<Tensor> parameters, AdamOptions options);
  AdamOptions& options(std::size_t group = 0) { return options_.at(group); }

  void step() override;
  double lr(std::size_t group = 0) const override { return options_.at(group).lr; }
  void set_lr(double lr, std::size_t group = 0) override;

 private:
  struct State {
    double step = 0;  // steps done: a parameter that had no gradient counts none
    Tensor exp_avg, exp_avg_sq, max_exp_avg_sq;
  };
  std::vector<Number> settings(std::size_t group) override;
  std::vector<Number> counters(std::size_t parameter) override;
  std::vector<Slot> state(std::size_t parameter) override;

  std::vector<AdamOptions> options_;  // one a group
  std::vector<State> states_;         // one a parameter
  std::vector<AdamSlot> slots_;       // scratch of step()
};

}  // namespace limpid::optim
