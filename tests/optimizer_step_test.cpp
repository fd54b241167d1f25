// The op that moves parameters, rule by rule: its loops against the reference at every SIMD level,
// in threads and for any strides, and what it refuses.
#include "limpid/ops/optimizer_step/optimizer_step.h"

#include <doctest/doctest.h>

#include <cmath>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"
#if LIMPID_HAS_CPU
#include "limpid/backends/cpu/simd.h"
#include "limpid/ops/optimizer_step/optimizer_loops.h"
#endif

namespace limpid::optimizer_step_test {

using testing::thrown;

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

}  // namespace limpid::optimizer_step_test
