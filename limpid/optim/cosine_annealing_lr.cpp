#include "limpid/optim/cosine_annealing_lr.h"

#include <cmath>
#include <numbers>

#include "limpid/core/str.h"

namespace limpid::optim {

namespace {
double half_cosine(double base, double low, double share) {
  return low + (base - low) * (1 + std::cos(std::numbers::pi * share)) / 2;
}
}  // namespace

CosineAnnealingLR::CosineAnnealingLR(Optimizer& optimizer, std::int64_t T_max, double eta_min,
                                     std::int64_t last_epoch)
    : ClosedFormLR("CosineAnnealingLR", optimizer, last_epoch), T_max_(T_max), eta_min_(eta_min) {
  if (T_max < 1) fail(str("T_max must be at least 1, got ", T_max));
  require_not_negative(name(), "eta_min", eta_min);
  start();
}

double CosineAnnealingLR::lr_at(double base, std::int64_t epoch) const {
  return half_cosine(base, eta_min_, static_cast<double>(epoch) / static_cast<double>(T_max_));
}

std::vector<LRScheduler::Number> CosineAnnealingLR::settings() {
  return {{"T_max", &T_max_, 1}, {"eta_min", &eta_min_}};
}

CosineAnnealingWarmRestarts::CosineAnnealingWarmRestarts(Optimizer& optimizer, std::int64_t T_0,
                                                         std::int64_t T_mult, double eta_min,
                                                         std::int64_t last_epoch)
    : LRScheduler("CosineAnnealingWarmRestarts", optimizer, last_epoch),
      T_0_(T_0),
      T_mult_(T_mult),
      eta_min_(eta_min),
      T_i_(static_cast<double>(T_0)) {
  if (T_0 < 1) fail(str("T_0 must be at least 1, got ", T_0));
  if (T_mult < 1) fail(str("T_mult must be at least 1, got ", T_mult));
  require_not_negative(name(), "eta_min", eta_min);
  step(static_cast<double>(last_epoch + 1));
}

double CosineAnnealingWarmRestarts::next_lr(double, std::size_t group, std::int64_t) const {
  return half_cosine(base(group), eta_min_, T_cur_ / T_i_);
}

void CosineAnnealingWarmRestarts::step() {
  T_cur_ += 1;
  if (T_cur_ >= T_i_) {
    T_cur_ = std::fmod(T_cur_, T_i_);
    T_i_ *= static_cast<double>(T_mult_);
  }
  LRScheduler::step();
}

void CosineAnnealingWarmRestarts::step(double epoch) {
  constexpr double kMost = 9007199254740992;  // 2^53: beyond, not every number is a double
  if (!(epoch >= 0 && epoch <= kMost)) fail(str("epoch must lie in [0, 2^53], got ", epoch));
  double period = static_cast<double>(T_0_), rest = epoch;
  if (T_mult_ == 1) rest = std::fmod(epoch, period);
  while (rest >= period) {  // exact, where PyTorch's logarithm may miss a restart by one
    rest -= period;
    period *= static_cast<double>(T_mult_);
  }
  T_cur_ = rest;
  T_i_ = period;
  move_to(static_cast<std::int64_t>(epoch));
}

void CosineAnnealingWarmRestarts::begin() { step(0.0); }

std::vector<LRScheduler::Number> CosineAnnealingWarmRestarts::settings() {
  return {{"T_0", &T_0_, 1},
          {"T_mult", &T_mult_, 1},
          {"eta_min", &eta_min_},
          {"T_cur", &T_cur_, 0},
          {"T_i", &T_i_, 1}};
}

}  // namespace limpid::optim
