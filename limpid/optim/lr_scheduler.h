#pragma once
// Learning rates that change from epoch to epoch: what all schedules share. They are in
// factor_lr.h, cosine_annealing_lr.h, lambda_lr.h, one_cycle_lr.h, cyclic_lr.h, combined_lr.h and
// reduce_lr_on_plateau.h; schedules.h has all.

#include <limits>

#include "limpid/optim/optimizer.h"

namespace limpid::optim {

/// A setting for every group, or one for each: {.max_lr = 0.1} or {.max_lr = {0.1, 0.02}}.
class PerGroup {
 public:
  PerGroup() = default;
  PerGroup(double value) : values_{value} {}
  PerGroup(std::initializer_list<double> values) : values_(values) {}
  PerGroup(std::vector<double> values) : values_(std::move(values)) {}

  bool empty() const { return values_.empty(); }
  /// As many as there are groups. ValueError, "OneCycleLR: max_lr has 3 values, but ...".
  std::vector<double> for_groups(std::string_view who, std::string_view what,
                                 const Optimizer& optimizer) const;

 private:
  std::vector<double> values_;
};

/// Call step() once an epoch (some: once a batch), behind the optimiser's.
///
/// A schedule begins with each group's initial_lr: the rate which the group had when the first
/// schedule of its optimiser was made. `last_epoch` = k goes on behind k + 1 epochs of an earlier
/// run, whose optimiser state has the initial_lr.
///
/// A group that is added to the optimiser later joins with its rate as it is at the next step() or
/// state_dict().
///
/// As in PyTorch, a rate that something else has changed meanwhile (another schedule, set_lr) is
/// moved on by the same factor. A rate that nobody else touched is computed from the number of
/// epochs, without rounding errors that add up.
class LRScheduler {
 public:
  LRScheduler(const LRScheduler&) = delete;
  LRScheduler& operator=(const LRScheduler&) = delete;
  virtual ~LRScheduler() = default;
  virtual void step();
  /// Epochs done.
  std::int64_t last_epoch() const { return epoch_; }
  /// The current rate of each group.
  std::vector<double> get_last_lr() const;

  /// Its numbers, and the rates. Functions that a schedule was given are not saved: they come
  /// from its constructor.
  StateDict state_dict() const;
  /// Goes on from a saved state and sets the rates. ValueError when it does not fit, or holds what
  /// no constructor would take (step_size 0); then nothing has changed.
  void load_state_dict(const StateDict& state);

  Optimizer& optimizer() const { return optimizer_; }
  std::string_view name() const { return name_; }

 protected:
  struct Number {
    std::string name;
    std::variant<double*, std::int64_t*> place;
    double least = -std::numeric_limits<double>::infinity();  ///< of what may be loaded
  };

  /// The optimiser must outlive the schedule. ValueError where last_epoch needs an initial_lr that
  /// is not there.
  LRScheduler(const char* name, Optimizer& optimizer, std::int64_t last_epoch = -1);
  /// Sets the rates of the first epoch. Constructors end with it.
  void start();
  /// Sets epoch and rates, or throws and sets nothing.
  void move_to(std::int64_t epoch);

  /// The rate of epoch `epoch` in a group whose rate is `rate` in the epoch before. For epoch 0
  /// that is the initial one, perhaps changed by other schedules.
  virtual double next_lr(double rate, std::size_t group, std::int64_t epoch) const = 0;
  /// The rate of the first epoch of a run that goes on.
  virtual double resumed_lr(double rate, std::size_t group, std::int64_t epoch) const {
    return next_lr(rate, group, epoch);
  }
  /// Back to epoch 0, with the rates as they are.
  virtual void begin();
  /// Back to epoch 0, when SequentialLR comes to this schedule: with the base rates.
  virtual void restart();
  /// Sets the momentum of this epoch, in schedules that cycle it.
  virtual void set_momentum() {}
  /// What is saved beside epoch and base rates.
  virtual std::vector<Number> settings() = 0;

  double base(std::size_t group) const { return base_lrs_.at(group); }
  void set_base(std::vector<double> rates) { base_lrs_ = std::move(rates); }
  /// A message that begins with the schedule's name.
  [[noreturn]] void fail(const std::string& what) const;

 private:
  friend class SequentialLR;
  friend class ChainedScheduler;
  std::vector<Number> numbers();
  static void require_loadable(const std::string& who, const Number& number, Scalar given);
  /// Takes over the groups that were added meanwhile, with the rates that they have.
  void take_new_groups();
  void set_rates(const std::vector<double>& rates);

  const char* name_;
  Optimizer& optimizer_;
  std::vector<double> base_lrs_;
  std::int64_t epoch_;
};

}  // namespace limpid::optim
