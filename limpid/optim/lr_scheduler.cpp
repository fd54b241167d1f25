#include "limpid/optim/lr_scheduler.h"

#include <algorithm>
#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"

namespace limpid::optim {

namespace {
constexpr std::int64_t kMostEpochs = std::int64_t{1} << 53;  // exact as doubles, and can go on
}

std::vector<double> PerGroup::for_groups(std::string_view who, std::string_view what,
                                         const Optimizer& optimizer) const {
  const std::size_t groups = optimizer.group_count();
  if (values_.empty()) throw ValueError(str(who, ": ", what, " must be given"));
  if (values_.size() == 1) return std::vector<double>(groups, values_[0]);
  if (values_.size() != groups)
    throw ValueError(str(who, ": ", what, " has ", values_.size(),
                         " values, but the optimiser has ", groups,
                         groups == 1 ? " group" : " groups"));
  return values_;
}

LRScheduler::LRScheduler(const char* name, Optimizer& optimizer, std::int64_t last_epoch)
    : name_(name), optimizer_(optimizer), epoch_(0) {
  if (last_epoch < -1) fail(str("last_epoch must be at least -1, got ", last_epoch));
  if (last_epoch > kMostEpochs) fail(str("last_epoch must be at most 2^53, got ", last_epoch));
  epoch_ = last_epoch + 1;
  for (std::size_t g = 0; g < optimizer.group_count(); ++g) {
    if (!optimizer.initial_lr(g) && last_epoch >= 0)
      fail(str("last_epoch = ", last_epoch, " goes on with an earlier run, but group ", g,
               " has no initial_lr; load the optimiser's state first"));
  }
  take_new_groups();
}

void LRScheduler::take_new_groups() {
  for (std::size_t g = base_lrs_.size(); g < optimizer_.group_count(); ++g) {
    if (!optimizer_.initial_lr(g)) optimizer_.set_initial_lr(optimizer_.lr(g), g);
    base_lrs_.push_back(*optimizer_.initial_lr(g));
  }
}

void LRScheduler::fail(const std::string& what) const { throw ValueError(str(name_, ": ", what)); }

std::vector<double> LRScheduler::get_last_lr() const {
  std::vector<double> rates;
  for (std::size_t g = 0; g < optimizer_.group_count(); ++g) rates.push_back(optimizer_.lr(g));
  return rates;
}

void LRScheduler::set_rates(const std::vector<double>& rates) {
  for (std::size_t g = 0; g < rates.size(); ++g) optimizer_.set_lr(rates[g], g);
  set_momentum();
}

void LRScheduler::move_to(std::int64_t epoch) {
  take_new_groups();
  std::vector<double> rates = get_last_lr();
  for (std::size_t g = 0; g < rates.size(); ++g) rates[g] = next_lr(rates[g], g, epoch);
  epoch_ = epoch;
  set_rates(rates);
}

void LRScheduler::start() {
  if (epoch_ == 0) return move_to(0);
  std::vector<double> rates = get_last_lr();
  for (std::size_t g = 0; g < rates.size(); ++g) rates[g] = resumed_lr(rates[g], g, epoch_);
  set_rates(rates);
}

void LRScheduler::step() { move_to(epoch_ + 1); }

void LRScheduler::begin() { move_to(0); }

void LRScheduler::restart() {
  for (std::size_t g = 0; g < base_lrs_.size(); ++g) optimizer_.set_lr(base_lrs_[g], g);
  begin();
}

// -- saving

std::vector<LRScheduler::Number> LRScheduler::numbers() {
  take_new_groups();  // or a state would have rates of groups that it knows no base of
  std::vector<Number> out = {{"last_epoch", &epoch_, 0}};
  for (std::size_t g = 0; g < base_lrs_.size(); ++g)
    out.push_back({str("base_lrs.", g), &base_lrs_[g]});
  for (Number& number : settings()) out.push_back(std::move(number));
  return out;
}

StateDict LRScheduler::state_dict() const {
  StateDict state;
  for (const Number& number : const_cast<LRScheduler*>(this)->numbers())
    std::visit([&](auto* place) { put_number(state, number.name, *place); }, number.place);
  const std::vector<double> rates = get_last_lr();
  for (std::size_t g = 0; g < rates.size(); ++g) put_number(state, str("last_lr.", g), rates[g]);
  return state;
}

/// A file may hold anything: nothing that a later step would divide by or could not count on from.
void LRScheduler::require_loadable(const std::string& who, const Number& number, Scalar given) {
  const double value = given.as_double();
  if (!(value >= number.least))
    throw ValueError(str(who, ": ", number.name, " is ", given, "; it must be ",
                         std::isinf(number.least) ? "a number" : str("at least ", number.least)));
  if (std::holds_alternative<std::int64_t*>(number.place) &&
      value > static_cast<double>(kMostEpochs))
    throw ValueError(str(who, ": ", number.name, " is ", given, "; it must be at most 2^53"));
}

void LRScheduler::load_state_dict(const StateDict& state) {
  const std::string who = str(name_, ".load_state_dict");
  const std::vector<Number> places = numbers();
  std::vector<Scalar> values;
  std::vector<std::string> known;
  const auto take = [&](const std::string& name) {
    known.push_back(name);
    return get_number(state, name, who);
  };
  for (const Number& number : places) {
    values.push_back(take(number.name));
    require_loadable(who, number, values.back());
  }
  std::vector<double> rates;
  for (std::size_t g = 0; g < base_lrs_.size(); ++g) {
    rates.push_back(take(str("last_lr.", g)).as_double());
    require_not_negative(who, str("last_lr.", g), rates.back());
  }
  if (find(state, str("base_lrs.", base_lrs_.size())))
    throw ValueError(
        str(who, ": the state has more groups than the optimiser's ", base_lrs_.size()));
  for (const NamedTensor& entry : state)
    if (std::find(known.begin(), known.end(), entry.name) == known.end())
      throw ValueError(str(who, ": unexpected: ", quote(entry.name)));

  for (std::size_t i = 0; i < places.size(); ++i)
    std::visit([&](auto* p) { *p = values[i].to<std::remove_pointer_t<decltype(p)>>(); },
               places[i].place);
  set_rates(rates);
}

}  // namespace limpid::optim
