#include "limpid/optim/cyclic_lr.h"

#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/optim/cycled_momentum.h"

namespace limpid::optim {

namespace {

constexpr char kCyclicName[] = "CyclicLR";

/// Checks all options and sets the lower bounds, before the base takes them for its own.
Optimizer& prepared(Optimizer& optimizer, const CyclicLROptions& o) {
  const auto at_least_one = [](const char* what, std::int64_t value) {
    if (value < 1)
      throw ValueError(str(kCyclicName, ": ", what, " must be at least 1, got ", value));
  };
  at_least_one("step_size_up", o.step_size_up);
  at_least_one("step_size_down", o.step_size_down.value_or(1));
  require_not_negative(kCyclicName, "gamma", o.gamma);
  const std::vector<double> low = o.base_lr.for_groups(kCyclicName, "base_lr", optimizer);
  for (double rate : low) require_not_negative(kCyclicName, "base_lr", rate);
  for (double rate : o.max_lr.for_groups(kCyclicName, "max_lr", optimizer))
    require_not_negative(kCyclicName, "max_lr", rate);
  if (o.cycle_momentum) {
    check_momentum(kCyclicName, "base_momentum", o.base_momentum, optimizer);
    check_momentum(kCyclicName, "max_momentum", o.max_momentum, optimizer);
  }
  if (o.last_epoch == -1)
    for (std::size_t g = 0; g < low.size(); ++g) optimizer.set_lr(low[g], g);
  return optimizer;
}

}  // namespace

CyclicLR::CyclicLR(Optimizer& optimizer, CyclicLROptions options)
    : LRScheduler(kCyclicName, prepared(optimizer, options), options.last_epoch),
      options_(std::move(options)),
      step_size_up_(options_.step_size_up),
      step_size_down_(options_.step_size_down.value_or(step_size_up_)),
      max_lr_(options_.max_lr.for_groups(kCyclicName, "max_lr", optimizer)) {
  set_base(options_.base_lr.for_groups(kCyclicName, "base_lr", optimizer));
  if (options_.cycle_momentum) {
    base_momentum_ = options_.base_momentum.for_groups(kCyclicName, "base_momentum", optimizer);
    max_momentum_ = options_.max_momentum.for_groups(kCyclicName, "max_momentum", optimizer);
  }
  start();
}

/// The height of a step above the lower bound: 0 to 1 within the cycle, times the mode's factor.
double CyclicLR::height(std::int64_t step) const {
  const double up = static_cast<double>(step_size_up_);
  const double total = up + static_cast<double>(step_size_down_);
  const double at = static_cast<double>(step), cycle = std::floor(1 + at / total);
  const double x = 1 + at / total - cycle, peak = up / total;
  const double height = x <= peak ? x / peak : (x - 1) / (peak - 1);
  if (options_.scale_fn)
    return height * options_.scale_fn(options_.scale_mode == ScaleMode::cycle ? cycle : at);
  switch (options_.mode) {
    case Cycle::triangular: return height;
    case Cycle::triangular2: return height / std::pow(2.0, cycle - 1);
    case Cycle::exp_range: return height * std::pow(options_.gamma, at);
  }
  return height;
}

double CyclicLR::next_lr(double, std::size_t group, std::int64_t step) const {
  if (group >= max_lr_.size()) fail(str("group ", group, " was added since, and has no max_lr"));
  return base(group) + (max_lr_[group] - base(group)) * height(step);
}

void CyclicLR::set_momentum() {
  for (std::size_t g = 0; g < max_momentum_.size(); ++g) {
    const double range = max_momentum_[g] - base_momentum_[g];
    optimizer().set_momentum(max_momentum_[g] - range * height(last_epoch()), g);
  }
}

std::vector<LRScheduler::Number> CyclicLR::settings() {
  std::vector<Number> out = {{"step_size_up", &step_size_up_, 1},
                             {"step_size_down", &step_size_down_, 1},
                             {"gamma", &options_.gamma}};
  for (std::size_t g = 0; g < max_lr_.size(); ++g) out.push_back({str("max_lr.", g), &max_lr_[g]});
  for (std::size_t g = 0; g < max_momentum_.size(); ++g) {
    out.push_back({str("base_momentum.", g), &base_momentum_[g]});
    out.push_back({str("max_momentum.", g), &max_momentum_[g]});
  }
  return out;
}

}  // namespace limpid::optim
