#include "limpid/optim/sgd.h"

namespace limpid::optim {

SGD::SGD(std::vector<Tensor> parameters, SGDOptions options) : ElementwiseOptimizer("SGD") {
  add_param_group(std::move(parameters), options);
}

void SGD::check(const SGDOptions& o) const {
  require_not_negative("SGD", "lr", o.lr);
  require_not_negative("SGD", "momentum", o.momentum);
  require_not_negative("SGD", "weight_decay", o.weight_decay);
  if (o.nesterov && (o.momentum == 0 || o.dampening != 0))
    throw ValueError("SGD: nesterov needs momentum above 0 and dampening 0");
}

std::vector<Optimizer::Number> SGD::numbers(SGDOptions& o) {
  return {{"lr", &o.lr},
          {"momentum", &o.momentum},
          {"dampening", &o.dampening},
          {"weight_decay", &o.weight_decay},
          {"nesterov", &o.nesterov},
          {"maximize", &o.maximize}};
}

StepRule SGD::rule(const SGDOptions& o, ElementState& state, const Tensor&) {
  return SgdStep{o.lr, o.momentum, o.dampening, o.nesterov, !state.tensors[0].defined()};
}

}  // namespace limpid::optim
