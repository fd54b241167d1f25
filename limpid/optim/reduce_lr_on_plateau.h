#pragma once
// A rate that falls when a metric has stopped to improve.

#include "limpid/optim/lr_scheduler.h"

namespace limpid::optim {

enum class Better { min, max };     ///< a metric that should fall, or rise
enum class Threshold { rel, abs };  ///< a share of the best, or a difference to it

struct ReduceLROnPlateauOptions {
  Better mode = Better::min;
  double factor = 0.1;         ///< of each reduction
  std::int64_t patience = 10;  ///< epochs without improvement that are let pass
  double threshold = 1e-4;     ///< improvements smaller than this do not count
  Threshold threshold_mode = Threshold::rel;
  std::int64_t cooldown = 0;  ///< epochs after a reduction that are not counted
  PerGroup min_lr = 0.0;
  double eps = 1e-8;  ///< a rate is left alone where it would change by no more
};

/// Call step(metric) once an epoch. A metric of NaN is no improvement.
/// ValueError for a factor outside [0, 1) and negative settings.
class ReduceLROnPlateau final : public LRScheduler {
 public:
  explicit ReduceLROnPlateau(Optimizer& optimizer, ReduceLROnPlateauOptions options = {});
  /// ValueError: it needs the metric.
  void step() override;
  void step(double metric);

 private:
  bool is_better(double metric) const;
  void reduce();
  double next_lr(double rate, std::size_t, std::int64_t) const override { return rate; }
  std::vector<Number> settings() override;

  ReduceLROnPlateauOptions options_;
  std::int64_t mode_, threshold_mode_;  // as they are saved: 0 or 1
  std::vector<double> min_lr_;
  double best_;
  std::int64_t bad_epochs_ = 0, cooldown_left_ = 0;
};

}  // namespace limpid::optim
