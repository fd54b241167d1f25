// Optimisers and schedules: 30 steps as PyTorch takes them, exact resume, refused arguments.

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/optim/adam.h"
#include "limpid/optim/lr_scheduler.h"
#include "limpid/optim/sgd.h"
#include "limpid/tensor/creation.h"

using namespace limpid;
using namespace limpid::optim;

namespace {

const nlohmann::json& frozen() {
  static const nlohmann::json traces = [] {
    std::ifstream file(LIMPID_SOURCE_DIR "/tests/golden/optim.json");
    REQUIRE(file.good());
    return nlohmann::json::parse(file);
  }();
  return traces;
}

/// The two parameters of tests/golden/make_optim_traces.py, and its gradients.
struct Problem {
  Tensor w, b;

  explicit Problem(TensorOptions options = {}) {
    w = tensor({{0.5, -1.25}, {2.0, 0.03125}}, options).requires_grad_();
    b = tensor({-0.75}, options).requires_grad_();
  }
  std::vector<Tensor> parameters() const { return {w, b}; }
  void set_gradients(int t, bool skip_b) {
    set_gradient(w, t, 0);
    set_gradient(b, t, 4);
    if (skip_b && t % 2 == 0) b.zero_grad();
  }
  std::vector<double> values() const {
    std::vector<double> out = w.to_vector<double>();
    out.push_back(b.item());
    return out;
  }

 private:
  static void set_gradient(Tensor& p, int t, int first) {
    std::vector<double> g = p.to_vector<double>();
    for (std::size_t i = 0; i < g.size(); ++i)
      g[i] = std::sin(0.7 * t + 0.3 * (static_cast<double>(i) + first)) + 0.1 * g[i];
    p.set_grad(from_values(std::span<const double>(g), p.shape(), {.dtype = p.dtype()}));
  }
};

using Make = std::function<std::unique_ptr<Optimizer>(std::vector<Tensor>)>;
struct TraceCase {
  const char* name;
  Make make;
  bool skip_b = false;
};

Make sgd(SGDOptions options) {
  return [=](std::vector<Tensor> p) { return std::make_unique<SGD>(std::move(p), options); };
}
Make adam(AdamOptions options) {
  return [=](std::vector<Tensor> p) { return std::make_unique<Adam>(std::move(p), options); };
}

const std::vector<TraceCase>& trace_cases() {
  static const std::vector<TraceCase> cases = {
      {"SGD", sgd({.lr = 0.1})},
      {"SGD momentum", sgd({.lr = 0.05, .momentum = 0.9})},
      {"SGD dampening", sgd({.lr = 0.05, .momentum = 0.8, .dampening = 0.3})},
      {"SGD weight decay", sgd({.lr = 0.1, .weight_decay = 0.05})},
      {"SGD nesterov", sgd({.lr = 0.05, .momentum = 0.9, .nesterov = true})},
      {"SGD all", sgd({.lr = 0.03, .momentum = 0.7, .weight_decay = 0.1, .nesterov = true}), true},
      {"Adam", adam({.lr = 0.01})},
      {"Adam betas", adam({.lr = 0.05, .betas = {0.5, 0.9}, .eps = 1e-3})},
      {"Adam weight decay", adam({.lr = 0.02, .weight_decay = 0.1}), true},
      {"Adam amsgrad", adam({.lr = 0.05, .betas = {0.8, 0.7}, .amsgrad = true})},
      {"Adam all", adam({.lr = 0.02, .weight_decay = 0.1, .amsgrad = true}), true},
  };
  return cases;
}

void check_near(const std::vector<double>& found, const nlohmann::json& expected,
                double tolerance) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK_MESSAGE(std::abs(found[i] - expected[i].get<double>()) <= tolerance, "element ", i, ": ",
                  found[i], " against ", expected[i].get<double>());
}

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("optimisers take PyTorch's 30 steps") {
  for (const TraceCase& c : trace_cases()) {
    INFO(c.name);
    Problem problem;
    const auto optimizer = c.make(problem.parameters());
    for (int t = 1; t <= 30; ++t) {
      INFO("step ", t);
      problem.set_gradients(t, c.skip_b);
      optimizer->step();
      check_near(problem.values(), frozen().at(c.name)[static_cast<std::size_t>(t - 1)], 1e-6);
    }
  }
}

TEST_CASE("float64, float16 and strided parameters take the same steps") {
  for (const TraceCase& c : trace_cases()) {
    INFO(c.name);
    for (DType dtype : {DType::f64, DType::f16, DType::bf16}) {
      INFO(name_of(dtype));
      Problem problem({.dtype = dtype});
      const auto optimizer = c.make(problem.parameters());
      for (int t = 1; t <= 30; ++t) {
        problem.set_gradients(t, c.skip_b);
        optimizer->step();
      }
      const double allowed = dtype == DType::f64 ? 2e-6 : dtype == DType::f16 ? 0.04 : 0.3;
      check_near(problem.values(), frozen().at(c.name).back(), allowed);
    }
    Problem problem;
    problem.w = problem.w.detach().t().clone().t().requires_grad_();  // columns lie together
    REQUIRE_FALSE(problem.w.is_contiguous());
    const auto optimizer = c.make(problem.parameters());
    for (int t = 1; t <= 30; ++t) {
      problem.set_gradients(t, c.skip_b);
      optimizer->step();
    }
    check_near(problem.values(), frozen().at(c.name).back(), 1e-6);
  }
}

