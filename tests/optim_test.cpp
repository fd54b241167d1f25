// Optimisers: 30 steps as PyTorch takes them, kernels against the reference, exact resume, refused
// arguments.

// covers: optimizer_step
#include "limpid/optim/optim.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "limpid/autograd/grad_mode.h"
#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/state_dict.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/call.h"
#include "tests/json_file.h"
#if LIMPID_HAS_CPU
#include "limpid/backends/cpu/simd.h"
#include "limpid/ops/optimizer_step/optimizer_loops.h"
#include "tests/thrown.h"
#endif

namespace limpid::optim_test {

using testing::Call;
using testing::thrown;
using namespace optim;

namespace {

const nlohmann::json& frozen() {
  static const nlohmann::json traces = testing::read_golden("optim.json");
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

using Make = Call<std::unique_ptr<Optimizer>(std::vector<Tensor>)>;
struct TraceCase {
  const char* name;
  Make make;
  bool skip_b = false;
};

template <class O, class Options>
Make make(Options options) {
  return [=](std::vector<Tensor> p) { return std::make_unique<O>(std::move(p), options); };
}
Make sgd(SGDOptions o) { return make<SGD>(o); }
Make adam(AdamOptions o) { return make<Adam>(o); }
Make adamw(AdamWOptions o) { return make<AdamW>(o); }
Make adagrad(AdagradOptions o) { return make<Adagrad>(o); }
Make adadelta(AdadeltaOptions o) { return make<Adadelta>(o); }
Make rmsprop(RMSpropOptions o) { return make<RMSprop>(o); }
Make adamax(AdamaxOptions o) { return make<Adamax>(o); }
Make nadam(NAdamOptions o) { return make<NAdam>(o); }
Make radam(RAdamOptions o) { return make<RAdam>(o); }
Make rprop(RpropOptions o) { return make<Rprop>(o); }

const std::vector<TraceCase>& trace_cases() {
  static const std::vector<TraceCase> cases = {
      {"SGD", sgd({.lr = 0.1})},
      {"SGD momentum", sgd({.lr = 0.05, .momentum = 0.9})},
      {"SGD dampening", sgd({.lr = 0.05, .momentum = 0.8, .dampening = 0.3})},
      {"SGD weight decay", sgd({.lr = 0.1, .weight_decay = 0.05})},
      {"SGD nesterov", sgd({.lr = 0.05, .momentum = 0.9, .nesterov = true})},
      {"SGD all", sgd({.lr = 0.03, .momentum = 0.7, .weight_decay = 0.1, .nesterov = true}), true},
      {"SGD maximize", sgd({.lr = 0.03, .momentum = 0.7, .weight_decay = 0.1, .maximize = true}),
       true},
      {"Adam", adam({.lr = 0.01})},
      {"Adam betas", adam({.lr = 0.05, .betas = {0.5, 0.9}, .eps = 1e-3})},
      {"Adam weight decay", adam({.lr = 0.02, .weight_decay = 0.1}), true},
      {"Adam amsgrad", adam({.lr = 0.05, .betas = {0.8, 0.7}, .amsgrad = true})},
      {"Adam all", adam({.lr = 0.02, .weight_decay = 0.1, .amsgrad = true}), true},
      {"Adam maximize", adam({.lr = 0.02, .weight_decay = 0.1, .maximize = true}), true},
      {"AdamW", adamw({})},
      {"AdamW weight decay", adamw({.lr = 0.05, .weight_decay = 0.3}), true},
      {"AdamW all",
       adamw({.lr = 0.05,
              .betas = {0.8, 0.7},
              .weight_decay = 0.2,
              .amsgrad = true,
              .maximize = true}),
       true},
      {"Adagrad", adagrad({})},
      {"Adagrad all",
       adagrad({.lr = 0.1,
                .lr_decay = 0.05,
                .weight_decay = 0.1,
                .initial_accumulator_value = 0.3,
                .eps = 1e-3}),
       true},
      {"Adagrad maximize", adagrad({.lr = 0.1, .weight_decay = 0.1, .maximize = true})},
      {"Adadelta", adadelta({})},
      {"Adadelta all", adadelta({.lr = 0.7, .rho = 0.8, .eps = 1e-3, .weight_decay = 0.1}), true},
      {"Adadelta maximize", adadelta({.eps = 1e-3, .weight_decay = 0.1, .maximize = true})},
      {"RMSprop", rmsprop({})},
      {"RMSprop momentum", rmsprop({.lr = 0.005, .alpha = 0.9, .momentum = 0.8}), true},
      {"RMSprop centered", rmsprop({.alpha = 0.9, .eps = 1e-2, .centered = true})},
      {"RMSprop all",
       rmsprop({.alpha = 0.8, .eps = 1e-2, .weight_decay = 0.1, .momentum = 0.5, .centered = true}),
       true},
      {"RMSprop maximize", rmsprop({.weight_decay = 0.1, .maximize = true})},
      {"Adamax", adamax({})},
      {"Adamax all", adamax({.lr = 0.05, .betas = {0.7, 0.8}, .eps = 1e-3, .weight_decay = 0.1}),
       true},
      {"Adamax maximize", adamax({.lr = 0.02, .weight_decay = 0.1, .maximize = true})},
      {"NAdam", nadam({})},
      {"NAdam all",
       nadam({.lr = 0.05,
              .betas = {0.7, 0.8},
              .eps = 1e-3,
              .weight_decay = 0.1,
              .momentum_decay = 0.02}),
       true},
      {"NAdam decoupled",
       nadam({.lr = 0.02, .weight_decay = 0.2, .decoupled_weight_decay = true, .maximize = true}),
       true},
      {"RAdam", radam({})},
      {"RAdam all", radam({.lr = 0.05, .betas = {0.7, 0.9}, .eps = 1e-3, .weight_decay = 0.1}),
       true},
      {"RAdam decoupled",
       radam({.lr = 0.02,
              .betas = {0.9, 0.95},
              .weight_decay = 0.2,
              .decoupled_weight_decay = true,
              .maximize = true}),
       true},
      {"Rprop", rprop({})},
      {"Rprop all", rprop({.lr = 0.05, .etas = {0.4, 1.5}, .step_sizes = {0.02, 0.2}}), true},
      {"Rprop maximize", rprop({.maximize = true})},
  };
  return cases;
}

void check_near(const std::vector<double>& found, const nlohmann::json& expected,
                double tolerance) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double wanted = expected[i].get<double>();
    CHECK_MESSAGE(std::abs(found[i] - wanted) <= tolerance * std::max(1.0, std::abs(wanted)),
                  "element ", i, ": ", found[i], " against ", wanted);
  }
}

}  // namespace

