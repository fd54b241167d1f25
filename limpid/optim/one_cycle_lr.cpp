#include "limpid/optim/one_cycle_lr.h"

#include <cmath>
#include <numbers>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/optim/cycled_momentum.h"

namespace limpid::optim {

namespace {

constexpr char kOneCycleName[] = "OneCycleLR";

std::int64_t count_steps(const OneCycleLROptions& o) {
  const auto positive = [](const char* what, std::int64_t value) {
    constexpr std::int64_t kMost = std::int64_t{1} << 31;  // products of two stay in range
    if (value < 1 || value > kMost)
      throw ValueError(str(kOneCycleName, ": ", what, " must lie in [1, 2^31], got ", value));
    return value;
  };
  if (o.total_steps) return positive("total_steps", *o.total_steps);
  if (!o.epochs || !o.steps_per_epoch)
    throw ValueError(str(kOneCycleName, ": give total_steps, or epochs and steps_per_epoch"));
  return positive("epochs", *o.epochs) * positive("steps_per_epoch", *o.steps_per_epoch);
}

/// Checks all options and sets the initial rates, before the base takes them for its own.
Optimizer& prepared(Optimizer& optimizer, const OneCycleLROptions& o) {
  count_steps(o);
  if (!(o.pct_start >= 0 && o.pct_start <= 1))
    throw ValueError(str(kOneCycleName, ": pct_start must lie in [0, 1], got ", o.pct_start));
  if (!(o.div_factor > 0) || !(o.final_div_factor > 0))
    throw ValueError(str(kOneCycleName, ": div_factor and final_div_factor must be above 0, got ",
                         o.div_factor, " and ", o.final_div_factor));
  const std::vector<double> peaks = o.max_lr.for_groups(kOneCycleName, "max_lr", optimizer);
  for (double peak : peaks) require_not_negative(kOneCycleName, "max_lr", peak);
  if (o.cycle_momentum) {
    check_momentum(kOneCycleName, "base_momentum", o.base_momentum, optimizer);
    check_momentum(kOneCycleName, "max_momentum", o.max_momentum, optimizer);
  }
  if (o.last_epoch == -1)
    for (std::size_t g = 0; g < peaks.size(); ++g)
      optimizer.set_initial_lr(peaks[g] / o.div_factor, g);
  return optimizer;
}

}  // namespace

OneCycleLR::OneCycleLR(Optimizer& optimizer, OneCycleLROptions options)
    : LRScheduler(kOneCycleName, prepared(optimizer, options), options.last_epoch),
      options_(std::move(options)),
      total_steps_(count_steps(options_)),
      max_lr_(options_.max_lr.for_groups(kOneCycleName, "max_lr", optimizer)) {
  const double rise = options_.pct_start * static_cast<double>(total_steps_);
  const double end = static_cast<double>(total_steps_) - 1;
  phases_ = {{rise - 1, 0, 1, true, false}};
  if (options_.three_phase) {
    phases_.push_back({2 * rise - 2, 1, 0, false, true});
    phases_.push_back({end, 0, 2, true, true});
  } else {
    phases_.push_back({end, 1, 2, false, true});
  }
  if (options_.cycle_momentum) {
    base_momentum_ = options_.base_momentum.for_groups(kOneCycleName, "base_momentum", optimizer);
    max_momentum_ = options_.max_momentum.for_groups(kOneCycleName, "max_momentum", optimizer);
  }
  start();
}

/// `value(phase, at_end)` is what the phase begins or ends with; between them along the strategy.
template <class Value>
double OneCycleLR::anneal(std::int64_t step, const Value& value) const {
  const double at = static_cast<double>(step);
  std::size_t i = 0;
  double begin = 0;
  while (i + 1 < phases_.size() && at > phases_[i].end) begin = phases_[i++].end;
  const Phase& phase = phases_[i];
  const double length = phase.end - begin;
  const double share = length == 0 ? 1 : (at - begin) / length;
  const double from = value(phase, false), to = value(phase, true);
  if (options_.anneal_strategy == Anneal::linear) return (to - from) * share + from;
  return to + (from - to) / 2 * (std::cos(std::numbers::pi * share) + 1);
}

double OneCycleLR::next_lr(double, std::size_t group, std::int64_t step) const {
  if (step > total_steps_)
    fail(str("all ", total_steps_, " steps are done; total_steps must count every step()"));
  if (group >= max_lr_.size()) fail(str("group ", group, " was added since, and has no max_lr"));
  const double rates[] = {base(group), max_lr_[group], base(group) / options_.final_div_factor};
  return anneal(step, [&](const Phase& p, bool at_end) { return rates[at_end ? p.to : p.from]; });
}

void OneCycleLR::set_momentum() {
  for (std::size_t g = 0; g < max_momentum_.size(); ++g)
    optimizer().set_momentum(anneal(last_epoch(),
                                    [&](const Phase& p, bool at_end) {
                                      const bool most =
                                          at_end ? p.momentum_to_max : p.momentum_from_max;
                                      return most ? max_momentum_[g] : base_momentum_[g];
                                    }),
                             g);
}

std::vector<LRScheduler::Number> OneCycleLR::settings() {
  std::vector<Number> out = {{"total_steps", &total_steps_, 1},
                             {"final_div_factor", &options_.final_div_factor}};
  for (std::size_t i = 0; i < phases_.size(); ++i)
    out.push_back({str("phase_ends.", i), &phases_[i].end});
  for (std::size_t g = 0; g < max_lr_.size(); ++g) out.push_back({str("max_lr.", g), &max_lr_[g]});
  for (std::size_t g = 0; g < max_momentum_.size(); ++g) {
    out.push_back({str("base_momentum.", g), &base_momentum_[g]});
    out.push_back({str("max_momentum.", g), &max_momentum_[g]});
  }
  return out;
}

}  // namespace limpid::optim
