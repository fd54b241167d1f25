// LBFGS: its steps as PyTorch takes them, and exact resume.
#include "limpid/optim/lbfgs.h"

#include <doctest/doctest.h>

#include <limits>
#include <memory>

#include "limpid/core/error.h"
#include "limpid/nn/state_dict.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/optimizer_traces.h"
#include "tests/thrown.h"

namespace limpid::lbfgs_test {

using namespace testing::traces;
using testing::thrown;

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

TEST_CASE("LBFGS takes any number of iterations") {
  const auto most = std::numeric_limits<std::int64_t>::max();
  Problem problem;
  LBFGS optimizer(problem.parameters(), {.max_iter = most});
  CHECK(find(optimizer.state_dict(), "param_groups.0.max_eval")->item<std::int64_t>() == most);
  LBFGS usual(problem.parameters(), {.max_iter = 9});
  CHECK(find(usual.state_dict(), "param_groups.0.max_eval")->item<std::int64_t>() == 11);
}

}  // namespace limpid::lbfgs_test
