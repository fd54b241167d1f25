#include "limpid/ops/optimizer_step/optimizer_step.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "limpid/autograd/inplace.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/observe.h"

namespace limpid {

namespace {

/// Parameters are computed in their own dtype, 16-bit ones in float32.
template <class T>
using Compute = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// The states of one element.
template <class A>
using States = std::array<A, 3>;

template <class A>
void formula(const SgdStep& s, A& p, A g, States<A>& state) {
  if (s.momentum != 0) {
    A& b = state[0];
    b = s.first ? g : b * static_cast<A>(s.momentum) + g * static_cast<A>(1 - s.dampening);
    g = s.nesterov ? g + b * static_cast<A>(s.momentum) : b;
  }
  p -= g * static_cast<A>(s.lr);
}

/// m += (1 - beta1)(g - m);  v = beta2 v + (1 - beta2) g^2
template <class A, class Rule>
void average(const Rule& s, A g, A& m, A& v) {
  m += static_cast<A>(1 - s.beta1) * (g - m);
  v = v * static_cast<A>(s.beta2) + static_cast<A>(1 - s.beta2) * g * g;
}

/// The larger one; NaN wins.
template <class A>
A larger(A x, A y) {
  if (x != x) return x;
  return x > y ? x : y;  // y when it is NaN
}

template <class A>
void formula(const AdamStep& s, A& p, A g, States<A>& state) {
  auto& [m, v, most] = state;
  average(s, g, m, v);
  if (s.amsgrad) most = larger(v, most);
  const A root = std::sqrt(s.amsgrad ? most : v) / static_cast<A>(s.root);
  p -= static_cast<A>(s.step_size) * m / (root + static_cast<A>(s.eps));
}

template <class A>
void formula(const AdagradStep& s, A& p, A g, States<A>& state) {
  state[0] += g * g;
  p -= static_cast<A>(s.rate) * g / (std::sqrt(state[0]) + static_cast<A>(s.eps));
}

template <class A>
void formula(const AdadeltaStep& s, A& p, A g, States<A>& state) {
  auto& [v, u, none] = state;
  const A eps = static_cast<A>(s.eps), rho = static_cast<A>(s.rho);
  v = v * rho + static_cast<A>(1 - s.rho) * g * g;
  const A d = std::sqrt(u + eps) / std::sqrt(v + eps) * g;
  u = u * rho + static_cast<A>(1 - s.rho) * d * d;
  p -= static_cast<A>(s.lr) * d;
}

template <class A>
void formula(const RmspropStep& s, A& p, A g, States<A>& state) {
  auto& [v, b, m] = state;
  const A fresh = static_cast<A>(1 - s.alpha);
  v = v * static_cast<A>(s.alpha) + fresh * g * g;
  if (s.centered) m += fresh * (g - m);
  const A r = std::sqrt(s.centered ? v - m * m : v) + static_cast<A>(s.eps);
  if (s.momentum != 0) {
    b = b * static_cast<A>(s.momentum) + g / r;
    p -= static_cast<A>(s.lr) * b;
  } else {
    p -= static_cast<A>(s.lr) * g / r;
  }
}

template <class A>
void formula(const AdamaxStep& s, A& p, A g, States<A>& state) {
  auto& [m, u, none] = state;
  m += static_cast<A>(1 - s.beta1) * (g - m);
  u = larger(u * static_cast<A>(s.beta2), std::abs(g) + static_cast<A>(s.eps));
  p -= static_cast<A>(s.step_size) * m / u;
}

template <class A>
void formula(const NadamStep& s, A& p, A g, States<A>& state) {
  auto& [m, v, none] = state;
  average(s, g, m, v);
  const A r = std::sqrt(v / static_cast<A>(s.correction)) + static_cast<A>(s.eps);
  p -= static_cast<A>(s.gradient_rate) * g / r;
  p -= static_cast<A>(s.mean_rate) * m / r;
}

template <class A>
void formula(const RadamStep& s, A& p, A g, States<A>& state) {
  auto& [m, v, none] = state;
  average(s, g, m, v);
  A step = static_cast<A>(s.step_size) * m;
  if (s.rectified) step *= static_cast<A>(s.scale) / (std::sqrt(v) + static_cast<A>(s.eps));
  p -= step;
}

template <class A>
void formula(const RpropStep& s, A& p, A g, States<A>& state) {
  auto& [last, size, none] = state;
  const A product = g * last;
  if (product > 0) size *= static_cast<A>(s.etaplus);
  else if (product < 0) size *= static_cast<A>(s.etaminus);
  else if (product != 0) size = product;  // NaN
  if (size < static_cast<A>(s.step_min)) size = static_cast<A>(s.step_min);
  if (size > static_cast<A>(s.step_max)) size = static_cast<A>(s.step_max);
  last = product < 0 ? A(0) : g;
  const A sign = last > 0 ? A(1) : last < 0 ? A(-1) : last;
  p -= sign * size;
}

/// Offsets of every element in parameter, gradient and states (undefined ones: as the parameter).
template <class F>
void walk_slot(const OptimizerSlot& slot, F&& f) {
  const std::int64_t* parameter = slot.parameter.strides().data();
  std::array<const std::int64_t*, 5> strides = {parameter, slot.gradient.strides().data()};
  std::size_t at = 2;
  for (const Tensor& state : slot.state)
    strides[at++] = state.defined() ? state.strides().data() : parameter;
  walk<5>(slot.parameter.shape(), strides, f);
}

template <class T, class Rule>
void step_reference(const Rule& rule, const OptimizerSlot& slot) {
  using A = Compute<T>;
  const auto at = [](const Tensor& tensor, std::int64_t offset) -> T& {
    return static_cast<T*>(tensor->data)[offset];
  };
  const unsigned used = rule.states();
  walk_slot(slot, [&](const std::array<std::int64_t, 5>& offset) {
    T& parameter = at(slot.parameter, offset[0]);
    A p = static_cast<A>(parameter), g = static_cast<A>(at(slot.gradient, offset[1]));
    if (slot.pull.maximize) g = -g;
    if (slot.pull.weight_decay != 0) g += p * static_cast<A>(slot.pull.weight_decay);
    p *= static_cast<A>(slot.pull.shrink);
    States<A> state{};
    for (std::size_t k = 0; k < 3; ++k)
      if (used >> k & 1) state[k] = static_cast<A>(at(slot.state[k], offset[k + 2]));
    formula(rule, p, g, state);
    parameter = convert<T>(p);
    for (std::size_t k = 0; k < 3; ++k)
      if (used >> k & 1) at(slot.state[k], offset[k + 2]) = convert<T>(state[k]);
  });
}

void check_fits(const Tensor& t, const Spec& p, std::size_t number) {
  if (t.shape() == p.shape && t.dtype() == p.dtype && t.device() == p.device) return;
  const std::string what =
      str("optimizer_step: parameter ", number, " is ", p, " but its gradient or state is ",
          t.spec(), "; convert the model before making the optimiser");
  if (!(t.shape() == p.shape)) throw ShapeError(what);
  if (t.dtype() != p.dtype) throw DTypeError(what);
  throw DeviceError(what);
}

/// Gradient and state have the parameter's shape, dtype and device.
void check_slot(const OptimizerSlot& slot, std::size_t number) {
  const Spec& p = slot.parameter.spec();
  if (!is_floating(p.dtype))
    throw DTypeError(str("optimizer_step: parameter ", number, " is ", p.dtype, ", not a float"));
  check_fits(slot.gradient, p, number);
  const unsigned used = std::visit([](const auto& rule) { return rule.states(); }, slot.rule);
  unsigned k = 0;
  for (const Tensor& state : slot.state) {
    if (state.defined()) check_fits(state, p, number);
    else if (used >> k & 1)
      throw ValueError(str("optimizer_step: state ", k, " of parameter ", number, " is undefined"));
    ++k;
  }
}

/// Parameters and states are read and written, gradients read.
double bytes_of(std::span<const OptimizerSlot> slots) {
  double bytes = 0;
  for (const OptimizerSlot& slot : slots) {
    int moves = 3;
    for (const Tensor& state : slot.state) moves += state.defined() ? 2 : 0;
    bytes += moves * static_cast<double>(slot.parameter.numel()) *
             static_cast<double>(size_of(slot.parameter.dtype()));
  }
  return bytes;
}

}  // namespace

void optimizer_step_on(Reference, std::span<const OptimizerSlot> slots) {
  for (const OptimizerSlot& slot : slots)
    visit_dtype(slot.parameter.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      if constexpr (is_float_type<T>)
        std::visit([&](const auto& rule) { step_reference<T>(rule, slot); }, slot.rule);
    });
}

void optimizer_step(std::span<const OptimizerSlot> slots) {
  for (std::size_t number = 0; const OptimizerSlot& slot : slots) check_slot(slot, number++);
  const auto on_cpu = [](const OptimizerSlot& slot) {
    return slot.parameter.device().type == DeviceType::cpu;
  };
  std::vector<OptimizerSlot> here;  // without those on meta
  if (!std::all_of(slots.begin(), slots.end(), on_cpu)) {
    std::copy_if(slots.begin(), slots.end(), std::back_inserter(here), on_cpu);
    slots = here;
  }
  WorkScope scope("optimizer", "step");
  if (scope.watched()) [[unlikely]]
    scope.set({.bytes = bytes_of(slots)});
  if constexpr (kBuilt<Cpu>) optimizer_step_on(Cpu{}, slots);
  else optimizer_step_on(Reference{}, slots);
  for (const OptimizerSlot& slot : slots) bump_version(slot.parameter, "optimizer step");
}

}  // namespace limpid