TEST_CASE("optimisers take PyTorch's 30 steps") {
  for (const TraceCase& c : trace_cases()) {
    INFO(std::string(c.name));
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
    INFO(std::string(c.name));
    for (DType dtype : {DType::f64, DType::f16, DType::bf16}) {
      INFO(name_of(dtype));
      Problem problem({.dtype = dtype});
      const auto optimizer = c.make(problem.parameters());
      for (int t = 1; t <= 30; ++t) {
        problem.set_gradients(t, c.skip_b);
        optimizer->step();
      }
      const bool f64 = dtype == DType::f64;
      const double allowed = f64 ? 1e-12 : dtype == DType::f16 ? 0.04 : 0.3;
      check_near(problem.values(), frozen().at(str(c.name, f64 ? " float64" : "")).back(), allowed);
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

#if LIMPID_HAS_CPU
namespace {

/// Every rule with every choice that it makes once a step.
std::vector<StepRule> all_rules() {
  std::vector<StepRule> rules = {SgdStep{.lr = 0.1}};
  for (bool nesterov : {false, true})
    for (bool first : {false, true}) rules.push_back(SgdStep{0.1, 0.9, 0.2, nesterov, first});
  for (bool amsgrad : {false, true}) rules.push_back(AdamStep{.root = 0.7, .amsgrad = amsgrad});
  rules.push_back(AdagradStep{});
  rules.push_back(AdadeltaStep{});
  for (double momentum : {0.0, 0.8})
    for (bool centered : {false, true})
      rules.push_back(RmspropStep{.momentum = momentum, .centered = centered});
  rules.push_back(AdamaxStep{});
  rules.push_back(NadamStep{.gradient_rate = 0.003, .correction = 0.6});
  for (bool rectified : {false, true}) rules.push_back(RadamStep{.rectified = rectified});
  rules.push_back(RpropStep{.step_min = 0.3, .step_max = 0.8});
  return rules;
}

/// Uniform numbers. States are at least 0.4, and squares below 0.3, so that no root is near 0:
/// there a rounding of the gradient would move the step by much. Rprop's last gradient has any
/// sign.
OptimizerSlot random_slot(const StepRule& rule, const Pull& pull, std::int64_t n, DType dtype) {
  const auto uniform = [&](std::uint64_t seed, double low, double high) {
    Tensor t = empty({n}, {.dtype = dtype});
    Generator generator(seed);
    fill_uniform(t, low, high, generator);
    return t;
  };
  const bool any_sign = std::holds_alternative<RpropStep>(rule);
  const bool centered =
      std::holds_alternative<RmspropStep>(rule) && std::get<RmspropStep>(rule).centered;
  OptimizerSlot slot{rule, pull, uniform(1, -1, 1), uniform(2, -1, 1), {}};
  const unsigned used = std::visit([](const auto& r) { return r.states(); }, rule);
  for (std::size_t k = 0; k < 3; ++k)
    if (used >> k & 1)
      slot.state[k] = uniform(3 + k,
                              any_sign && k == 0   ? -1
                              : centered && k == 2 ? 0.1
                                                   : 0.4,
                              centered && k == 2 ? 0.3 : 1);
  return slot;
}

double worst_difference(const Tensor& x, const Tensor& y) {
  const auto a = x.to_vector<double>(), b = y.to_vector<double>();
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    worst = std::max(worst, std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i])));
  return worst;
}

void step_at(SimdLevel level, const OptimizerSlot& slot) {
  const OptimizerLoops& table = at_level(level, LIMPID_LEVELS(optimizer_loops));
  StepMemory memory{slot.pull.weight_decay, slot.pull.shrink,    slot.pull.maximize,
                    slot.parameter->data,   slot.gradient->data, {}};
  for (std::size_t k = 0; k < 3; ++k)
    if (slot.state[k].defined()) memory.state[k] = slot.state[k]->data;
  std::visit(
      [&](const auto& rule) {
        using Rule = std::decay_t<decltype(rule)>;
        const auto& loops = static_cast<const StepLoops<Rule>&>(table);
        (slot.parameter.dtype() == DType::f32 ? loops.f32 : loops.f64)(rule, memory, 0,
                                                                       slot.parameter.numel());
      },
      slot.rule);
}

void check_same(const OptimizerSlot& fast, const OptimizerSlot& slow) {
  const double allowed = fast.parameter.dtype() == DType::f32 ? 4e-7 : 8e-16;
  CHECK(worst_difference(fast.parameter, slow.parameter) <= allowed);
  for (std::size_t k = 0; k < 3; ++k)
    if (fast.state[k].defined()) CHECK(worst_difference(fast.state[k], slow.state[k]) <= allowed);
}

}  // namespace

