#pragma once
// One cycle over the whole training: the rate rises to its peak and falls far below its beginning,
// the momentum the other way round.
// Source: Smith and Topin, Super-convergence, arXiv:1708.07120.

#include "limpid/optim/lr_scheduler.h"

namespace limpid::optim {

enum class Anneal { cos, linear };

struct OneCycleLROptions {
  PerGroup max_lr = {};                                    ///< the peak; must be given
  std::optional<std::int64_t> total_steps = std::nullopt;  ///< or epochs and steps_per_epoch
  std::optional<std::int64_t> epochs = std::nullopt;
  std::optional<std::int64_t> steps_per_epoch = std::nullopt;
  double pct_start = 0.3;  ///< share of the steps before the peak
  Anneal anneal_strategy = Anneal::cos;
  bool cycle_momentum = true;  ///< of optimisers with momentum, or the first of their betas
  PerGroup base_momentum = 0.85;
  PerGroup max_momentum = 0.95;
  double div_factor = 25;         ///< it begins with max_lr / div_factor
  double final_div_factor = 1e4;  ///< and ends with that / final_div_factor
  bool three_phase = false;       ///< down to the beginning as fast as up, and then on to the end
  std::int64_t last_epoch = -1;
};

/// OneCycleLR(optimizer, {.max_lr = 0.1, .total_steps = 1000}); call step() after every batch.
/// ValueError for settings out of range, an optimiser without momentum while cycle_momentum, and
/// more than total_steps steps.
class OneCycleLR final : public LRScheduler {
 public:
  OneCycleLR(Optimizer& optimizer, OneCycleLROptions options);

 private:
  /// Where the phase ends, and between what it goes: rate (0 first, 1 peak, 2 last) and momentum.
  struct Phase {
    double end;
    int from, to;
    bool momentum_from_max, momentum_to_max;
  };
  template <class Value>
  double anneal(std::int64_t step, const Value& value) const;
  double next_lr(double rate, std::size_t group, std::int64_t step) const override;
  void set_momentum() override;
  std::vector<Number> settings() override;

  OneCycleLROptions options_;
  std::int64_t total_steps_;
  std::vector<Phase> phases_;
  std::vector<double> max_lr_, base_momentum_, max_momentum_;
};

}  // namespace limpid::optim
