#include "limpid/optim/radam.h"

#include <cmath>

namespace limpid::optim {

RAdam::RAdam(std::vector<Tensor> parameters, RAdamOptions options) : ElementwiseOptimizer("RAdam") {
  add_param_group(std::move(parameters), options);
}

void RAdam::check(const RAdamOptions& o) const {
  require_not_negative("RAdam", "lr", o.lr);
  require_not_negative("RAdam", "eps", o.eps);
  require_not_negative("RAdam", "weight_decay", o.weight_decay);
  require_betas("RAdam", o.betas);
}

std::vector<Optimizer::Number> RAdam::numbers(RAdamOptions& o) {
  return {{"lr", &o.lr},
          {"beta1", &o.betas[0]},
          {"beta2", &o.betas[1]},
          {"eps", &o.eps},
          {"weight_decay", &o.weight_decay},
          {"decoupled_weight_decay", &o.decoupled_weight_decay},
          {"maximize", &o.maximize}};
}

// rho is the length of a simple average with the same variance. Above 5, the step is
// p -= lr / (1 - beta1^t) m sqrt(1 - beta2^t) / (sqrt(v) + eps) times the rectification
// sqrt((rho - 4)(rho - 2) most / ((most - 4)(most - 2) rho)), and before p -= lr / (1 - beta1^t) m.
StepRule RAdam::rule(const RAdamOptions& o, ElementState& state, const Tensor&) {
  const double t = state.step, power = std::pow(o.betas[1], t);
  const double most = 2 / (1 - o.betas[1]) - 1;
  const double rho = most - 2 * t * power / (1 - power);
  const double rectification =
      std::sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho));
  return RadamStep{.step_size = o.lr / (1 - std::pow(o.betas[0], t)),
                   .scale = std::sqrt(1 - power) * rectification,
                   .beta1 = o.betas[0],
                   .beta2 = o.betas[1],
                   .eps = o.eps,
                   .rectified = rho > 5};
}

}  // namespace limpid::optim
