#pragma once
// Learning rates that change from epoch to epoch. Each is a function of the number of epochs done,
// so a run that goes on from a saved state gets the very same rates.

#include "limpid/optim/optimizer.h"

namespace limpid::optim {

/// Call step() once an epoch, behind the optimiser's. The rates which the groups have when the
/// schedule is made are its base rates; it sets every group's rate at each step.
class LRScheduler {
 public:
  virtual ~LRScheduler() = default;
  void step();
  /// Epochs done.
  std::int64_t last_epoch() const { return epoch_; }
  /// The current rate of each group.
  std::vector<double> get_last_lr() const;

  StateDict state_dict() const;
  /// Goes on from a saved state and sets the rates. ValueError when it does not fit; then nothing
  /// has changed.
  void load_state_dict(const StateDict& state);

 protected:
  struct Number {
    std::string_view name;
    double* place;
  };
  /// The optimiser must outlive the schedule.
  LRScheduler(const char* name, Optimizer& optimizer);
  /// The rate after `epoch` epochs of a group that began with `base`.
  virtual double lr_at(double base, std::int64_t epoch) const = 0;
  virtual std::vector<Number> settings() = 0;

 private:
  void set_rates();

  const char* name_;
  Optimizer& optimizer_;
  std::vector<double> base_lrs_;
  std::int64_t epoch_ = 0;
};

/// lr = base gamma^floor(epoch / step_size)
class StepLR final : public LRScheduler {
 public:
  StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma = 0.1);

 private:
  double lr_at(double base, std::int64_t epoch) const override;
  std::vector<Number> settings() override;
  double step_size_, gamma_;
};

/// lr = eta_min + (base - eta_min) (1 + cos(pi epoch / T_max)) / 2; it rises again behind T_max.
/// Source: Loshchilov and Hutter, SGDR, ICLR 2017 (without restarts).
class CosineAnnealingLR final : public LRScheduler {
 public:
  CosineAnnealingLR(Optimizer& optimizer, std::int64_t T_max, double eta_min = 0);

 private:
  double lr_at(double base, std::int64_t epoch) const override;
  std::vector<Number> settings() override;
  double T_max_, eta_min_;
};

}  // namespace limpid::optim
