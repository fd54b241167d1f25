#pragma once
// Rates that fall along half a cosine, once or again and again.
// Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017.

#include "limpid/optim/factor_lr.h"

namespace limpid::optim {

/// lr = eta_min + (base - eta_min) (1 + cos(pi epoch / T_max)) / 2; it rises again behind T_max.
class CosineAnnealingLR final : public ClosedFormLR {
 public:
  CosineAnnealingLR(Optimizer& optimizer, std::int64_t T_max, double eta_min = 0,
                    std::int64_t last_epoch = -1);

 private:
  double lr_at(double base, std::int64_t epoch) const override;
  double floor() const override { return eta_min_; }
  std::vector<Number> settings() override;
  std::int64_t T_max_;
  double eta_min_;
};

/// The same with T_cur, the epochs since the last restart, and T_i, those between restarts: T_0 at
/// first, then each time T_mult times as many.
class CosineAnnealingWarmRestarts final : public LRScheduler {
 public:
  CosineAnnealingWarmRestarts(Optimizer& optimizer, std::int64_t T_0, std::int64_t T_mult = 1,
                              double eta_min = 0, std::int64_t last_epoch = -1);
  void step() override;
  /// Goes to any point, between epochs too: step(epoch + batch / batches) after every batch.
  /// ValueError for negative and infinite ones.
  void step(double epoch);

 private:
  double next_lr(double rate, std::size_t group, std::int64_t epoch) const override;
  void begin() override;
  std::vector<Number> settings() override;
  std::int64_t T_0_, T_mult_;
  double eta_min_, T_cur_ = 0, T_i_;
};

}  // namespace limpid::optim
