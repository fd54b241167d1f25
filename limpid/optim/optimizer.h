#pragma once
// The base of all optimisers: groups of parameters, each with settings of its own, and state for
// each parameter.

#include <utility>
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
  /// Drops the gradients (PyTorch's set_to_none).
  void zero_grad();

  std::size_t group_count() const { return groups_.size(); }
  const std::vector<Tensor>& parameters(std::size_t group = 0) const { return groups_.at(group); }
  virtual double lr(std::size_t group = 0) const = 0;
  /// ValueError for a negative or undefined rate.
  virtual void set_lr(double lr, std::size_t group = 0) = 0;

  /// Settings of the groups and state of the parameters, counted through all groups:
  /// "param_groups.0.lr", "state.3.exp_avg". Tensors share memory with the optimiser's.
  StateDict state_dict() const;
  /// Takes back what state_dict() gave, exactly. ValueError lists everything that does not fit;
  /// then nothing has changed.
  void load_state_dict(const StateDict& state);

 protected:
  /// A number under a name, by its place.
  struct Number {
    std::string_view name;
    std::variant<double*, bool*> place;
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
  std::string_view name() const { return name_; }

  // What state_dict() saves. `parameter` counts through all groups.
  virtual std::vector<Number> settings(std::size_t group) = 0;
  virtual std::vector<Number> counters(std::size_t parameter) = 0;
  virtual std::vector<Slot> state(std::size_t parameter) = 0;

 private:
  const char* name_;
  std::vector<std::vector<Tensor>> groups_;
};

/// "SGD: lr must not be negative, got -0.1" for values below 0 and NaN.
void require_not_negative(std::string_view optimizer, std::string_view what, double value);

}  // namespace limpid::optim
