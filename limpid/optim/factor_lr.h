#pragma once
// Schedules that multiply the initial rate by a function of the number of epochs done:
// StepLR, MultiStepLR, ConstantLR, LinearLR, ExponentialLR, PolynomialLR.

#include "limpid/optim/lr_scheduler.h"

namespace limpid::optim {

/// A schedule with a formula for the rate. Where another schedule has changed the rate too, it
/// is moved on by the ratio of the formula's values.
class ClosedFormLR : public LRScheduler {
 protected:
  using LRScheduler::LRScheduler;
  /// The rate after `epoch` epochs of a group that began with `base`.
  virtual double lr_at(double base, std::int64_t epoch) const = 0;
  /// The part of the rate that other schedules do not scale.
  virtual double floor() const { return 0; }

  double next_lr(double rate, std::size_t group, std::int64_t epoch) const final;
  double resumed_lr(double, std::size_t group, std::int64_t epoch) const final {
    return lr_at(base(group), epoch);
  }
};

/// lr = base gamma^floor(epoch / step_size)
class StepLR final : public ClosedFormLR {
 public:
  StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma = 0.1,
         std::int64_t last_epoch = -1);

 private:
  double lr_at(double base, std::int64_t epoch) const override;
  std::vector<Number> settings() override;
  std::int64_t step_size_;
  double gamma_;
};

/// lr = base gamma^(the number of milestones reached). Milestones are epochs in any order.
class MultiStepLR final : public ClosedFormLR {
 public:
  MultiStepLR(Optimizer& optimizer, std::vector<std::int64_t> milestones, double gamma = 0.1,
              std::int64_t last_epoch = -1);

 private:
  double lr_at(double base, std::int64_t epoch) const override;
  std::vector<Number> settings() override;
  std::vector<std::int64_t> milestones_;
  double gamma_;
};

/// lr = base factor before epoch total_iters, and base from there on.
class ConstantLR final : public ClosedFormLR {
 public:
  explicit ConstantLR(Optimizer& optimizer, double factor = 1.0 / 3, std::int64_t total_iters = 5,
                      std::int64_t last_epoch = -1);

 private:
  double lr_at(double base, std::int64_t epoch) const override;
  std::vector<Number> settings() override;
  double factor_;
  std::int64_t total_iters_;
};

/// The factor goes straight from start_factor to end_factor in total_iters epochs: a warm-up.
class LinearLR final : public ClosedFormLR {
 public:
  explicit LinearLR(Optimizer& optimizer, double start_factor = 1.0 / 3, double end_factor = 1,
                    std::int64_t total_iters = 5, std::int64_t last_epoch = -1);

 private:
  double lr_at(double base, std::int64_t epoch) const override;
  std::vector<Number> settings() override;
  double start_factor_, end_factor_;
  std::int64_t total_iters_;
};

/// lr = base gamma^epoch
class ExponentialLR final : public ClosedFormLR {
 public:
  ExponentialLR(Optimizer& optimizer, double gamma, std::int64_t last_epoch = -1);

 private:
  double lr_at(double base, std::int64_t epoch) const override;
  std::vector<Number> settings() override;
  double gamma_;
};

/// lr = base (1 - min(epoch, total_iters) / total_iters)^power
class PolynomialLR final : public ClosedFormLR {
 public:
  explicit PolynomialLR(Optimizer& optimizer, std::int64_t total_iters = 5, double power = 1,
                        std::int64_t last_epoch = -1);

 private:
  double lr_at(double base, std::int64_t epoch) const override;
  std::vector<Number> settings() override;
  std::int64_t total_iters_;
  double power_;
};

}  // namespace limpid::optim
