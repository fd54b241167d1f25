#include "limpid/optim/nadam.h"

#include <cmath>

namespace limpid::optim {

NAdam::NAdam(std::vector<Tensor> parameters, NAdamOptions options) : ElementwiseOptimizer("NAdam") {
  add_param_group(std::move(parameters), options);
}

void NAdam::check(const NAdamOptions& o) const {
  require_not_negative("NAdam", "lr", o.lr);
  require_not_negative("NAdam", "eps", o.eps);
  require_not_negative("NAdam", "weight_decay", o.weight_decay);
  require_not_negative("NAdam", "momentum_decay", o.momentum_decay);
  require_betas("NAdam", o.betas);
}

std::vector<Optimizer::Number> NAdam::numbers(NAdamOptions& o) {
  return {{"lr", &o.lr},
          {"beta1", &o.betas[0]},
          {"beta2", &o.betas[1]},
          {"eps", &o.eps},
          {"weight_decay", &o.weight_decay},
          {"momentum_decay", &o.momentum_decay},
          {"decoupled_weight_decay", &o.decoupled_weight_decay},
          {"maximize", &o.maximize}};
}

// mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2), and P_t = mu_1 ... mu_t:
// p -= lr ((1 - mu_t) / (1 - P_t) g + mu_t+1 / (1 - P_t+1) m) / (sqrt(v / (1 - beta2^t)) + eps)
StepRule NAdam::rule(const NAdamOptions& o, ElementState& state, const Tensor&) {
  const auto mu_at = [&](double t) {
    return o.betas[0] * (1 - 0.5 * std::pow(0.96, t * o.momentum_decay));
  };
  const double mu = mu_at(state.step), next = mu_at(state.step + 1);
  // PyTorch keeps the product in float32, whatever the parameter; so its traces are met exactly.
  state.mu_product = static_cast<float>(state.mu_product) * static_cast<float>(mu);
  return NadamStep{.gradient_rate = o.lr * (1 - mu) / (1 - state.mu_product),
                   .mean_rate = o.lr * next / (1 - state.mu_product * next),
                   .correction = 1 - std::pow(o.betas[1], state.step),
                   .beta1 = o.betas[0],
                   .beta2 = o.betas[1],
                   .eps = o.eps};
}

}  // namespace limpid::optim
