#pragma once
// Rates that go up and down between two bounds.
// Source: Smith, Cyclical learning rates for training neural networks, arXiv:1506.01186.

#include <functional>

#include "limpid/optim/lr_scheduler.h"

namespace limpid::optim {

/// How high the cycles are: all as high; half as high each time; gamma^step times.
enum class Cycle { triangular, triangular2, exp_range };
/// What a scale_fn is given: the number of the cycle, from 1, or of the step, from 0.
enum class ScaleMode { cycle, iterations };

struct CyclicLROptions {
  PerGroup base_lr = {};  ///< the lower bound; must be given
  PerGroup max_lr = {};   ///< the upper bound; must be given
  std::int64_t step_size_up = 2000;
  std::optional<std::int64_t> step_size_down = std::nullopt;  ///< as step_size_up if not set
  Cycle mode = Cycle::triangular;
  double gamma = 1;
  std::function<double(double)> scale_fn = {};  ///< instead of a mode: the height's factor
  ScaleMode scale_mode = ScaleMode::cycle;      ///< of scale_fn
  bool cycle_momentum = true;  ///< of optimisers with momentum, or the first of their betas
  PerGroup base_momentum = 0.8;
  PerGroup max_momentum = 0.9;
  std::int64_t last_epoch = -1;
};

/// CyclicLR(optimizer, {.base_lr = 0.01, .max_lr = 0.1}); call step() after every batch.
/// ValueError for settings out of range and an optimiser without momentum while cycle_momentum.
class CyclicLR final : public LRScheduler {
 public:
  CyclicLR(Optimizer& optimizer, CyclicLROptions options);

 private:
  double height(std::int64_t step) const;
  double next_lr(double rate, std::size_t group, std::int64_t step) const override;
  void set_momentum() override;
  std::vector<Number> settings() override;

  CyclicLROptions options_;
  std::int64_t step_size_up_, step_size_down_;
  std::vector<double> max_lr_, base_momentum_, max_momentum_;
};

}  // namespace limpid::optim
