#include "limpid/optim/adamax.h"

#include <cmath>

namespace limpid::optim {

Adamax::Adamax(std::vector<Tensor> parameters, AdamaxOptions options)
    : ElementwiseOptimizer("Adamax") {
  add_param_group(std::move(parameters), options);
}

void Adamax::check(const AdamaxOptions& o) const {
  require_not_negative("Adamax", "lr", o.lr);
  require_not_negative("Adamax", "eps", o.eps);
  require_not_negative("Adamax", "weight_decay", o.weight_decay);
  require_betas("Adamax", o.betas);
}

std::vector<Optimizer::Number> Adamax::numbers(AdamaxOptions& o) {
  return {{"lr", &o.lr},
          {"beta1", &o.betas[0]},
          {"beta2", &o.betas[1]},
          {"eps", &o.eps},
          {"weight_decay", &o.weight_decay},
          {"maximize", &o.maximize}};
}

StepRule Adamax::rule(const AdamaxOptions& o, ElementState& state, const Tensor&) {
  return AdamaxStep{.step_size = o.lr / (1 - std::pow(o.betas[0], state.step)),
                    .beta1 = o.betas[0],
                    .beta2 = o.betas[1],
                    .eps = o.eps};
}

}  // namespace limpid::optim
