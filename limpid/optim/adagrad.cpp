#include "limpid/optim/adagrad.h"

namespace limpid::optim {

Adagrad::Adagrad(std::vector<Tensor> parameters, AdagradOptions options)
    : ElementwiseOptimizer("Adagrad") {
  add_param_group(std::move(parameters), options);
}

void Adagrad::check(const AdagradOptions& o) const {
  require_not_negative("Adagrad", "lr", o.lr);
  require_not_negative("Adagrad", "lr_decay", o.lr_decay);
  require_not_negative("Adagrad", "weight_decay", o.weight_decay);
  require_not_negative("Adagrad", "initial_accumulator_value", o.initial_accumulator_value);
  require_not_negative("Adagrad", "eps", o.eps);
}

std::vector<Optimizer::Number> Adagrad::numbers(AdagradOptions& o) {
  return {{"lr", &o.lr},
          {"lr_decay", &o.lr_decay},
          {"weight_decay", &o.weight_decay},
          {"initial_accumulator_value", &o.initial_accumulator_value},
          {"eps", &o.eps},
          {"maximize", &o.maximize}};
}

StepRule Adagrad::rule(const AdagradOptions& o, ElementState& state, const Tensor& parameter) {
  if (!state.tensors[0].defined())
    state.tensors[0] = full_like(parameter, o.initial_accumulator_value);
  return AdagradStep{.rate = o.lr / (1 + (state.step - 1) * o.lr_decay), .eps = o.eps};
}

}  // namespace limpid::optim