TEST_CASE("the loops of every SIMD level take the reference's step") {
  for (SimdLevel level : available_simd_levels())
    for (DType dtype : {DType::f32, DType::f64})
      for (const Pull& pull :
           {Pull{}, Pull{.weight_decay = 0.1, .maximize = true}, Pull{.shrink = 0.9}})
        for (const StepRule& rule : all_rules())
          for (std::int64_t n : {0, 1, 7, 16, 33, 100}) {
            INFO(name_of(level), " ", name_of(dtype), ", rule ", rule.index(), ", ", n,
                 " elements");
            const OptimizerSlot fast = random_slot(rule, pull, n, dtype);
            const OptimizerSlot slow = random_slot(rule, pull, n, dtype);
            step_at(level, fast);
            optimizer_step_on(Reference{}, std::span(&slow, 1));
            check_same(fast, slow);
          }
}

TEST_CASE("many elements, cut between threads, take the reference's step") {
  for (const StepRule& rule : all_rules()) {
    INFO("rule ", rule.index());
    const OptimizerSlot fast = random_slot(rule, {}, 40003, DType::f32);
    const OptimizerSlot slow = random_slot(rule, {}, 40003, DType::f32);
    optimizer_step(std::span(&fast, 1));
    optimizer_step_on(Reference{}, std::span(&slow, 1));
    check_same(fast, slow);
  }
}

