#include "limpid/optim/adadelta.h"

namespace limpid::optim {

Adadelta::Adadelta(std::vector<Tensor> parameters, AdadeltaOptions options)
    : ElementwiseOptimizer("Adadelta") {
  add_param_group(std::move(parameters), options);
}

void Adadelta::check(const AdadeltaOptions& o) const {
  require_not_negative("Adadelta", "lr", o.lr);
  if (!(o.rho >= 0 && o.rho <= 1))
    throw ValueError(str("Adadelta: rho must lie in [0, 1], got ", o.rho));
  require_not_negative("Adadelta", "eps", o.eps);
  require_not_negative("Adadelta", "weight_decay", o.weight_decay);
}

std::vector<Optimizer::Number> Adadelta::numbers(AdadeltaOptions& o) {
  return {{"lr", &o.lr},
          {"rho", &o.rho},
          {"eps", &o.eps},
          {"weight_decay", &o.weight_decay},
          {"maximize", &o.maximize}};
}

StepRule Adadelta::rule(const AdadeltaOptions& o, ElementState&, const Tensor&) {
  return AdadeltaStep{o.lr, o.rho, o.eps};
}

}  // namespace limpid::optim