TEST_CASE("the fast step is the reference's, for sizes around a vector and many elements") {
  for (std::int64_t n : {0, 1, 7, 16, 33, 1000, 100000}) {
    const auto make = [&](std::uint64_t seed) {
      Tensor t = empty({n});
      Generator generator(seed);
      fill_uniform(t, -1, 1, generator);
      return t;
    };
    for (const SgdStep& rule : {SgdStep{0.1, 0.9, 0.2, 0.01, false}, SgdStep{0.1, 0.9, 0, 0, true},
                                SgdStep{0.1, 0, 0, 0.01, false}}) {
      const bool momentum = rule.momentum != 0;
      const SgdSlot fast{make(1), make(2), momentum ? make(3) : Tensor()};
      const SgdSlot slow{make(1), make(2), momentum ? make(3) : Tensor()};
      optimizer_step(rule, std::span(&fast, 1));
      rule.run(Reference{}, std::span(&slow, 1));
      const auto a = fast.parameter.to_vector<double>(), b = slow.parameter.to_vector<double>();
      double worst = 0;
      for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
      CHECK(worst <= 3e-7);
    }
    // Squares that are not near 0: there, a rounding of the gradient would move the step by much.
    AdamSlot fast{make(1), make(2), make(3), full({n}, 0.5), zeros({n}), 3};
    AdamSlot slow{make(1), make(2), make(3), full({n}, 0.5), zeros({n}), 3};
    const AdamStep rule{.lr = 0.01, .weight_decay = 0.1};
    optimizer_step(rule, std::span<const AdamSlot>(&fast, 1));
    rule.run(Reference{}, std::span<const AdamSlot>(&slow, 1));
    const auto a = fast.parameter.to_vector<double>(), b = slow.parameter.to_vector<double>();
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
    CHECK(worst <= 3e-7);
  }
}

TEST_CASE(
    "an infinite parameter without weight decay stays infinite; NaN reaches amsgrad's maximum") {
  const double inf = std::numeric_limits<double>::infinity();
  Tensor p = tensor({inf, 1.0}).requires_grad_();
  SGD sgd({p}, {.lr = 0.1});
  p.set_grad(tensor({1.0, 1.0}));
  sgd.step();
  CHECK(p[0].item() == inf);
  Tensor q = tensor({1.0}).requires_grad_();
  Adam adam({q}, {.amsgrad = true});
  q.set_grad(tensor({std::nan("")}));
  adam.step();
  q.set_grad(tensor({1.0}));
  adam.step();
  CHECK(std::isnan(find(adam.state_dict(), "state.0.max_exp_avg_sq")->item()));
}