TEST_CASE("tensors of any strides take the step that contiguous ones do") {
  const auto rows = [](const Tensor& t) { return t.reshape({3, 4}); };
  const auto strided = [](const Tensor& t) { return t.reshape({3, 4}).t().contiguous().t(); };
  for (const StepRule& rule : all_rules())
    for (int part = 0; part < 3; ++part) {
      INFO("rule ", rule.index(), ", part ", part);
      OptimizerSlot plain = random_slot(rule, {}, 12, DType::f32);
      OptimizerSlot other = random_slot(rule, {}, 12, DType::f32);
      plain.parameter = rows(plain.parameter), plain.gradient = rows(plain.gradient);
      other.parameter = part == 0 ? strided(other.parameter) : rows(other.parameter);
      other.gradient = part == 1 ? strided(other.gradient) : rows(other.gradient);
      for (std::size_t k = 0; k < 3; ++k)
        if (plain.state[k].defined()) {
          plain.state[k] = rows(plain.state[k]);
          other.state[k] = part == 2 ? strided(other.state[k]) : rows(other.state[k]);
        }
      optimizer_step(std::span(&other, 1));
      optimizer_step(std::span(&plain, 1));
      check_same(other, plain);
    }
}
#endif

TEST_CASE("NaN in a gradient stays in maxima and steps") {
  const double nan = std::nan("");
  for (const TraceCase& c : trace_cases()) {
    INFO(std::string(c.name));
    Tensor p = tensor({1.0, 2.0}).requires_grad_();
    const auto optimizer = c.make({p});
    p.set_grad(tensor({nan, 1.0}));
    optimizer->step();
    p.set_grad(tensor({1.0, 1.0}));
    optimizer->step();
    CHECK(std::isnan(p[0].item()));
    CHECK(std::isfinite(p[1].item()));
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
  Tensor r = tensor({1.0}).requires_grad_();
  SGD with_momentum({r}, {.lr = 0.1, .momentum = 0.9});
  r.set_grad(tensor({inf}));
  with_momentum.step();
  CHECK(r.item() == -inf);  // not inf + 0 inf
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

TEST_CASE("LBFGS takes any number of iterations") {
  const auto most = std::numeric_limits<std::int64_t>::max();
  Problem problem;
  LBFGS optimizer(problem.parameters(), {.max_iter = most});
  CHECK(find(optimizer.state_dict(), "param_groups.0.max_eval")->item<std::int64_t>() == most);
  LBFGS usual(problem.parameters(), {.max_iter = 9});
  CHECK(find(usual.state_dict(), "param_groups.0.max_eval")->item<std::int64_t>() == 11);
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

TEST_CASE("settings change by name, all or none") {
  Tensor a = tensor({1.0}).requires_grad_(), b = tensor({1.0}).requires_grad_();
  Adam adam({a});
  adam.add_param_group({b}, {});
  const auto set = [&](std::size_t group, std::vector<Optimizer::Setting> settings) {
    adam.set_settings(group, settings);
  };
  set(1, {{"lr", 1}, {"beta1", 0.5}, {"amsgrad", true}});
  CHECK(adam.options(1).lr == 1);
  CHECK(adam.options(1).betas[0] == 0.5);
  CHECK(adam.options(1).amsgrad);
  CHECK(adam.options(0).lr == 1e-3);
  CHECK(thrown<Error>([&] {
          set(1, {{"lr", 2.0}, {"beta2", 1.5}});
        }) == "Adam: betas[1] must lie in [0, 1), got 1.5");
  CHECK(thrown<Error>([&] {
          set(1, {{"lr", 2.0}, {"lr", 3.0}, {"cow", 1.5}});
        }) == "Adam: there is no setting 'cow'");
  CHECK(adam.options(1).lr == 1);
  CHECK(thrown<Error>([&] { set(2, {}); }) == "Adam: there is no group 2, only 2");
  LBFGS lbfgs({a});
  const std::vector<Optimizer::Setting> rate = {{"lr", 0.5}};
  lbfgs.set_settings(0, rate);
  CHECK(lbfgs.lr() == 0.5);
  const std::vector<Optimizer::Setting> none = {{"max_eval", 0}};
  CHECK(thrown<Error>([&] { lbfgs.set_settings(0, none); }) ==
        "LBFGS: max_eval must be at least 1, got 0");
}

TEST_CASE("a step counts as an in-place change") {
  Tensor p = tensor({2.0}).requires_grad_();
  const Tensor loss = (p * p).sum();
  SGD optimizer({p}, {.lr = 0.1});
  p.set_grad(tensor({1.0}));
  optimizer.step();
  const std::string message = thrown<Error>([&] { loss.backward(); });
  CHECK_MESSAGE(message.find("changed in place by optimizer step") != std::string::npos, message);
}

TEST_CASE("a parameter on meta is left alone, and the others move") {
  Tensor p = tensor({1.0}).requires_grad_(),
         q = ones({1}, {.device = kMeta, .requires_grad = true});
  SGD optimizer({p, q}, {.lr = 0.5});
  p.set_grad(tensor({1.0}));
  q.set_grad(ones({1}, {.device = kMeta}));
  optimizer.step();
  CHECK(p.item() == 0.5);
}

TEST_CASE("a step needs the states that its rule reads") {
  const Tensor p = ones({2});
  OptimizerSlot slot{AdamStep{}, {}, p.clone(), p.clone(), {p.clone()}};
  const auto step = [&] { optimizer_step(std::span(&slot, 1)); };
  CHECK(thrown<Error>(step) == "optimizer_step: state 1 of parameter 0 is undefined");
  slot.state[1] = p.clone();
  CHECK_NOTHROW(step());
  slot.gradient = ones({2}, {.device = kMeta});
  CHECK_THROWS_AS(step(), DeviceError);
  slot.gradient = ones({2}, {.dtype = DType::f64});
  CHECK_THROWS_AS(step(), DTypeError);
  slot.gradient = p.clone();
  slot.state[2] = ones({3});
  CHECK_THROWS_AS(step(), ShapeError);
  CHECK(thrown<Error>(step).find("parameter 0 is float32 (2,) but its gradient or state is") !=
        std::string::npos);
}

TEST_CASE("wrong arguments are refused with the reason") {
  Tensor p = tensor({1.0}).requires_grad_();
  const Tensor result = p * p;
  const double nan = std::nan("");
  struct Row {
    Call<void()> call;
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
      {[&] { AdamW({p}, {.weight_decay = -1}); },
       "AdamW: weight_decay must not be negative, got -1"},
      {[&] { Adagrad({p}, {.lr_decay = -1}); }, "Adagrad: lr_decay must not be negative, got -1"},
      {[&] { Adagrad({p}, {.weight_decay = -1}); }, "Adagrad: weight_decay must not be negative"},
      {[&] { Adagrad({p}, {.initial_accumulator_value = -1}); },
       "Adagrad: initial_accumulator_value must not be negative, got -1"},
      {[&] { Adagrad({p}, {.eps = -1}); }, "Adagrad: eps must not be negative, got -1"},
      {[&] { Adadelta({p}, {.rho = 1.1}); }, "Adadelta: rho must lie in [0, 1], got 1.1"},
      {[&] { Adadelta({p}, {.eps = nan}); }, "Adadelta: eps must not be negative, got nan"},
      {[&] { RMSprop({p}, {.alpha = -1}); }, "RMSprop: alpha must not be negative, got -1"},
      {[&] { RMSprop({p}, {.momentum = -1}); }, "RMSprop: momentum must not be negative, got -1"},
      {[&] {
         Adamax({p}, {.betas = {1, 0.9}});
       },
       "Adamax: betas[0] must lie in [0, 1), got 1"},
      {[&] { NAdam({p}, {.momentum_decay = -1}); },
       "NAdam: momentum_decay must not be negative, got -1"},
      {[&] {
         RAdam({p}, {.betas = {0.9, nan}});
       },
       "RAdam: betas[1] must lie in [0, 1), got nan"},
      {[&] {
         Rprop({p}, {.etas = {0.5, 1}});
       },
       "Rprop: etas must be 0 < etas[0] < 1 < etas[1], got 0.5 and 1"},
      {[&] {
         Rprop({p}, {.step_sizes = {2, 1}});
       },
       "Rprop: step_sizes must be the smallest and the largest, got 2 and 1"},
      {[&] { LBFGS({p}, {.max_iter = 0}); }, "LBFGS: max_iter must be at least 1, got 0"},
      {[&] { LBFGS({p}, {.max_eval = 0}); }, "LBFGS: max_eval must be at least 1, got 0"},
      {[&] { LBFGS({p}, {.history_size = 0}); }, "LBFGS: history_size must be at least 1, got 0"},
      {[&] { LBFGS({p}, {.tolerance_grad = -1}); },
       "LBFGS: tolerance_grad must not be negative, got -1"},
      {[&] { LBFGS({p}).step(); }, "LBFGS: step needs a closure"},
      {[&] {
         LBFGS({p, tensor({1.0}, {.dtype = DType::f64}).requires_grad_()});
       },
       "LBFGS: parameter 1 is float64 but parameter 0 is float32"},
      {[&] { Adagrad({p}).set_momentum(0.5); }, "Adagrad has neither momentum nor betas"},
      {[&] { Adam({p}).set_momentum(1); }, "Adam: momentum must lie in [0, 1), got 1"},
  };
  for (const Row& row : rows) {
    const std::string message = thrown<Error>(row.call);
    CHECK_MESSAGE(message.find(row.text) != std::string::npos, message);
  }
  CHECK(SGDOptions{}.nesterov == false);
}

// -- what the closure does

TEST_CASE("step(closure) computes the loss, steps, and returns it") {
  Tensor p = tensor({2.0}).requires_grad_();
  SGD optimizer({p}, {.lr = 0.25});
  NoGrad guard;  // the closure records all the same
  const Tensor loss = optimizer.step([&] {
    optimizer.zero_grad();
    const Tensor value = square(p).sum();
    value.backward();
    return value;
  });
  CHECK(loss.item() == 4);
  CHECK(p.item() == 1);  // 2 - 0.25 4
}

namespace {

/// The loss of trace_lbfgs in make_optim_traces.py.
struct Valley {
  Problem problem;
  Tensor c;
  explicit Valley(DType dtype)
      : problem({.dtype = dtype}), c(tensor({{1.0, 2.0}, {0.5, 3.0}}, {.dtype = dtype})) {}
  Optimizer::Closure closure(Optimizer& optimizer) {
    return [this, &optimizer] {
      optimizer.zero_grad();
      const Tensor &w = problem.w, &b = problem.b;
      const Tensor loss = square(square(w) - c).sum() +
                          square(w.sum() * b - tensor({1.0}, {.dtype = c.dtype()})).sum();
      loss.backward();
      return loss;
    };
  }
};

const std::vector<std::pair<const char*, LBFGSOptions>>& lbfgs_cases() {
  static const std::vector<std::pair<const char*, LBFGSOptions>> cases = {
      {"LBFGS", {.lr = 0.1, .max_iter = 4}},
      {"LBFGS strong_wolfe", {.max_iter = 4, .line_search_fn = LineSearch::strong_wolfe}},
      {"LBFGS short history",
       {.lr = 0.5, .max_iter = 3, .history_size = 2, .line_search_fn = LineSearch::strong_wolfe}},
      {"LBFGS few evaluations",
       {.lr = 20, .max_iter = 20, .max_eval = 6, .line_search_fn = LineSearch::strong_wolfe}},
  };
  return cases;
}

}  // namespace

TEST_CASE("LBFGS takes PyTorch's steps") {
  for (const auto& [name, options] : lbfgs_cases()) {
    for (DType dtype : {DType::f64, DType::f32}) {
      INFO(std::string(name), " ", name_of(dtype));
      Valley valley(dtype);
      LBFGS optimizer(valley.problem.parameters(), options);
      for (std::size_t t = 0; t < 6; ++t) {
        INFO("step ", t);
        const Tensor loss = optimizer.step(valley.closure(optimizer));
        std::vector<double> found = valley.problem.values();
        found.push_back(loss.item());
        check_near(found, frozen().at(name)[t], dtype == DType::f64 ? 1e-8 : 2e-3);
      }
    }
  }
}

TEST_CASE("LBFGS goes on from a saved state with the very same steps") {
  for (const auto& [name, options] : lbfgs_cases()) {
    INFO(name);
    Valley straight(DType::f32), stopped(DType::f32);
    LBFGS whole(straight.problem.parameters(), options);
    auto half = std::make_unique<LBFGS>(stopped.problem.parameters(), options);
    for (int t = 0; t < 6; ++t) {
      whole.step(straight.closure(whole));
      if (t == 3) {
        auto next = std::make_unique<LBFGS>(stopped.problem.parameters(), LBFGSOptions{});
        next->load_state_dict(half->state_dict());
        half = std::move(next);
      }
      half->step(stopped.closure(*half));
      CHECK(stopped.problem.values() == straight.problem.values());
    }
    StateDict state = half->state_dict();
    for (NamedTensor& entry : state)
      if (entry.name == "state.0.d") entry.tensor = zeros({3});
    CHECK(thrown<Error>([&] { half->load_state_dict(state); }) ==
          "LBFGS.load_state_dict: state.0.d is float32 (3,), the parameters have 5 elements of "
          "float32");
    std::erase_if(state, [](auto& e) { return e.name == "state.0.d"; });
    CHECK(thrown<Error>([&] { half->load_state_dict(state); }).find("of which 0 are numbered") !=
          std::string::npos);
  }
}

// -- mistakes that others have made

TEST_CASE("a parameter without a gradient stays, and the others move") {
  Tensor used = tensor({1.0}).requires_grad_(), unused = tensor({1.0}).requires_grad_();
  Adam optimizer({unused, used}, {.lr = 0.1, .weight_decay = 0.5});
  for (int i = 0; i < 2; ++i) {
    optimizer.zero_grad();
    (used * 3.0).backward();
    optimizer.step();
  }
  CHECK(unused.item() == 1);
  CHECK(used.item() == doctest::Approx(0.8).epsilon(1e-4));
}

TEST_CASE("Nesterov's momentum is off by default") {
  CHECK_FALSE(SGDOptions{}.nesterov);
  Tensor p = tensor({1.0}).requires_grad_();
  SGD optimizer({p}, {.lr = 0.1, .momentum = 0.9});
  p.set_grad(tensor({1.0}));
  optimizer.step();
  CHECK(p.item() == doctest::Approx(0.9));  // Nesterov: 0.81
}

TEST_CASE(
    "Adadelta is not RMSprop: its steps grow with the steps before, whatever the gradient's unit") {
  const auto travelled = [](double scale) {
    Tensor p = tensor({0.0}, {.dtype = DType::f64}).requires_grad_();
    Adadelta optimizer({p}, {.eps = 1e-12});
    for (int t = 0; t < 20; ++t) {
      p.set_grad(tensor({scale}, {.dtype = DType::f64}));
      optimizer.step();
    }
    return p.item();
  };
  CHECK(travelled(1000) == doctest::Approx(travelled(1)).epsilon(1e-6));
  Tensor p = tensor({0.0}, {.dtype = DType::f64}).requires_grad_();
  Adadelta optimizer({p});
  double last = 0, step = 0;
  for (int t = 0; t < 5; ++t) {
    p.set_grad(tensor({1.0}, {.dtype = DType::f64}));
    const double before = p.item();
    optimizer.step();
    last = step;
    step = before - p.item();
    if (t > 1) CHECK(step > last);  // RMSprop's would shrink towards lr
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

}  // namespace limpid::optim_test
