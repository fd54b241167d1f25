// Optimisers: 30 steps as PyTorch takes them, settings and groups, refused arguments.

// covers: optimizer_step
#include "limpid/optim/optim.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/state_dict.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/call.h"
#include "tests/optimizer_traces.h"
#include "tests/thrown.h"

namespace limpid::optim_test {

using testing::Call;
using testing::thrown;
using namespace testing::traces;

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

}  // namespace limpid::optim_test
