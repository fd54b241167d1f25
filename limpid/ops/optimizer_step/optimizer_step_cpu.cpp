// Optimiser steps on the processor. Where all tensors of a slot are contiguous and float32 or
// float64, the loops of optimizer_step_simd.cpp run, large parameters cut between threads. Anything
// else goes the way of the reference.

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/ops/optimizer_step/optimizer_loops.h"
#include "limpid/ops/optimizer_step/optimizer_step.h"

namespace limpid {

namespace {

constexpr std::int64_t kGrain = 1 << 15;  // fewer elements are not worth a second thread

const OptimizerLoops& loops() {
  static const OptimizerLoops& chosen = at_level(simd_level(), LIMPID_LEVELS(optimizer_loops));
  return chosen;
}

bool is_plain(const OptimizerSlot& slot) {
  const DType dtype = slot.parameter.dtype();
  bool plain = dtype == DType::f32 || dtype == DType::f64;
  plain &= slot.parameter.is_contiguous() && slot.gradient.is_contiguous();
  for (const Tensor& t : slot.state) plain &= !t.defined() || t.is_contiguous();
  return plain;
}

void* pointer(const Tensor& tensor) { return tensor.defined() ? tensor->data : nullptr; }

template <class Rule>
void step_plain(const Rule& rule, const OptimizerSlot& slot) {
  const StepMemory memory{slot.pull.weight_decay,
                          slot.pull.shrink,
                          slot.pull.maximize,
                          pointer(slot.parameter),
                          pointer(slot.gradient),
                          {pointer(slot.state[0]), pointer(slot.state[1]), pointer(slot.state[2])}};
  const auto& of_rule = static_cast<const StepLoops<Rule>&>(loops());
  const auto loop = slot.parameter.dtype() == DType::f32 ? of_rule.f32 : of_rule.f64;
  parallel_for(0, slot.parameter.numel(), kGrain,
               [&](std::int64_t begin, std::int64_t end) { loop(rule, memory, begin, end); });
}

}  // namespace

void optimizer_step_on(Cpu, std::span<const OptimizerSlot> slots) {
  for (const OptimizerSlot& slot : slots) {
    if (is_plain(slot)) std::visit([&](const auto& rule) { step_plain(rule, slot); }, slot.rule);
    else optimizer_step_on(Reference{}, std::span(&slot, 1));
  }
}

}  // namespace limpid
