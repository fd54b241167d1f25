#pragma once
// What the optimisers share that move every element by itself (all but LBFGS): groups with options,
// state, and one call of optimizer_step over all parameters. One of them says what its options
// are, how they are checked and saved, what its state is called, and its rule for a step.

#include <array>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/optimizer_step/optimizer_step.h"
#include "limpid/optim/optimizer.h"
#include "limpid/tensor/creation.h"

namespace limpid::optim {

/// State of one parameter. Its tensors are made when it first has a gradient.
struct ElementState {
  double step = 0;        ///< steps done: a parameter that had no gradient counts none
  double mu_product = 1;  ///< NAdam: the product of its momentums so far
  std::array<Tensor, 3> tensors;

  bool has_tensors() const {
    return tensors[0].defined() || tensors[1].defined() || tensors[2].defined();
  }
};

template <class Options>
class ElementwiseOptimizer : public Optimizer {
 public:
  /// A further group with options of its own.
  void add_param_group(std::vector<Tensor> parameters, Options options) {
    check(options);
    add_group(std::move(parameters));
    options_.push_back(options);
    states_.resize(parameter_count());
  }
  Options& options(std::size_t group = 0) { return options_.at(group); }

  using Optimizer::step;
  void step() override;
  double lr(std::size_t group = 0) const override { return options_.at(group).lr; }
  void set_lr(double lr, std::size_t group = 0) override {
    require_not_negative(name(), "lr", lr);
    options_.at(group).lr = lr;
  }

 protected:
  using Optimizer::Optimizer;

  /// ValueError for options that make no sense.
  virtual void check(const Options& options) const = 0;
  /// What is saved of the options: names and places.
  virtual std::vector<Number> numbers(Options& options) = 0;
  virtual std::vector<Number> counts(ElementState& state) { return {{"step", &state.step}}; }
  /// Names of the state tensors, in the order of the rule.
  virtual std::vector<std::string_view> state_names() const = 0;
  /// The rule and Pull of one parameter's next step; state.step already counts it. State tensors
  /// that the rule uses and that do not exist yet are made as zeros afterwards.
  virtual StepRule rule(const Options& options, ElementState& state, const Tensor& parameter) = 0;
  virtual Pull pull(const Options& options) const {
    if constexpr (requires { options.weight_decay; })
      return {.weight_decay = options.weight_decay, .maximize = options.maximize};
    else return {.maximize = options.maximize};
  }
  /// The Pull of optimisers that know both kinds of weight decay.
  static Pull coupled_or_not(const Options& o, bool decoupled) {
    return {.weight_decay = decoupled ? 0 : o.weight_decay,
            .shrink = decoupled ? 1 - o.lr * o.weight_decay : 1,
            .maximize = o.maximize};
  }

 private:
  std::vector<Number> settings(std::size_t group) final { return numbers(options_[group]); }
  void check_settings(std::size_t group, const Fill& fill) const final {
    Options copy = options_[group];
    fill(const_cast<ElementwiseOptimizer*>(this)->numbers(copy));
    check(copy);
  }
  std::vector<Number> counters(std::size_t parameter) final { return counts(states_[parameter]); }
  std::vector<Slot> state(std::size_t parameter) final {
    std::vector<Slot> out;
    std::size_t k = 0;
    for (std::string_view name : state_names())
      out.push_back({name, &states_[parameter].tensors[k++]});
    return out;
  }

  std::vector<Options> options_;      // one a group
  std::vector<ElementState> states_;  // one a parameter
  std::vector<OptimizerSlot> slots_;  // scratch of step()
};

template <class Options>
void ElementwiseOptimizer<Options>::step() {
  std::size_t i = 0;
  slots_.clear();
  for (std::size_t g = 0; g < group_count(); ++g) {
    const Pull group_pull = pull(options_[g]);
    for (const Tensor& parameter : parameters(g)) {
      ElementState& s = states_[i++];
      const Tensor gradient = parameter.grad();
      if (!gradient.defined()) continue;
      if (!s.has_tensors()) s.step = 0, s.mu_product = 1;  // new, or loaded as new
      ++s.step;
      const StepRule next = rule(options_[g], s, parameter);
      const unsigned used = std::visit([](const auto& r) { return r.states(); }, next);
      OptimizerSlot slot{next, group_pull, parameter, gradient, {}};
      for (std::size_t k = 0; k < 3; ++k) {
        if (!(used >> k & 1)) continue;
        if (!s.tensors[k].defined()) s.tensors[k] = zeros_like(parameter);
        slot.state[k] = s.tensors[k];
      }
      slots_.push_back(std::move(slot));
    }
  }
  optimizer_step(slots_);
  slots_.clear();  // keeps no gradient alive
}

}  // namespace limpid::optim
