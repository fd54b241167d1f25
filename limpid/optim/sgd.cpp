#include "limpid/optim/sgd.h"

#include "limpid/core/error.h"
#include "limpid/tensor/creation.h"

namespace limpid::optim {

namespace {
void check(const SGDOptions& o) {
  require_not_negative("SGD", "lr", o.lr);
  require_not_negative("SGD", "momentum", o.momentum);
  require_not_negative("SGD", "weight_decay", o.weight_decay);
  if (o.nesterov && (o.momentum == 0 || o.dampening != 0))
    throw ValueError("SGD: nesterov needs momentum above 0 and dampening 0");
}
}  // namespace

SGD::SGD(std::vector<Tensor> parameters, SGDOptions options) : Optimizer("SGD") {
  add_param_group(std::move(parameters), options);
}

void SGD::add_param_group(std::vector<Tensor> parameters, SGDOptions options) {
  check(options);
  add_group(std::move(parameters));
  options_.push_back(options);
  momentum_.resize(parameter_count());
}

void SGD::set_lr(double lr, std::size_t group) {
  require_not_negative("SGD", "lr", lr);
  options_.at(group).lr = lr;
}

void SGD::step() {
  std::size_t i = 0;
  for (std::size_t g = 0; g < group_count(); ++g) {
    const SGDOptions& o = options_[g];
    slots_.clear();
    for (const Tensor& parameter : parameters(g)) {
      Tensor& buffer = momentum_[i++];
      const Tensor gradient = parameter.grad();
      if (!gradient.defined()) continue;
      const bool first = o.momentum != 0 && !buffer.defined();
      if (first) buffer = empty_like(parameter);
      slots_.push_back({parameter, gradient, o.momentum != 0 ? buffer : Tensor(), first});
    }
    const SgdStep rule{o.lr, o.momentum, o.dampening, o.weight_decay, o.nesterov};
    optimizer_step(rule, std::span<const SgdSlot>(slots_));
  }
  slots_.clear();  // keeps no gradient alive
}

std::vector<Optimizer::Number> SGD::settings(std::size_t group) {
  SGDOptions& o = options_[group];
  return {{"lr", &o.lr},
          {"momentum", &o.momentum},
          {"dampening", &o.dampening},
          {"weight_decay", &o.weight_decay},
          {"nesterov", &o.nesterov}};
}

std::vector<Optimizer::Slot> SGD::state(std::size_t parameter) {
  return {{"momentum_buffer", &momentum_[parameter]}};
}

}  // namespace limpid::optim
