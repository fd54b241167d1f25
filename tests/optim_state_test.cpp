// The saved state of optimisers: a run goes on with the very same steps, and what does not fit is
// refused whole.

// covers: optimizer_step

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/state_dict.h"
#include "limpid/ops/ops.h"
#include "limpid/optim/optim.h"
#include "limpid/tensor/creation.h"
#include "tests/optimizer_traces.h"
#include "tests/thrown.h"

namespace limpid::optim_state_test {

using namespace testing::traces;
using testing::Call;
using testing::thrown;

TEST_CASE("a run that goes on from a saved state takes the very same steps") {
  for (const TraceCase& c : trace_cases()) {
    INFO(std::string(c.name));
    Problem straight, first;
    const auto whole = c.make(straight.parameters());
    auto half = c.make(first.parameters());
    for (int t = 1; t <= 30; ++t) {
      straight.set_gradients(t, c.skip_b);
      whole->step();
      if (t == 15) {  // a fresh optimiser with other settings takes over
        auto next = c.make(first.parameters());
        next->set_lr(123);
        next->load_state_dict(half->state_dict());
        half = std::move(next);
      }
      first.set_gradients(t, c.skip_b);
      half->step();
      CHECK(first.values() == straight.values());
    }
    const StateDict a = whole->state_dict(), b = half->state_dict();
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      CHECK(a[i].name == b[i].name);
      CHECK(a[i].tensor.to_vector<double>() == b[i].tensor.to_vector<double>());
    }
  }
}

TEST_CASE("loading the state of an optimiser that has not stepped begins anew") {
  Problem again, fresh;
  Adam reloaded(again.parameters(), {.lr = 0.01}), other(fresh.parameters(), {.lr = 0.01});
  const StateDict nothing = reloaded.state_dict();
  again.set_gradients(5, false);
  reloaded.step();
  reloaded.load_state_dict(nothing);
  again.w.detach().copy_(fresh.w.detach());
  again.b.detach().copy_(fresh.b.detach());
  again.set_gradients(1, false);
  fresh.set_gradients(1, false);
  reloaded.step();
  other.step();
  CHECK(again.values() == fresh.values());
}

TEST_CASE("a state that does not fit is refused whole") {
  Problem problem;
  Adam adam(problem.parameters(), {.lr = 0.01});
  problem.set_gradients(1, false);
  adam.step();
  const StateDict good = adam.state_dict();
  const auto load = [&](const Call<void(StateDict&)>& change) {
    StateDict state = good;
    change(state);
    return thrown<Error>([&] { adam.load_state_dict(state); });
  };
  const auto replace = [](StateDict& s, const char* name, Tensor value) {
    for (NamedTensor& entry : s)
      if (entry.name == name) entry.tensor = value;
  };
  struct Row {
    Call<void(StateDict&)> change;
    std::string text;
  };
  const std::vector<Row> rows = {
      {[](StateDict& s) {
         std::erase_if(s, [](auto& e) { return e.name == "param_groups.0.lr"; });
       },
       "missing: param_groups.0.lr"},
      {[&](StateDict& s) { replace(s, "state.0.exp_avg", zeros({3})); },
       "state.0.exp_avg is float32 (3,), its parameter is float32 (2, 2)"},
      {[&](StateDict& s) { replace(s, "param_groups.0.lr", zeros({2})); },
       "param_groups.0.lr must be one number"},
      {[&](StateDict& s) { replace(s, "param_groups.0.size", tensor({5}).reshape({})); },
       "param_groups.0.size is 5, this group has 2 parameters"},
      {[](StateDict& s) {
         s.push_back({"state.0.exp_avgg", zeros({2, 2})});
       },
       "unexpected: 'state.0.exp_avgg' (did you mean 'state.0.exp_avg'?)"},
  };
  for (const Row& row : rows) {
    StateDict changed_lr;
    adam.set_lr(0.5);
    const std::string message = load(row.change);
    CHECK_MESSAGE(message.find(row.text) != std::string::npos, message);
    CHECK(message.find("Adam.load_state_dict: the state does not fit, nothing was loaded") == 0);
    CHECK(adam.lr() == 0.5);
  }
  CHECK_NOTHROW(adam.load_state_dict(good));
  CHECK(adam.lr() == 0.01);
}

TEST_CASE("settings that no constructor takes are not loaded either, nor is anything beside them") {
  const double nan = std::nan("");
  struct Row {
    const char *optimizer, *entry;
    double value;
    const char* text;
  };
  const std::vector<Row> rows = {
      {"Adam", "param_groups.0.lr", -1, "Adam: lr must not be negative, got -1"},
      {"Adam", "param_groups.0.lr", nan, "Adam: lr must not be negative, got nan"},
      {"Adam", "param_groups.1.beta2", 1.5, "Adam: betas[1] must lie in [0, 1), got 1.5"},
      {"Adam", "param_groups.0.initial_lr", nan, "initial_lr must not be negative, got nan"},
      {"Adam", "state.1.step", -1, "state.1.step must not be negative, got -1"},
      {"SGD", "param_groups.1.momentum", nan, "SGD: momentum must not be negative, got nan"},
      {"LBFGS", "param_groups.0.max_iter", 0, "LBFGS: max_iter must be at least 1, got 0"},
      {"LBFGS", "param_groups.0.max_eval", -3, "LBFGS: max_eval must be at least 1, got -3"},
      {"LBFGS", "param_groups.0.tolerance_grad", nan,
       "LBFGS: tolerance_grad must not be negative, got nan"},
      {"LBFGS", "state.0.n_iter", -1, "state.0.n_iter must lie in [1, 2^53], got -1"},
  };
  for (const Row& row : rows) {
    INFO(std::string(row.optimizer), " ", std::string(row.entry));
    Problem problem;
    std::unique_ptr<Optimizer> optimizer;
    if (row.optimizer == std::string("LBFGS")) {
      optimizer = std::make_unique<LBFGS>(problem.parameters());
    } else if (row.optimizer == std::string("SGD")) {
      auto sgd = std::make_unique<SGD>(std::vector{problem.w}, SGDOptions{.momentum = 0.5});
      sgd->add_param_group({problem.b}, {});
      optimizer = std::move(sgd);
    } else {
      auto adam = std::make_unique<Adam>(std::vector{problem.w});
      adam->add_param_group({problem.b}, {});
      optimizer = std::move(adam);
    }
    optimizer->set_initial_lr(0.25);
    problem.set_gradients(1, false);
    optimizer->step([&] { return problem.w.detach().sum(); });
    StateDict state = optimizer->state_dict();
    bool found = false;
    for (NamedTensor& entry : state) {
      entry.tensor = entry.tensor.clone();
      if (entry.name != row.entry) continue;
      entry.tensor = full({}, row.value, {.dtype = DType::f64});
      found = true;
    }
    REQUIRE(found);
    optimizer->set_lr(0.125);
    problem.set_gradients(2, false);
    optimizer->step([&] { return problem.w.detach().sum(); });
    const StateDict before = optimizer->state_dict();
    const std::string message = thrown<Error>([&] { optimizer->load_state_dict(state); });
    CHECK_MESSAGE(message.find(row.text) != std::string::npos, message);
    const StateDict after = optimizer->state_dict();
    REQUIRE(after.size() == before.size());
    for (std::size_t i = 0; i < after.size(); ++i)
      CHECK(after[i].tensor.to_vector<double>() == before[i].tensor.to_vector<double>());
  }
}

}  // namespace limpid::optim_state_test
