#include "limpid/optim/factor_lr.h"

#include <algorithm>
#include <cmath>

#include "limpid/core/str.h"

namespace limpid::optim {

double ClosedFormLR::next_lr(double rate, std::size_t group, std::int64_t epoch) const {
  const double start = base(group), after = lr_at(start, epoch);
  const double before = epoch > 0 ? lr_at(start, epoch - 1) : start;
  if (rate == before) return after;                       // nobody else has changed it
  if (before == floor()) return rate + (after - before);  // no factor leads away from here
  return floor() + (rate - floor()) * ((after - floor()) / (before - floor()));
}

StepLR::StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma, std::int64_t last_epoch)
    : ClosedFormLR("StepLR", optimizer, last_epoch), step_size_(step_size), gamma_(gamma) {
  if (step_size < 1) fail(str("step_size must be at least 1, got ", step_size));
  require_not_negative(name(), "gamma", gamma);
  start();
}
double StepLR::lr_at(double base, std::int64_t epoch) const {
  return base * std::pow(gamma_, static_cast<double>(epoch / step_size_));
}
std::vector<LRScheduler::Number> StepLR::settings() {
  return {{"step_size", &step_size_, 1}, {"gamma", &gamma_}};
}

MultiStepLR::MultiStepLR(Optimizer& optimizer, std::vector<std::int64_t> milestones, double gamma,
                         std::int64_t last_epoch)
    : ClosedFormLR("MultiStepLR", optimizer, last_epoch),
      milestones_(std::move(milestones)),
      gamma_(gamma) {
  require_not_negative(name(), "gamma", gamma);
  std::sort(milestones_.begin(), milestones_.end());
  if (!milestones_.empty() && milestones_[0] < 1)
    fail(str("milestones must be at least 1, got ", milestones_[0]));
  start();
}
double MultiStepLR::lr_at(double base, std::int64_t epoch) const {
  const auto reached = std::upper_bound(milestones_.begin(), milestones_.end(), epoch);
  return base * std::pow(gamma_, static_cast<double>(reached - milestones_.begin()));
}
std::vector<LRScheduler::Number> MultiStepLR::settings() {
  std::vector<Number> out = {{"gamma", &gamma_}};
  for (std::size_t i = 0; i < milestones_.size(); ++i)
    out.push_back({str("milestones.", i), &milestones_[i]});
  return out;
}

ConstantLR::ConstantLR(Optimizer& optimizer, double factor, std::int64_t total_iters,
                       std::int64_t last_epoch)
    : ClosedFormLR("ConstantLR", optimizer, last_epoch),
      factor_(factor),
      total_iters_(total_iters) {
  if (!(factor >= 0 && factor <= 1)) fail(str("factor must lie in [0, 1], got ", factor));
  if (total_iters < 0) fail(str("total_iters must not be negative, got ", total_iters));
  start();
}
double ConstantLR::lr_at(double base, std::int64_t epoch) const {
  return epoch >= total_iters_ ? base : base * factor_;
}
std::vector<LRScheduler::Number> ConstantLR::settings() {
  return {{"factor", &factor_}, {"total_iters", &total_iters_}};
}

LinearLR::LinearLR(Optimizer& optimizer, double start_factor, double end_factor,
                   std::int64_t total_iters, std::int64_t last_epoch)
    : ClosedFormLR("LinearLR", optimizer, last_epoch),
      start_factor_(start_factor),
      end_factor_(end_factor),
      total_iters_(total_iters) {
  if (!(start_factor > 0 && start_factor <= 1))
    fail(str("start_factor must lie in (0, 1], got ", start_factor));
  if (!(end_factor >= 0 && end_factor <= 1))
    fail(str("end_factor must lie in [0, 1], got ", end_factor));
  if (total_iters < 1) fail(str("total_iters must be at least 1, got ", total_iters));
  start();
}
double LinearLR::lr_at(double base, std::int64_t epoch) const {
  const double share =
      static_cast<double>(std::min(epoch, total_iters_)) / static_cast<double>(total_iters_);
  return base * (start_factor_ + (end_factor_ - start_factor_) * share);
}
std::vector<LRScheduler::Number> LinearLR::settings() {
  return {{"start_factor", &start_factor_},
          {"end_factor", &end_factor_},
          {"total_iters", &total_iters_, 1}};
}

ExponentialLR::ExponentialLR(Optimizer& optimizer, double gamma, std::int64_t last_epoch)
    : ClosedFormLR("ExponentialLR", optimizer, last_epoch), gamma_(gamma) {
  require_not_negative(name(), "gamma", gamma);
  start();
}
double ExponentialLR::lr_at(double base, std::int64_t epoch) const {
  return base * std::pow(gamma_, static_cast<double>(epoch));
}
std::vector<LRScheduler::Number> ExponentialLR::settings() { return {{"gamma", &gamma_}}; }

PolynomialLR::PolynomialLR(Optimizer& optimizer, std::int64_t total_iters, double power,
                           std::int64_t last_epoch)
    : ClosedFormLR("PolynomialLR", optimizer, last_epoch),
      total_iters_(total_iters),
      power_(power) {
  if (total_iters < 1) fail(str("total_iters must be at least 1, got ", total_iters));
  require_not_negative(name(), "power", power);
  start();
}
double PolynomialLR::lr_at(double base, std::int64_t epoch) const {
  const double share =
      static_cast<double>(std::min(epoch, total_iters_)) / static_cast<double>(total_iters_);
  return base * std::pow(1 - share, power_);
}
std::vector<LRScheduler::Number> PolynomialLR::settings() {
  return {{"total_iters", &total_iters_, 1}, {"power", &power_}};
}

}  // namespace limpid::optim
