#include "limpid/optim/rprop.h"

namespace limpid::optim {

Rprop::Rprop(std::vector<Tensor> parameters, RpropOptions options) : ElementwiseOptimizer("Rprop") {
  add_param_group(std::move(parameters), options);
}

void Rprop::check(const RpropOptions& o) const {
  require_not_negative("Rprop", "lr", o.lr);
  if (!(o.etas[0] > 0 && o.etas[0] < 1 && o.etas[1] > 1))
    throw ValueError(
        str("Rprop: etas must be 0 < etas[0] < 1 < etas[1], got ", o.etas[0], " and ", o.etas[1]));
  if (!(o.step_sizes[0] <= o.step_sizes[1]))
    throw ValueError(str("Rprop: step_sizes must be the smallest and the largest, got ",
                         o.step_sizes[0], " and ", o.step_sizes[1]));
}

std::vector<Optimizer::Number> Rprop::numbers(RpropOptions& o) {
  return {{"lr", &o.lr},
          {"etaminus", &o.etas[0]},
          {"etaplus", &o.etas[1]},
          {"step_min", &o.step_sizes[0]},
          {"step_max", &o.step_sizes[1]},
          {"maximize", &o.maximize}};
}

StepRule Rprop::rule(const RpropOptions& o, ElementState& state, const Tensor& parameter) {
  if (!state.tensors[1].defined()) state.tensors[1] = full_like(parameter, o.lr);
  return RpropStep{o.etas[0], o.etas[1], o.step_sizes[0], o.step_sizes[1]};
}

}  // namespace limpid::optim
