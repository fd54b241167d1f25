#include "limpid/optim/adam.h"

#include <cmath>

namespace limpid::optim {

Adam::Adam(std::vector<Tensor> parameters, AdamOptions options) : ElementwiseOptimizer("Adam") {
  add_param_group(std::move(parameters), options);
}

void Adam::check(const AdamOptions& o) const {
  require_not_negative(name(), "lr", o.lr);
  require_not_negative(name(), "eps", o.eps);
  require_not_negative(name(), "weight_decay", o.weight_decay);
  require_betas(name(), o.betas);
}

std::vector<Optimizer::Number> Adam::numbers(AdamOptions& o) {
  return {{"lr", &o.lr},
          {"beta1", &o.betas[0]},
          {"beta2", &o.betas[1]},
          {"eps", &o.eps},
          {"weight_decay", &o.weight_decay},
          {"amsgrad", &o.amsgrad},
          {"maximize", &o.maximize},
          {"decoupled_weight_decay", &o.decoupled_weight_decay}};
}

StepRule Adam::rule(const AdamOptions& o, ElementState& state, const Tensor&) {
  const double t = state.step;
  return AdamStep{.step_size = o.lr / (1 - std::pow(o.betas[0], t)),
                  .root = std::sqrt(1 - std::pow(o.betas[1], t)),
                  .beta1 = o.betas[0],
                  .beta2 = o.betas[1],
                  .eps = o.eps,
                  .amsgrad = o.amsgrad};
}

AdamW::AdamW(std::vector<Tensor> parameters, AdamWOptions options) : Adam("AdamW") {
  add_param_group(std::move(parameters), options);
}

void AdamW::add_param_group(std::vector<Tensor> parameters, AdamWOptions o) {
  Adam::add_param_group(std::move(parameters),
                        {o.lr, o.betas, o.eps, o.weight_decay, o.amsgrad, o.maximize, true});
}

}  // namespace limpid::optim
