// What schedules of the learning rate refuse: arguments that make no sense, and states that are not
// theirs.

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "limpid/core/error.h"
#include "limpid/optim/optim.h"
#include "limpid/tensor/creation.h"
#include "tests/call.h"
#include "tests/thrown.h"
#include "tests/two_groups.h"

namespace limpid::lr_scheduler_refusals_test {

using testing::Call;
using testing::thrown;
using Two = testing::TwoGroups;
using namespace optim;

TEST_CASE("schedules refuse what makes no sense, with the reason") {
  struct Row {
    Call<void(SGD&)> call;
    std::string text;
  };
  const double nan = std::nan("");
  const std::vector<Row> rows = {
      {[](SGD& o) { StepLR(o, 0); }, "StepLR: step_size must be at least 1, got 0"},
      {[](SGD& o) { StepLR(o, 1, -0.1); }, "StepLR: gamma must not be negative, got -0.1"},
      {[](SGD& o) { StepLR(o, 1, 0.1, 3); },
       "StepLR: last_epoch = 3 goes on with an earlier run, but group 0 has no initial_lr; load "
       "the "
       "optimiser's state first"},
      {[](SGD& o) { StepLR(o, 1, 0.1, -2); }, "StepLR: last_epoch must be at least -1, got -2"},
      {[](SGD& o) {
         MultiStepLR(o, {3, 0});
       },
       "MultiStepLR: milestones must be at least 1, got 0"},
      {[](SGD& o) { ConstantLR(o, 1.5); }, "ConstantLR: factor must lie in [0, 1], got 1.5"},
      {[](SGD& o) { ConstantLR(o, 0.5, -1); },
       "ConstantLR: total_iters must not be negative, got -1"},
      {[](SGD& o) { LinearLR(o, 0); }, "LinearLR: start_factor must lie in (0, 1], got 0"},
      {[](SGD& o) { LinearLR(o, 0.5, 2); }, "LinearLR: end_factor must lie in [0, 1], got 2"},
      {[](SGD& o) { LinearLR(o, 0.5, 1, 0); }, "LinearLR: total_iters must be at least 1, got 0"},
      {[&](SGD& o) { ExponentialLR(o, nan); },
       "ExponentialLR: gamma must not be negative, got nan"},
      {[](SGD& o) { PolynomialLR(o, 0); }, "PolynomialLR: total_iters must be at least 1, got 0"},
      {[](SGD& o) { PolynomialLR(o, 1, -1); }, "PolynomialLR: power must not be negative, got -1"},
      {[](SGD& o) { CosineAnnealingLR(o, 0); },
       "CosineAnnealingLR: T_max must be at least 1, got 0"},
      {[](SGD& o) { CosineAnnealingWarmRestarts(o, 0); },
       "CosineAnnealingWarmRestarts: T_0 must be at least 1, got 0"},
      {[](SGD& o) { CosineAnnealingWarmRestarts(o, 1, 0); },
       "CosineAnnealingWarmRestarts: T_mult must be at least 1, got 0"},
      {[](SGD& o) { CosineAnnealingWarmRestarts(o, 1).step(-0.5); },
       "CosineAnnealingWarmRestarts: epoch must lie in [0, 2^53], got -0.5"},
      {[](SGD& o) { LambdaLR(o, std::vector<LRFunction>(3)); },
       "LambdaLR: expected 2 functions, one a group, got 3"},
      {[](SGD& o) { MultiplicativeLR(o, LRFunction()); }, "MultiplicativeLR: function 0 is empty"},
      {[](SGD& o) { OneCycleLR(o, {.total_steps = 5}); }, "OneCycleLR: max_lr must be given"},
      {[](SGD& o) { OneCycleLR(o, {.max_lr = 0.1, .epochs = 5}); },
       "OneCycleLR: give total_steps, or epochs and steps_per_epoch"},
      {[](SGD& o) { OneCycleLR(o, {.max_lr = 0.1, .total_steps = 0}); },
       "OneCycleLR: total_steps must lie in [1, 2^31], got 0"},
      {[](SGD& o) { OneCycleLR(o, {.max_lr = 0.1, .total_steps = 5, .pct_start = 2}); },
       "OneCycleLR: pct_start must lie in [0, 1], got 2"},
      {[](SGD& o) {
         OneCycleLR(o, {.max_lr = {0.1, 0.1, 0.1}, .total_steps = 5});
       },
       "OneCycleLR: max_lr has 3 values, but the optimiser has 2 groups"},
      {[](SGD& o) { OneCycleLR(o, {.max_lr = 0.1, .total_steps = 5, .max_momentum = 1.0}); },
       "OneCycleLR: max_momentum must lie in [0, 1), got 1"},
      {[](SGD&) {
         Adagrad a({zeros({1}, {.requires_grad = true})});
         OneCycleLR(a, {.max_lr = 0.1, .total_steps = 5});
       },
       "OneCycleLR: Adagrad has neither momentum nor betas; say {.cycle_momentum = false}"},
      {[](SGD& o) { CyclicLR(o, {.base_lr = 0.1}); }, "CyclicLR: max_lr must be given"},
      {[](SGD& o) { CyclicLR(o, {.base_lr = 0.1, .max_lr = 1.0, .step_size_up = 0}); },
       "CyclicLR: step_size_up must be at least 1, got 0"},
      {[](SGD& o) { ReduceLROnPlateau(o, {.factor = 1}); },
       "ReduceLROnPlateau: factor must lie in [0, 1), got 1"},
      {[](SGD& o) { ReduceLROnPlateau(o, {.patience = -1}); },
       "ReduceLROnPlateau: patience must not be negative, got -1"},
      {[](SGD& o) { static_cast<LRScheduler&&>(ReduceLROnPlateau(o)).step(); },
       "ReduceLROnPlateau: step needs the metric: schedule.step(loss)"},
      {[](SGD& o) { SequentialLR(o, {}, {}); }, "SequentialLR: there is no schedule"},
      {[](SGD& o) { SequentialLR(o, {std::make_shared<StepLR>(o, 1)}, {3}); },
       "SequentialLR: milestones must be one fewer than the 1 schedules, got 1"},
      {[](SGD& o) {
         SequentialLR(o,
                      {std::make_shared<StepLR>(o, 1), std::make_shared<StepLR>(o, 1),
                       std::make_shared<StepLR>(o, 1)},
                      {5, 3});
       },
       "SequentialLR: milestones must not be negative and must rise, got 3 at 1"},
      {[](SGD& o) {
         ChainedScheduler({std::make_shared<StepLR>(o, 1), std::make_shared<ReduceLROnPlateau>(o)});
       },
       "ChainedScheduler: schedule 1 is ReduceLROnPlateau, whose step needs a metric"},
      {[](SGD& o) {
         Two other;
         ChainedScheduler(
             {std::make_shared<StepLR>(o, 1), std::make_shared<StepLR>(other.optimizer, 1)});
       },
       "ChainedScheduler: schedule 1 (StepLR) has another optimiser"},
  };
  for (const Row& row : rows) {
    Two two;
    const std::string message = thrown<Error>([&] { row.call(two.optimizer); });
    CHECK_MESSAGE(message.find(row.text) == 0, message);
  }
}

TEST_CASE("a schedule refuses a state that is not its own, and changes nothing") {
  Two two;
  StepLR step(two.optimizer, 2);
  CosineAnnealingLR cosine(two.optimizer, 5);
  step.step();
  const std::vector<double> before = two.values();
  const std::string message = thrown<Error>([&] { step.load_state_dict(cosine.state_dict()); });
  CHECK_MESSAGE(message.find("StepLR.load_state_dict: the state has no entry 'step_size'") == 0,
                message);
  StateDict state = step.state_dict();
  state.push_back({"gammma", zeros({})});
  CHECK(thrown<Error>([&] { step.load_state_dict(state); }) ==
        "StepLR.load_state_dict: unexpected: 'gammma'");
  CHECK(step.last_epoch() == 1);
  CHECK(two.values() == before);
}

TEST_CASE("a schedule loads no number that its constructor would refuse") {
  Two two;
  StepLR step(two.optimizer, 2);
  const auto with = [&](const LRScheduler& schedule, std::string_view name, Scalar value) {
    StateDict state = schedule.state_dict();
    for (NamedTensor& entry : state)
      if (entry.name == name) entry.tensor = full({}, value, {.dtype = entry.tensor.dtype()});
    return state;
  };
  const auto refusal = [&](LRScheduler& schedule, std::string_view name, Scalar value) {
    return thrown<Error>([&] { schedule.load_state_dict(with(schedule, name, value)); });
  };
  CHECK(refusal(step, "step_size", std::int64_t{0}) ==
        "StepLR.load_state_dict: step_size is 0; it must be at least 1");
  CHECK(refusal(step, "last_epoch", std::int64_t{-1}) ==
        "StepLR.load_state_dict: last_epoch is -1; it must be at least 0");
  CHECK(refusal(step, "last_epoch", std::numeric_limits<std::int64_t>::max()) ==
        "StepLR.load_state_dict: last_epoch is 9223372036854775807; it must be at most 2^53");
  CHECK(refusal(step, "gamma", std::nan("")) ==
        "StepLR.load_state_dict: gamma is nan; it must be a number");
  step.step();  // nothing was taken over: this would divide by a step_size of 0
  CHECK(step.last_epoch() == 1);

  auto restarts = std::make_shared<CosineAnnealingWarmRestarts>(two.optimizer, 3);
  SequentialLR both(two.optimizer, {std::make_shared<StepLR>(two.optimizer, 1), restarts}, {2});
  CHECK(refusal(both, "schedulers.1.T_0", std::int64_t{0}) ==
        "SequentialLR.load_state_dict: schedulers.1.T_0 is 0; it must be at least 1");
}

}  // namespace limpid::lr_scheduler_refusals_test
