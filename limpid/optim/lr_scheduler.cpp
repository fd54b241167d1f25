#include "limpid/optim/lr_scheduler.h"

#include <cmath>
#include <numbers>

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid::optim {

LRScheduler::LRScheduler(const char* name, Optimizer& optimizer)
    : name_(name), optimizer_(optimizer) {
  base_lrs_ = get_last_lr();
}

std::vector<double> LRScheduler::get_last_lr() const {
  std::vector<double> rates;
  for (std::size_t g = 0; g < optimizer_.group_count(); ++g) rates.push_back(optimizer_.lr(g));
  return rates;
}

void LRScheduler::set_rates() {
  for (std::size_t g = 0; g < base_lrs_.size(); ++g)
    optimizer_.set_lr(lr_at(base_lrs_[g], epoch_), g);
}

void LRScheduler::step() {
  for (std::size_t g = base_lrs_.size(); g < optimizer_.group_count(); ++g)
    base_lrs_.push_back(optimizer_.lr(g));  // a group that was added meanwhile
  ++epoch_;
  set_rates();
}

StateDict LRScheduler::state_dict() const {
  StateDict state;
  put_number(state, "last_epoch", epoch_);
  for (std::size_t g = 0; g < base_lrs_.size(); ++g)
    put_number(state, str("base_lrs.", g), base_lrs_[g]);
  for (const Number& number : const_cast<LRScheduler*>(this)->settings())
    put_number(state, std::string(number.name), *number.place);
  return state;
}

void LRScheduler::load_state_dict(const StateDict& state) {
  const std::string who = str(name_, ".load_state_dict");
  const std::int64_t epoch = get_number(state, "last_epoch", who).as_int64();
  std::vector<double> base;
  for (std::size_t g = 0; g < base_lrs_.size(); ++g)
    base.push_back(get_number(state, str("base_lrs.", g), who).as_double());
  if (find(state, str("base_lrs.", base.size())))
    throw ValueError(str(who, ": the state has more groups than the optimiser's ", base.size()));
  std::vector<double> values;
  for (const Number& number : settings())
    values.push_back(get_number(state, number.name, who).as_double());

  epoch_ = epoch;
  base_lrs_ = std::move(base);
  std::size_t i = 0;
  for (const Number& number : settings()) *number.place = values[i++];
  set_rates();
}

StepLR::StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma)
    : LRScheduler("StepLR", optimizer), step_size_(static_cast<double>(step_size)), gamma_(gamma) {
  if (step_size < 1) throw ValueError(str("StepLR: step_size must be at least 1, got ", step_size));
  if (!(gamma >= 0)) throw ValueError(str("StepLR: gamma must not be negative, got ", gamma));
}

double StepLR::lr_at(double base, std::int64_t epoch) const {
  return base * std::pow(gamma_, std::floor(static_cast<double>(epoch) / step_size_));
}

std::vector<LRScheduler::Number> StepLR::settings() {
  return {{"step_size", &step_size_}, {"gamma", &gamma_}};
}

CosineAnnealingLR::CosineAnnealingLR(Optimizer& optimizer, std::int64_t T_max, double eta_min)
    : LRScheduler("CosineAnnealingLR", optimizer),
      T_max_(static_cast<double>(T_max)),
      eta_min_(eta_min) {
  if (T_max < 1) throw ValueError(str("CosineAnnealingLR: T_max must be at least 1, got ", T_max));
  if (!(eta_min >= 0))
    throw ValueError(str("CosineAnnealingLR: eta_min must not be negative, got ", eta_min));
}

double CosineAnnealingLR::lr_at(double base, std::int64_t epoch) const {
  const double angle = std::numbers::pi * static_cast<double>(epoch) / T_max_;
  return eta_min_ + (base - eta_min_) * (1 + std::cos(angle)) / 2;
}

std::vector<LRScheduler::Number> CosineAnnealingLR::settings() {
  return {{"T_max", &T_max_}, {"eta_min", &eta_min_}};
}

}  // namespace limpid::optim
