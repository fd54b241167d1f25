#include "limpid/optim/combined_lr.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/optim/reduce_lr_on_plateau.h"

namespace limpid::optim {

namespace {

/// All there, of one optimiser, and none that needs a metric.
Optimizer& checked(const char* who, const Schedules& schedulers, const Optimizer* wanted) {
  if (schedulers.empty()) throw ValueError(str(who, ": there is no schedule; give at least one"));
  for (std::size_t i = 0; i < schedulers.size(); ++i) {
    const LRScheduler* s = schedulers[i].get();
    if (!s) throw ValueError(str(who, ": schedule ", i, " is null"));
    if (dynamic_cast<const ReduceLROnPlateau*>(s))
      throw ValueError(str(who, ": schedule ", i, " is ReduceLROnPlateau, whose step needs a ",
                           "metric; step it by itself"));
    const Optimizer* expected = wanted ? wanted : &schedulers[0]->optimizer();
    if (&s->optimizer() != expected)
      throw ValueError(str(who, ": schedule ", i, " (", s->name(), ") has another optimiser"));
  }
  return schedulers[0]->optimizer();
}

void set_initial_rates(Optimizer& optimizer) {
  for (std::size_t g = 0; g < optimizer.group_count(); ++g)
    if (optimizer.initial_lr(g)) optimizer.set_lr(*optimizer.initial_lr(g), g);
}

}  // namespace

SequentialLR::SequentialLR(Optimizer& optimizer, Schedules schedulers,
                           std::vector<std::int64_t> milestones)
    : LRScheduler("SequentialLR", checked("SequentialLR", schedulers, &optimizer)),
      schedulers_(std::move(schedulers)),
      milestones_(std::move(milestones)) {
  if (milestones_.size() + 1 != schedulers_.size())
    fail(str("milestones must be one fewer than the ", schedulers_.size(), " schedules, got ",
             milestones_.size()));
  for (std::size_t i = 0; i < milestones_.size(); ++i)
    if (milestones_[i] < (i ? milestones_[i - 1] : 0))
      fail(str("milestones must not be negative and must rise, got ", milestones_[i], " at ", i));
  set_initial_rates(this->optimizer());
  begin();
}

/// The schedule in charge: the number of milestones reached.
std::size_t SequentialLR::index_at(std::int64_t epoch) const {
  const auto reached = std::upper_bound(milestones_.begin(), milestones_.end(), epoch);
  return static_cast<std::size_t>(reached - milestones_.begin());
}

void SequentialLR::begin() {
  schedulers_[index_at(0)]->begin();
  epoch_ = 0;
}

void SequentialLR::step() {
  const std::size_t i = index_at(epoch_ + 1);
  if (i > 0 && milestones_[i - 1] == epoch_ + 1) schedulers_[i]->restart();
  else schedulers_[i]->step();
  ++epoch_;
}

void SequentialLR::set_momentum() { schedulers_[index_at(epoch_)]->set_momentum(); }

std::vector<LRScheduler::Number> SequentialLR::settings() {
  std::vector<Number> out;
  for (std::size_t i = 0; i < milestones_.size(); ++i)
    out.push_back({str("milestones.", i), &milestones_[i]});
  for (std::size_t i = 0; i < schedulers_.size(); ++i)
    for (const Number& number : schedulers_[i]->numbers())
      out.push_back({str("schedulers.", i, ".", number.name), number.place, number.least});
  return out;
}

ChainedScheduler::ChainedScheduler(Schedules schedulers)
    : LRScheduler("ChainedScheduler", checked("ChainedScheduler", schedulers, nullptr)),
      schedulers_(std::move(schedulers)) {}

void ChainedScheduler::step() {
  for (const auto& schedule : schedulers_) schedule->step();
  ++epoch_;
}

void ChainedScheduler::begin() {
  for (const auto& schedule : schedulers_) schedule->begin();
  epoch_ = 0;
}

void ChainedScheduler::set_momentum() {
  for (const auto& schedule : schedulers_) schedule->set_momentum();
}

std::vector<LRScheduler::Number> ChainedScheduler::settings() {
  std::vector<Number> out;
  for (std::size_t i = 0; i < schedulers_.size(); ++i)
    for (const Number& number : schedulers_[i]->numbers())
      out.push_back({str("schedulers.", i, ".", number.name), number.place, number.least});
  return out;
}

}  // namespace limpid::optim
