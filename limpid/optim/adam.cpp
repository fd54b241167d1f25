#include "limpid/optim/adam.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid::optim {

namespace {
void check(const AdamOptions& o) {
  require_not_negative("Adam", "lr", o.lr);
  require_not_negative("Adam", "eps", o.eps);
  require_not_negative("Adam", "weight_decay", o.weight_decay);
  for (std::size_t i = 0; i < 2; ++i)
    if (!(o.betas[i] >= 0 && o.betas[i] < 1))
      throw ValueError(str("Adam: betas[", i, "] must lie in [0, 1), got ", o.betas[i]));
}
}  // namespace

Adam::Adam(std::vector<Tensor> parameters, AdamOptions options) : Optimizer("Adam") {
  add_param_group(std::move(parameters), options);
}

void Adam::add_param_group(std::vector<Tensor> parameters, AdamOptions options) {
  check(options);
  add_group(std::move(parameters));
  options_.push_back(options);
  states_.resize(parameter_count());
}

void Adam::set_lr(double lr, std::size_t group) {
  require_not_negative("Adam", "lr", lr);
  options_.at(group).lr = lr;
}

void Adam::step() {
  std::size_t i = 0;
  for (std::size_t g = 0; g < group_count(); ++g) {
    const AdamOptions& o = options_[g];
    slots_.clear();
    for (const Tensor& parameter : parameters(g)) {
      State& s = states_[i++];
      const Tensor gradient = parameter.grad();
      if (!gradient.defined()) continue;
      if (!s.exp_avg.defined()) s.exp_avg = zeros_like(parameter);
      if (!s.exp_avg_sq.defined()) s.exp_avg_sq = zeros_like(parameter);
      if (o.amsgrad && !s.max_exp_avg_sq.defined()) s.max_exp_avg_sq = zeros_like(parameter);
      slots_.push_back({parameter, gradient, s.exp_avg, s.exp_avg_sq,
                        o.amsgrad ? s.max_exp_avg_sq : Tensor(), ++s.step});
    }
    const AdamStep rule{o.lr, o.betas[0], o.betas[1], o.eps, o.weight_decay};
    optimizer_step(rule, std::span<const AdamSlot>(slots_));
  }
  slots_.clear();  // keeps no gradient alive
}

std::vector<Optimizer::Number> Adam::settings(std::size_t group) {
  AdamOptions& o = options_[group];
  return {{"lr", &o.lr},
          {"beta1", &o.betas[0]},
          {"beta2", &o.betas[1]},
          {"eps", &o.eps},
          {"weight_decay", &o.weight_decay},
          {"amsgrad", &o.amsgrad}};
}

std::vector<Optimizer::Number> Adam::counters(std::size_t parameter) {
  return {{"step", &states_[parameter].step}};
}

std::vector<Optimizer::Slot> Adam::state(std::size_t parameter) {
  State& s = states_[parameter];
  return {{"exp_avg", &s.exp_avg},
          {"exp_avg_sq", &s.exp_avg_sq},
          {"max_exp_avg_sq", &s.max_exp_avg_sq}};
}

}  // namespace limpid::optim
