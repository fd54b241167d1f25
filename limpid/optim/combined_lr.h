#pragma once
// Schedules made of others: one behind the other, or all at once.

#include <memory>

#include "limpid/optim/lr_scheduler.h"

namespace limpid::optim {

using Schedules = std::vector<std::shared_ptr<LRScheduler>>;

/// The first schedule up to milestone 0, the second from there up to milestone 1, ... Each begins
/// with its own epoch 0 and the initial rates:
///   SequentialLR(optimizer, {warm_up, decay}, {5}).
/// ValueError when the milestones are not one fewer than the schedules, or fall; for a schedule of
/// another optimiser, and for ReduceLROnPlateau, which needs a metric.
class SequentialLR final : public LRScheduler {
 public:
  SequentialLR(Optimizer& optimizer, Schedules schedulers, std::vector<std::int64_t> milestones);
  void step() override;

 private:
  std::size_t index_at(std::int64_t epoch) const;
  double next_lr(double rate, std::size_t, std::int64_t) const override { return rate; }
  void begin() override;
  void set_momentum() override;
  std::vector<Number> settings() override;
  Schedules schedulers_;
  std::vector<std::int64_t> milestones_;
};

/// Steps all of its schedules at once: their factors multiply. ValueError as SequentialLR.
class ChainedScheduler final : public LRScheduler {
 public:
  explicit ChainedScheduler(Schedules schedulers);
  void step() override;

 private:
  double next_lr(double rate, std::size_t, std::int64_t) const override { return rate; }
  void begin() override;
  void set_momentum() override;
  std::vector<Number> settings() override;
  Schedules schedulers_;
};

}  // namespace limpid::optim
