#pragma once
// The base of all optimisers: groups of parameters, each with settings of its own, and state for
// each parameter.

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <variant>

#include "limpid/nn/state_dict.h"

namespace limpid::optim {

class Optimizer {
 public:
  Optimizer(const Optimizer&) = delete;  // two copies would drift apart on the same parameters
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer() = default;

  /// Moves every parameter that has a gradient; the others keep value and state.
  virtual void step() = 0;
  /// Computes the loss and its gradients anew. It calls zero_grad() and backward() itself.
  using Closure = std::function<Tensor()>;
  /// Calls the closure, steps, and returns the loss. LBFGS calls it several times.
  virtual Tensor step(const Closure& closure);
  /// Drops the gradients (PyTorch's set_to_none).
  void zero_grad();

  std::size_t group_count() const { return groups_.size(); }
  const std::vector<Tensor>& parameters(std::size_t group = 0) const { return groups_.at(group); }
  virtual double lr(std::size_t group = 0) const = 0;
  /// ValueError for a negative or undefined rate.
  virtual void set_lr(double lr, std::size_t group = 0) = 0;
  /// The momentum, or the first of the betas; none for optimisers that have neither.
  std::optional<double> momentum(std::size_t group = 0) const;
  /// ValueError for optimisers that have none, and for values outside [0, 1).
  void set_momentum(double momentum, std::size_t group = 0);
  /// The rate that the group had when the first schedule was made, as PyTorch's
  /// param_groups[i]["initial_lr"]; saved with the state.
  std::optional<double> initial_lr(std::size_t group = 0) const { return initial_lrs_.at(group); }
  void set_initial_lr(double lr, std::size_t group = 0) { initial_lrs_.at(group) = lr; }

  /// A setting of a group by the name under which state_dict() saves it: {"lr", 0.1}, {"beta1",
  /// 0.8}.
  struct Setting {
    std::string_view name;
    Scalar value;
  };
  /// Changes settings of a group. ValueError for unknown names, and as of the constructor; then
  /// nothing has changed.
  void set_settings(std::size_t group, std::span<const Setting> settings);

  /// Settings of the groups and state of the parameters, counted through all groups:
  /// "param_groups.0.lr", "state.3.exp_avg". Tensors share memory with the optimiser's.
  virtual StateDict state_dict() const;
  /// Takes back what state_dict() gave, exactly. ValueError lists everything that does not fit, or
  /// names a setting that the constructor would refuse too; then nothing has changed.
  virtual void load_state_dict(const StateDict& state);
  std::string_view name() const { return name_; }

 protected:
  /// A number under a name, by its place.
  struct Number {
    std::string_view name;
    std::variant<double*, bool*, std::int64_t*> place;
  };
  /// A tensor under a name, by its place; undefined while there is none.
  struct Slot {
    std::string_view name;
    Tensor* place;
  };

  explicit Optimizer(const char* name) : name_(name) {}
  /// Checks and adds one group: ValueError for an empty list, an undefined parameter, one that is
  /// no leaf, and one given twice.
  void add_group(std::vector<Tensor> parameters);
  /// All parameters in order, groups one behind the other.
  std::size_t parameter_count() const;

  // What state_dict() saves. `parameter` counts through all groups.
  virtual std::vector<Number> settings(std::size_t group) = 0;
  /// ValueError unless the settings that `fill` gives a group's places make sense. It fills a copy.
  using Fill = std::function<void(const std::vector<Number>& places)>;
  virtual void check_settings(std::size_t group, const Fill& fill) const = 0;
  virtual std::vector<Number> counters(std::size_t parameter) = 0;
  virtual std::vector<Slot> state(std::size_t parameter) = 0;

 private:
  double* momentum_place(std::size_t group) const;
  /// Gives the places these values, in their order.
  static Fill filled_with(std::vector<Scalar> values);

  const char* name_;
  std::vector<std::vector<Tensor>> groups_;
  std::vector<std::optional<double>> initial_lrs_;  // one a group
};

/// "SGD: lr must not be negative, got -0.1" for values below 0 and NaN.
void require_not_negative(std::string_view optimizer, std::string_view what, double value);
/// "Adam: betas[1] must lie in [0, 1), got 1".
void require_betas(std::string_view optimizer, const std::array<double, 2>& betas);

}  // namespace limpid::optim
