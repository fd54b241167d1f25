#include "limpid/optim/reduce_lr_on_plateau.h"

#include <algorithm>
#include <limits>

#include "limpid/core/str.h"

namespace limpid::optim {

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer, ReduceLROnPlateauOptions options)
    : LRScheduler("ReduceLROnPlateau", optimizer),
      options_(std::move(options)),
      mode_(options_.mode == Better::max),
      threshold_mode_(options_.threshold_mode == Threshold::abs),
      min_lr_(options_.min_lr.for_groups(name(), "min_lr", optimizer)),
      best_(mode_ ? -std::numeric_limits<double>::infinity()
                  : std::numeric_limits<double>::infinity()) {
  if (!(options_.factor >= 0 && options_.factor < 1))
    fail(str("factor must lie in [0, 1), got ", options_.factor));
  if (options_.patience < 0) fail(str("patience must not be negative, got ", options_.patience));
  if (options_.cooldown < 0) fail(str("cooldown must not be negative, got ", options_.cooldown));
  require_not_negative(name(), "threshold", options_.threshold);
  require_not_negative(name(), "eps", options_.eps);
  for (double rate : min_lr_) require_not_negative(name(), "min_lr", rate);
}

void ReduceLROnPlateau::step() { fail("step needs the metric: schedule.step(loss)"); }

void ReduceLROnPlateau::step(double metric) {
  move_to(last_epoch() + 1);
  if (is_better(metric)) {
    best_ = metric;
    bad_epochs_ = 0;
  } else {
    ++bad_epochs_;
  }
  if (cooldown_left_ > 0) {
    --cooldown_left_;
    bad_epochs_ = 0;
  }
  if (bad_epochs_ > options_.patience) {
    reduce();
    cooldown_left_ = options_.cooldown;
    bad_epochs_ = 0;
  }
}

bool ReduceLROnPlateau::is_better(double metric) const {
  const double t = options_.threshold;
  if (mode_) return metric > (threshold_mode_ ? best_ + t : best_ * (1 + t));
  return metric < (threshold_mode_ ? best_ - t : best_ * (1 - t));
}

void ReduceLROnPlateau::reduce() {
  for (std::size_t g = 0; g < optimizer().group_count(); ++g) {
    const double least = min_lr_.size() > g ? min_lr_[g] : min_lr_.back();  // groups added since
    const double before = optimizer().lr(g), after = std::max(before * options_.factor, least);
    if (before - after > options_.eps) optimizer().set_lr(after, g);
  }
}

std::vector<LRScheduler::Number> ReduceLROnPlateau::settings() {
  min_lr_.resize(optimizer().group_count(), min_lr_.back());  // groups added since
  std::vector<Number> out = {{"mode_is_max", &mode_},
                             {"factor", &options_.factor},
                             {"patience", &options_.patience},
                             {"threshold", &options_.threshold},
                             {"threshold_is_abs", &threshold_mode_},
                             {"cooldown", &options_.cooldown},
                             {"eps", &options_.eps},
                             {"best", &best_},
                             {"num_bad_epochs", &bad_epochs_},
                             {"cooldown_counter", &cooldown_left_}};
  for (std::size_t g = 0; g < min_lr_.size(); ++g) out.push_back({str("min_lrs.", g), &min_lr_[g]});
  return out;
}

}  // namespace limpid::optim