TEST_CASE("a run that goes on from a saved state takes the very same steps") {
  for (const TraceCase& c : trace_cases()) {
    INFO(c.name);
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

TEST_CASE("a state that does not fit is refused whole") {
  Problem problem;
  Adam adam(problem.parameters(), {.lr = 0.01});
  problem.set_gradients(1, false);
  adam.step();
  const StateDict good = adam.state_dict();
  const auto load = [&](const std::function<void(StateDict&)>& change) {
    StateDict state = good;
    change(state);
    return message_of([&] { adam.load_state_dict(state); });
  };
  const auto replace = [](StateDict& s, const char* name, Tensor value) {
    for (NamedTensor& entry : s)
      if (entry.name == name) entry.tensor = value;
  };
  struct Row {
    std::function<void(StateDict&)> change;
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

TEST_CASE("parameter groups have settings of their own") {
  Tensor a = tensor({1.0}).requires_grad_(), b = tensor({1.0}).requires_grad_();
  SGD optimizer({a}, {.lr = 0.1});
  optimizer.add_param_group({b}, {.lr = 0.5, .weight_decay = 1});
  CHECK(optimizer.group_count() == 2);
  a.set_grad(tensor({1.0}));
  b.set_grad(tensor({1.0}));
  optimizer.step();
  CHECK(a.item() == doctest::Approx(0.9));
  CHECK(b.item() == doctest::Approx(0));  // 1 - 0.5 (1 + 1)
  optimizer.zero_grad();
  CHECK_FALSE(a.grad().defined());
  CHECK_FALSE(b.grad().defined());
  optimizer.step();  // nothing has a gradient: nothing moves
  CHECK(a.item() == doctest::Approx(0.9));
}

TEST_CASE("a step counts as an in-place change") {
  Tensor p = tensor({2.0}).requires_grad_();
  const Tensor loss = (p * p).sum();
  SGD optimizer({p}, {.lr = 0.1});
  p.set_grad(tensor({1.0}));
  optimizer.step();
  const std::string message = message_of([&] { loss.backward(); });
  CHECK_MESSAGE(message.find("changed in place by optimizer step") != std::string::npos, message);
}

TEST_CASE("wrong arguments are refused with the reason") {
  Tensor p = tensor({1.0}).requires_grad_();
  const Tensor result = p * p;
  const double nan = std::nan("");
  struct Row {
    std::function<void()> call;
    std::string text;
  };
  const std::vector<Row> rows = {
      {[&] { SGD({p}, {.lr = -0.1}); }, "SGD: lr must not be negative, got -0.1"},
      {[&] { SGD({p}, {.lr = nan}); }, "SGD: lr must not be negative, got nan"},
      {[&] { SGD({p}, {.momentum = -1}); }, "SGD: momentum must not be negative, got -1"},
      {[&] { SGD({p}, {.weight_decay = -1}); }, "SGD: weight_decay must not be negative, got -1"},
      {[&] { SGD({p}, {.nesterov = true}); },
       "SGD: nesterov needs momentum above 0 and dampening 0"},
      {[&] { SGD({p}, {.momentum = 0.9, .dampening = 0.1, .nesterov = true}); },
       "SGD: nesterov needs momentum above 0 and dampening 0"},
      {[&] { SGD(std::vector<Tensor>{}); },
       "SGD: the list of parameters is empty; pass model.parameters()"},
      {[&] {
         SGD({p, p});
       },
       "SGD: parameter 1 of shape (1,) is given twice"},
      {[&] { SGD({Tensor()}); }, "SGD: parameter 0 is undefined"},
      {[&] { SGD({result}); }, "is the result of Multiply; only leaves can be optimised"},
      {[&] {
         Adam({p}, {.betas = {0.9, 1}});
       },
       "Adam: betas[1] must lie in [0, 1), got 1"},
      {[&] { Adam({p}, {.eps = -1}); }, "Adam: eps must not be negative, got -1"},
      {[&] { Adam({p}, {}).set_lr(-1); }, "Adam: lr must not be negative, got -1"},
      {[&] {
         SGD s({p});
         StepLR(s, 0);
       },
       "StepLR: step_size must be at least 1, got 0"},
      {[&] {
         SGD s({p});
         StepLR(s, 1, -0.1);
       },
       "StepLR: gamma must not be negative, got -0.1"},
      {[&] {
         SGD s({p});
         CosineAnnealingLR(s, 0);
       },
       "CosineAnnealingLR: T_max must be at least 1, got 0"},
  };
  for (const Row& row : rows) {
    const std::string message = message_of(row.call);
    CHECK_MESSAGE(message.find(row.text) != std::string::npos, message);
  }
  CHECK(SGDOptions{}.nesterov == false);
}

TEST_CASE("schedules give PyTorch's rates, for each group, and go on from a saved state") {
  struct Row {
    const char* name;
    std::function<std::unique_ptr<LRScheduler>(Optimizer&)> make;
  };
  const std::vector<Row> rows = {
      {"StepLR", [](Optimizer& o) { return std::make_unique<StepLR>(o, 7, 0.3); }},
      {"StepLR every epoch", [](Optimizer& o) { return std::make_unique<StepLR>(o, 1, 0.9); }},
      {"CosineAnnealingLR",
       [](Optimizer& o) { return std::make_unique<CosineAnnealingLR>(o, 30); }},
      {"CosineAnnealingLR beyond",
       [](Optimizer& o) { return std::make_unique<CosineAnnealingLR>(o, 9, 0.01); }},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Tensor p = zeros({1}, {.requires_grad = true}), q = zeros({1}, {.requires_grad = true});
    SGD optimizer({p}, {.lr = 0.1});
    optimizer.add_param_group({q}, {.lr = 0.02});
    auto schedule = row.make(optimizer);
    for (std::size_t epoch = 0; epoch <= 30; ++epoch) {
      INFO("epoch ", epoch);
      check_near(schedule->get_last_lr(), frozen().at(row.name)[epoch], 1e-12);
      if (epoch == 13) {
        const StateDict state = schedule->state_dict();
        optimizer.set_lr(7);  // what a fresh program would begin with
        schedule = row.make(optimizer);
        schedule->load_state_dict(state);
        CHECK(schedule->last_epoch() == 13);
        check_near(schedule->get_last_lr(), frozen().at(row.name)[epoch], 1e-12);
      }
      schedule->step();
    }
  }
}

TEST_CASE("a schedule refuses a state that is not its own") {
  Tensor p = zeros({1}, {.requires_grad = true});
  SGD optimizer({p}, {.lr = 0.1});
  StepLR step(optimizer, 2);
  CosineAnnealingLR cosine(optimizer, 5);
  const std::string message = message_of([&] { step.load_state_dict(cosine.state_dict()); });
  CHECK_MESSAGE(message.find("StepLR.load_state_dict: the state has no entry 'step_size'") == 0,
                message);
  CHECK(step.last_epoch() == 0);
}
