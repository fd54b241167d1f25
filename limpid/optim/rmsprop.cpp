#include "limpid/optim/rmsprop.h"

namespace limpid::optim {

RMSprop::RMSprop(std::vector<Tensor> parameters, RMSpropOptions options)
    : ElementwiseOptimizer("RMSprop") {
  add_param_group(std::move(parameters), options);
}

void RMSprop::check(const RMSpropOptions& o) const {
  require_not_negative("RMSprop", "lr", o.lr);
  require_not_negative("RMSprop", "alpha", o.alpha);
  require_not_negative("RMSprop", "eps", o.eps);
  require_not_negative("RMSprop", "weight_decay", o.weight_decay);
  require_not_negative("RMSprop", "momentum", o.momentum);
}

std::vector<Optimizer::Number> RMSprop::numbers(RMSpropOptions& o) {
  return {{"lr", &o.lr},
          {"alpha", &o.alpha},
          {"eps", &o.eps},
          {"weight_decay", &o.weight_decay},
          {"momentum", &o.momentum},
          {"centered", &o.centered},
          {"maximize", &o.maximize}};
}

StepRule RMSprop::rule(const RMSpropOptions& o, ElementState&, const Tensor&) {
  return RmspropStep{o.lr, o.alpha, o.eps, o.momentum, o.centered};
}

}  // namespace limpid::optim
