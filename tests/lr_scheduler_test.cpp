// Schedules of the learning rate: PyTorch's rates and momentum, exact resume.

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <memory>

#include "limpid/core/error.h"
#include "limpid/optim/optim.h"
#include "limpid/tensor/creation.h"
#include "tests/call.h"
#include "tests/json_file.h"
#include "tests/thrown.h"
#include "tests/two_groups.h"

namespace limpid::lr_scheduler_test {

using testing::Call;
using testing::thrown;
using Two = testing::TwoGroups;
using namespace optim;

namespace {

const nlohmann::json& frozen() {
  static const nlohmann::json traces = testing::read_golden("optim.json");
  return traces;
}

using Made = std::shared_ptr<LRScheduler>;
struct ScheduleCase {
  const char* name;
  std::function<Made(Optimizer&)> make;
};

template <class S, class... Args>
ScheduleCase of(const char* name, Args... args) {
  return {name, [=](Optimizer& o) -> Made { return std::make_shared<S>(o, args...); }};
}

const std::vector<ScheduleCase>& cases() {
  static const std::vector<ScheduleCase> all = {
      of<StepLR>("StepLR", 7, 0.3),
      of<StepLR>("StepLR every epoch", 1, 0.9),
      of<MultiStepLR>("MultiStepLR", std::vector<std::int64_t>{12, 4, 4, 25}, 0.5),
      of<ConstantLR>("ConstantLR", 0.25, 6),
      of<ConstantLR>("ConstantLR defaults"),
      of<LinearLR>("LinearLR", 0.1, 0.8, 11),
      of<LinearLR>("LinearLR defaults"),
      of<ExponentialLR>("ExponentialLR", 0.9),
      of<PolynomialLR>("PolynomialLR", 20, 1.7),
      of<PolynomialLR>("PolynomialLR defaults"),
      of<CosineAnnealingLR>("CosineAnnealingLR", 30),
      of<CosineAnnealingLR>("CosineAnnealingLR beyond", 9, 0.01),
      of<CosineAnnealingWarmRestarts>("CosineAnnealingWarmRestarts", 4, 2, 0.001),
      of<CosineAnnealingWarmRestarts>("CosineAnnealingWarmRestarts equal", 7),
      of<LambdaLR>("LambdaLR",
                   std::vector<LRFunction>{
                       [](std::int64_t e) { return 1 / (1 + static_cast<double>(e)); },
                       [](std::int64_t e) { return std::pow(0.95, static_cast<double>(e)); }}),
      of<MultiplicativeLR>("MultiplicativeLR", LRFunction([](std::int64_t e) {
                             return 1 - 1 / (static_cast<double>(e) + 2);
                           })),
      of<OneCycleLR>("OneCycleLR", OneCycleLROptions{.max_lr = 0.5, .total_steps = 30}),
      of<OneCycleLR>("OneCycleLR linear", OneCycleLROptions{.max_lr = {0.5, 0.3},
                                                            .epochs = 5,
                                                            .steps_per_epoch = 7,
                                                            .pct_start = 0.25,
                                                            .anneal_strategy = Anneal::linear,
                                                            .div_factor = 10,
                                                            .final_div_factor = 100}),
      of<OneCycleLR>("OneCycleLR three_phase", OneCycleLROptions{.max_lr = 0.5,
                                                                 .total_steps = 30,
                                                                 .base_momentum = 0.5,
                                                                 .max_momentum = {0.9, 0.8},
                                                                 .three_phase = true}),
      of<OneCycleLR>(
          "OneCycleLR without momentum",
          OneCycleLROptions{.max_lr = 0.5, .total_steps = 40, .cycle_momentum = false}),
      of<CyclicLR>("CyclicLR", CyclicLROptions{.base_lr = 0.01,
                                               .max_lr = 0.1,
                                               .step_size_up = 4,
                                               .step_size_down = 7}),
      of<CyclicLR>("CyclicLR triangular2", CyclicLROptions{.base_lr = {0.01, 0.02},
                                                           .max_lr = {0.1, 0.2},
                                                           .step_size_up = 5,
                                                           .mode = Cycle::triangular2,
                                                           .cycle_momentum = false}),
      of<CyclicLR>("CyclicLR exp_range", CyclicLROptions{.base_lr = 0.01,
                                                         .max_lr = 0.1,
                                                         .step_size_up = 5,
                                                         .mode = Cycle::exp_range,
                                                         .gamma = 0.95,
                                                         .base_momentum = 0.3}),
      of<CyclicLR>("CyclicLR scale_fn",
                   CyclicLROptions{.base_lr = 0.01,
                                   .max_lr = 0.1,
                                   .step_size_up = 5,
                                   .scale_fn = [](double x) { return 1 / (1 + x); },
                                   .scale_mode = ScaleMode::iterations}),
      of<ReduceLROnPlateau>("ReduceLROnPlateau",
                            ReduceLROnPlateauOptions{.factor = 0.5,
                                                     .patience = 2,
                                                     .cooldown = 1,
                                                     .min_lr = {0.001, 0.004}}),
      of<ReduceLROnPlateau>("ReduceLROnPlateau max",
                            ReduceLROnPlateauOptions{.mode = Better::max,
                                                     .factor = 0.3,
                                                     .patience = 0,
                                                     .threshold = 0.05,
                                                     .threshold_mode = optim::Threshold::abs}),
      of<ReduceLROnPlateau>("ReduceLROnPlateau min abs",
                            ReduceLROnPlateauOptions{.factor = 0.3,
                                                     .patience = 3,
                                                     .threshold = 0.05,
                                                     .threshold_mode = optim::Threshold::abs,
                                                     .eps = 1e-3}),
      of<ReduceLROnPlateau>("ReduceLROnPlateau max rel",
                            ReduceLROnPlateauOptions{
                                .mode = Better::max, .factor = 0.7, .patience = 4, .threshold = 0.1}),
      {"SequentialLR",
       [](Optimizer& o) -> Made {
         Schedules parts = {std::make_shared<LinearLR>(o, 0.1, 1, 5),
                            std::make_shared<ExponentialLR>(o, 0.9),
                            std::make_shared<MultiplicativeLR>(
                                o, [](std::int64_t e) { return e == 3 ? 0.5 : 1; })};
         return std::make_shared<SequentialLR>(o, parts, std::vector<std::int64_t>{6, 20});
       }},
      {"SequentialLR cosine",
       [](Optimizer& o) -> Made {
         Schedules parts = {std::make_shared<ConstantLR>(o, 0.5, 3),
                            std::make_shared<CosineAnnealingWarmRestarts>(o, 6)};
         return std::make_shared<SequentialLR>(o, parts, std::vector<std::int64_t>{4});
       }},
      {"ChainedScheduler",
       [](Optimizer& o) -> Made {
         return std::make_shared<ChainedScheduler>(Schedules{
             std::make_shared<ConstantLR>(o, 0.1, 5), std::make_shared<ExponentialLR>(o, 0.9)});
       }},
      {"ChainedScheduler cosine",
       [](Optimizer& o) -> Made {
         return std::make_shared<ChainedScheduler>(
             Schedules{std::make_shared<CosineAnnealingLR>(o, 8),
                       std::make_shared<StepLR>(o, 5, 0.5)});
       }},
  };
  return all;
}

/// What ReduceLROnPlateau is told, as in make_optim_traces.py.
double metric(int t) { return std::max(0.3, 1 - 0.1 * t) + 0.001 * (t % 3) - (t > 20 ? 0.2 : 0); }

void step(LRScheduler& schedule, int t) {
  if (auto* plateau = dynamic_cast<ReduceLROnPlateau*>(&schedule)) plateau->step(metric(t));
  else schedule.step();
}

void check_values(const std::vector<double>& found, const nlohmann::json& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK_MESSAGE(std::abs(found[i] - expected[i].get<double>()) <= 1e-12, "value ", i, ": ",
                  found[i], " against ", expected[i].get<double>());
}

}  // namespace

TEST_CASE("schedules give PyTorch's rates and momentum, for each group") {
  for (const ScheduleCase& c : cases()) {
    INFO(std::string(c.name));
    Two two;
    const Made schedule = c.make(two.optimizer);
    check_values(two.values(), frozen().at(c.name)[0]);
    for (int t = 1; t <= 30; ++t) {
      INFO("step ", t);
      step(*schedule, t);
      check_values(two.values(), frozen().at(c.name)[static_cast<std::size_t>(t)]);
      CHECK(schedule->last_epoch() == t);
      CHECK(schedule->get_last_lr() ==
            std::vector<double>{two.optimizer.lr(0), two.optimizer.lr(1)});
    }
  }
}

TEST_CASE("a schedule goes on from a saved state with the very same rates, at any epoch") {
  for (const ScheduleCase& c : cases())
    for (int stop : {0, 1, 6, 13, 20}) {
      INFO(std::string(c.name), " stopped at ", stop);
      Two whole, stopped, next;
      const Made straight = c.make(whole.optimizer), first = c.make(stopped.optimizer);
      for (int t = 1; t <= stop; ++t) step(*straight, t), step(*first, t);
      next.optimizer.set_lr(7);  // what another program would begin with
      const Made second = c.make(next.optimizer);
      second->load_state_dict(first->state_dict());
      CHECK(second->last_epoch() == stop);
      for (int t = stop + 1; t <= 30; ++t) {
        INFO("step ", t);
        CHECK(next.values() == whole.values());
        step(*straight, t), step(*second, t);
      }
    }
}

TEST_CASE("last_epoch goes on where an earlier run stopped") {
  const auto resumed = [](const ScheduleCase& c) {
    INFO(std::string(c.name));
    Two two;
    two.optimizer.set_initial_lr(0.1, 0);
    two.optimizer.set_initial_lr(0.02, 1);
    two.optimizer.set_lr(0.5, 0);  // the rate is of no matter, only the initial one
    const Made schedule = c.make(two.optimizer);
    CHECK(schedule->last_epoch() == 6);
    const auto& expected = frozen().at(c.name);
    for (std::size_t t = 6; t <= 30; ++t) {
      CHECK(std::abs(two.optimizer.lr(0) - expected[t][0].get<double>()) < 1e-12);
      CHECK(std::abs(two.optimizer.lr(1) - expected[t][1].get<double>()) < 1e-12);
      schedule->step();
    }
  };
  resumed(of<StepLR>("StepLR", 7, 0.3, 5));
  resumed(of<MultiStepLR>("MultiStepLR", std::vector<std::int64_t>{12, 4, 4, 25}, 0.5, 5));
  resumed(of<ConstantLR>("ConstantLR", 0.25, 6, 5));
  resumed(of<LinearLR>("LinearLR", 0.1, 0.8, 11, 5));
  resumed(of<ExponentialLR>("ExponentialLR", 0.9, 5));
  resumed(of<PolynomialLR>("PolynomialLR", 20, 1.7, 5));
  resumed(of<CosineAnnealingLR>("CosineAnnealingLR beyond", 9, 0.01, 5));
  resumed(of<CosineAnnealingWarmRestarts>("CosineAnnealingWarmRestarts", 4, 2, 0.001, 5));
}

TEST_CASE("warm restarts may be stepped to points between epochs") {
  const auto& expected = frozen().at("CosineAnnealingWarmRestarts fractional");
  for (std::size_t i = 0; i < 30; ++i) {
    INFO("point ", i);
    Two two;
    two.optimizer.set_lr(0.1, 0);
    CosineAnnealingWarmRestarts schedule(two.optimizer, 3, 2, 0.01);
    schedule.step(0.85 * static_cast<double>(i));
    CHECK(std::abs(two.optimizer.lr() - expected[i][0].get<double>()) < 1e-12);
    schedule.step();
    CHECK(std::abs(two.optimizer.lr() - expected[i][1].get<double>()) < 1e-12);
  }
  Two two;
  CosineAnnealingWarmRestarts thrice(two.optimizer, 1, 3);
  thrice.step(121.0);  // 1 + 3 + 9 + 27 + 81: a restart, which a logarithm may miss
  CHECK(two.optimizer.lr() == 0.1);
}

TEST_CASE("a rate that something else has changed is moved on by the same factor") {
  Two two;
  ExponentialLR schedule(two.optimizer, 0.5);
  schedule.step();
  two.optimizer.set_lr(1, 0);
  schedule.step();
  CHECK(two.optimizer.lr(0) == 0.5);
  CHECK(two.optimizer.lr(1) == 0.005);
  Two both;  // two schedules that know nothing of one another
  StepLR a(both.optimizer, 2, 0.5);
  ExponentialLR b(both.optimizer, 0.5);
  for (int t = 0; t < 3; ++t) a.step(), b.step();
  CHECK(both.optimizer.lr(0) == doctest::Approx(0.1 * 0.5 * 0.125));
}

TEST_CASE("a group that is added later joins with its rate as it is") {
  Two two;
  ExponentialLR schedule(two.optimizer, 0.5);
  schedule.step();
  two.optimizer.add_param_group({zeros({1}, {.requires_grad = true})}, {.lr = 1});
  schedule.step();
  CHECK(two.optimizer.lr(0) == 0.025);
  CHECK(two.optimizer.lr(2) == 0.5);
  schedule.step();
  CHECK(two.optimizer.lr(2) == 0.25);
}

TEST_CASE("a state that was saved right after a group was added goes on with the same rates") {
  const std::vector<Call<Made(SGD&)>> makers = {
      [](SGD& o) -> Made { return std::make_shared<ExponentialLR>(o, 0.5); },
      [](SGD& o) -> Made { return std::make_shared<CosineAnnealingWarmRestarts>(o, 3); },
      [](SGD& o) -> Made {
        return std::make_shared<ChainedScheduler>(
            Schedules{std::make_shared<ExponentialLR>(o, 0.5), std::make_shared<StepLR>(o, 2)});
      },
      [](SGD& o) -> Made {
        return std::make_shared<SequentialLR>(
            o, Schedules{std::make_shared<StepLR>(o, 2), std::make_shared<ExponentialLR>(o, 0.5)},
            std::vector<std::int64_t>{3});
      }};
  const auto add = [](Two& two) {
    two.optimizer.add_param_group({zeros({1}, {.requires_grad = true})}, {.lr = 1});
  };
  for (std::size_t i = 0; i < makers.size(); ++i) {
    INFO("schedule ", i);
    Two straight;
    const Made schedule = makers[i](straight.optimizer);
    schedule->step();
    add(straight);
    const StateDict optimizer_state = straight.optimizer.state_dict();
    const StateDict state = schedule->state_dict();
    Two again;
    add(again);
    const Made resumed = makers[i](again.optimizer);
    again.optimizer.load_state_dict(optimizer_state);
    resumed->load_state_dict(state);
    for (int t = 0; t < 4; ++t) {
      CHECK(resumed->get_last_lr() == schedule->get_last_lr());
      schedule->step();
      resumed->step();
    }
    CHECK(resumed->get_last_lr()[2] < 1);
    CHECK(resumed->get_last_lr() == schedule->get_last_lr());
  }
}

TEST_CASE("ReduceLROnPlateau takes a group that is added later through a save") {
  const auto add = [](Two& two) {
    two.optimizer.add_param_group({zeros({1}, {.requires_grad = true})}, {.lr = 1});
  };
  Two straight, again;
  ReduceLROnPlateau schedule(straight.optimizer, {.patience = 0, .min_lr = 0.01});
  add(straight);
  add(again);
  ReduceLROnPlateau resumed(again.optimizer, {.patience = 3});
  resumed.load_state_dict(schedule.state_dict());
  for (int t = 0; t < 4; ++t) {
    schedule.step(1.0);
    resumed.step(1.0);
    CHECK(resumed.get_last_lr() == schedule.get_last_lr());
  }
  for (const double rate : resumed.get_last_lr()) CHECK(rate == doctest::Approx(0.01));
}

TEST_CASE("OneCycleLR cycles the first of the betas") {
  Tensor p = zeros({1}, {.requires_grad = true});
  Adam optimizer({p}, {.lr = 1});
  OneCycleLR schedule(optimizer, {.max_lr = 0.1, .total_steps = 10, .pct_start = 0.5});
  CHECK(optimizer.options().betas[0] == 0.95);
  CHECK(optimizer.lr() == doctest::Approx(0.1 / 25));
  for (int t = 0; t < 4; ++t) schedule.step();
  CHECK(optimizer.options().betas[0] == doctest::Approx(0.85));
  CHECK(optimizer.options().betas[1] == 0.999);
  CHECK(optimizer.lr() == doctest::Approx(0.1));
  for (int t = 0; t < 6; ++t) schedule.step();
  const std::string message = thrown<Error>([&] { schedule.step(); });
  CHECK(message == "OneCycleLR: all 10 steps are done; total_steps must count every step()");
  CHECK(schedule.last_epoch() == 10);
}

// -- mistakes that others have made

TEST_CASE("StepLR does not compound: between its steps the rate stays") {
  Two two;
  StepLR schedule(two.optimizer, 3, 0.5);
  std::vector<double> rates = {two.optimizer.lr()};
  for (int t = 0; t < 8; ++t) schedule.step(), rates.push_back(two.optimizer.lr());
  CHECK(rates == std::vector<double>{0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025});
}

TEST_CASE("ExponentialLR multiplies once an epoch, and not by the epoch's power each time") {
  Two two;
  ExponentialLR schedule(two.optimizer, 0.5);
  for (double expected : {0.05, 0.025, 0.0125, 0.00625}) {
    schedule.step();
    CHECK(two.optimizer.lr() == expected);
  }
}

TEST_CASE("CosineAnnealingLR is half way down in the middle and at eta_min at T_max") {
  Two two;
  CosineAnnealingLR schedule(two.optimizer, 10, 0.02);
  for (int t = 0; t < 5; ++t) schedule.step();
  CHECK(two.optimizer.lr(0) == doctest::Approx(0.06));
  CHECK(two.optimizer.lr(1) == doctest::Approx(0.02));
  for (int t = 0; t < 5; ++t) schedule.step();
  CHECK(two.optimizer.lr(0) == doctest::Approx(0.02));
}

TEST_CASE("a metric of NaN is no improvement") {
  Two two;
  ReduceLROnPlateau schedule(two.optimizer, {.factor = 0.5, .patience = 1});
  schedule.step(1);
  schedule.step(std::nan(""));
  schedule.step(std::nan(""));
  CHECK(two.optimizer.lr() == 0.05);
}

}  // namespace limpid::lr_scheduler_test
