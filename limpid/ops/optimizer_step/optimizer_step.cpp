#include "limpid/ops/optimizer_step/optimizer_step.h"

#include <cmath>
#include <vector>

#include "limpid/autograd/inplace.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/optimizer_step/slot_views.h"

namespace limpid {

namespace {

/// Parameters are computed in their own dtype, 16-bit ones in float32.
template <class T>
using Compute = std::conditional_t<std::is_same_v<T, double>, double, float>;

template <class T>
T& element(const Tensor& tensor, std::int64_t at) {
  return static_cast<T*>(tensor->data)[at];
}

/// Offsets of every element in each of the tensors (undefined ones: strides of the first).
template <std::size_t N, class F>
void walk_tensors(const std::array<const Tensor*, N>& tensors, F&& f) {
  std::array<const std::int64_t*, N> strides;
  for (std::size_t k = 0; k < N; ++k)
    strides[k] = (tensors[k]->defined() ? *tensors[k] : *tensors[0]).strides().data();
  walk<N>(tensors[0]->shape(), strides, f);
}

template <class T>
void step_reference(const SgdStep& s, const SgdSlot& slot) {
  using A = Compute<T>;
  walk_tensors<3>({&slot.parameter, &slot.gradient, &slot.momentum_buffer}, [&](const auto& at) {
    T& p = element<T>(slot.parameter, at[0]);
    A g = static_cast<A>(element<T>(slot.gradient, at[1]));
    if (s.weight_decay != 0) g += static_cast<A>(p) * static_cast<A>(s.weight_decay);
    if (s.momentum != 0) {
      T& buffer = element<T>(slot.momentum_buffer, at[2]);
      A b = g;
      if (!slot.first)
        b = static_cast<A>(buffer) * static_cast<A>(s.momentum) +
            g * static_cast<A>(1 - s.dampening);
      buffer = convert<T>(b);
      g = s.nesterov ? g + b * static_cast<A>(s.momentum) : b;
    }
    p = convert<T>(static_cast<A>(p) - g * static_cast<A>(s.lr));
  });
}

template <class T>
void step_reference(const AdamStep& s, const AdamSlot& slot) {
  using A = Compute<T>;
  const auto step_size = static_cast<A>(s.lr / (1 - std::pow(s.beta1, slot.step)));
  const auto root = static_cast<A>(std::sqrt(1 - std::pow(s.beta2, slot.step)));
  walk_tensors<5>(
      {&slot.parameter, &slot.gradient, &slot.exp_avg, &slot.exp_avg_sq, &slot.max_exp_avg_sq},
      [&](const auto& at) {
        T& p = element<T>(slot.parameter, at[0]);
        A g = static_cast<A>(element<T>(slot.gradient, at[1]));
        if (s.weight_decay != 0) g += static_cast<A>(p) * static_cast<A>(s.weight_decay);
        T &mean = element<T>(slot.exp_avg, at[2]), &square = element<T>(slot.exp_avg_sq, at[3]);
        const A m = static_cast<A>(mean) + static_cast<A>(1 - s.beta1) * (g - static_cast<A>(mean));
        A v =
            static_cast<A>(square) * static_cast<A>(s.beta2) + static_cast<A>(1 - s.beta2) * g * g;
        mean = convert<T>(m);
        square = convert<T>(v);
        if (slot.max_exp_avg_sq.defined()) {
          T& most = element<T>(slot.max_exp_avg_sq, at[4]);
          if (!(v > static_cast<A>(most)) && v == v) v = static_cast<A>(most);  // NaN wins
          most = convert<T>(v);
        }
        p = convert<T>(static_cast<A>(p) -
                       step_size * m / (std::sqrt(v) / root + static_cast<A>(s.eps)));
      });
}

/// Every tensor of a slot has the parameter's shape, dtype and device.
template <class Slot>
void check_slot(const Slot& slot, std::size_t number) {
  const Spec& p = slot.parameter.spec();
  if (!is_floating(p.dtype))
    throw DTypeError(str("optimizer_step: parameter ", number, " is ", p.dtype, ", not a float"));
  for_each_tensor(slot, [&](const Tensor& t) {
    if (!t.defined() || (t.shape() == p.shape && t.dtype() == p.dtype && t.device() == p.device))
      return;
    const std::string what =
        str("optimizer_step: parameter ", number, " is ", p, " but its gradient or state is ",
            t.spec(), "; convert the model before making the optimiser");
    if (!(t.shape() == p.shape)) throw ShapeError(what);
    if (t.dtype() != p.dtype) throw DTypeError(what);
    throw DeviceError(what);
  });
}

template <class Step, class Slot>
void run_checked(const Step& step, std::span<const Slot> slots) {
  std::vector<Slot> here;  // without those on meta
  std::size_t on_cpu = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    check_slot(slots[i], i);
    on_cpu += slots[i].parameter.device().type == DeviceType::cpu;
  }
  if (on_cpu < slots.size()) {
    for (const Slot& slot : slots)
      if (slot.parameter.device().type == DeviceType::cpu) here.push_back(slot);
    slots = here;
  }
  if constexpr (kBuilt<Cpu>) step.run(Cpu{}, slots);
  else step.run(Reference{}, slots);
  for (const Slot& slot : slots) bump_version(slot.parameter, "optimizer step");
}

template <class Step, class Slot>
void run_reference(const Step& step, std::span<const Slot> slots) {
  for (const Slot& slot : slots)
    visit_dtype(slot.parameter.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      if constexpr (is_float_type<T>) step_reference<T>(step, slot);
    });
}

}  // namespace

void SgdStep::run(Reference, std::span<const SgdSlot> slots) const { run_reference(*this, slots); }
void AdamStep::run(Reference, std::span<const AdamSlot> slots) const {
  run_reference(*this, slots);
}

void optimizer_step(const SgdStep& step, std::span<const SgdSlot> slots) {
  run_checked(step, slots);
}
void optimizer_step(const AdamStep& step, std::span<const AdamSlot> slots) {
  run_checked(step, slots);
}

}  // namespace limpid
