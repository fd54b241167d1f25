#pragma once
// Optimisers as tests/golden/make_optim_traces.py makes them, and the steps that PyTorch takes.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "limpid/optim/optim.h"
#include "limpid/tensor/creation.h"
#include "tests/call.h"
#include "tests/json_file.h"

namespace limpid::testing::traces {

using namespace optim;

inline const nlohmann::json& frozen() {
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
inline Make make(Options options) {
  return [=](std::vector<Tensor> p) { return std::make_unique<O>(std::move(p), options); };
}
inline Make sgd(SGDOptions o) { return make<SGD>(o); }
inline Make adam(AdamOptions o) { return make<Adam>(o); }
inline Make adamw(AdamWOptions o) { return make<AdamW>(o); }
inline Make adagrad(AdagradOptions o) { return make<Adagrad>(o); }
inline Make adadelta(AdadeltaOptions o) { return make<Adadelta>(o); }
inline Make rmsprop(RMSpropOptions o) { return make<RMSprop>(o); }
inline Make adamax(AdamaxOptions o) { return make<Adamax>(o); }
inline Make nadam(NAdamOptions o) { return make<NAdam>(o); }
inline Make radam(RAdamOptions o) { return make<RAdam>(o); }
inline Make rprop(RpropOptions o) { return make<Rprop>(o); }

inline const std::vector<TraceCase>& trace_cases() {
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

inline void check_near(const std::vector<double>& found, const nlohmann::json& expected,
                       double tolerance) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double wanted = expected[i].get<double>();
    CHECK_MESSAGE(std::abs(found[i] - wanted) <= tolerance * std::max(1.0, std::abs(wanted)),
                  "element ", i, ": ", found[i], " against ", wanted);
  }
}

}  // namespace limpid::testing::traces
