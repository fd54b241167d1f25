// Optimiser steps on the processor. Where all tensors of a slot are contiguous and float32 or
// float64, the loops of optimizer_step_simd.cpp run, large parameters cut between threads. Anything
// else goes the way of the reference.

#include <cmath>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/ops/optimizer_step/optimizer_loops.h"
#include "limpid/ops/optimizer_step/slot_views.h"

namespace limpid {

namespace {

constexpr std::int64_t kGrain = 1 << 15;  // fewer elements are not worth a second thread

const OptimizerLoops& loops() {
  static const OptimizerLoops& chosen = at_level(simd_level(), LIMPID_LEVELS(optimizer_loops));
  return chosen;
}

template <class Slot>
bool is_plain(const Slot& slot) {
  const DType dtype = slot.parameter.dtype();
  bool plain = dtype == DType::f32 || dtype == DType::f64;
  for_each_tensor(slot, [&](const Tensor& t) { plain &= !t.defined() || t.is_contiguous(); });
  return plain;
}

void* pointer(const Tensor& tensor) { return tensor.defined() ? tensor->data : nullptr; }

void step_plain(const SgdStep& s, const SgdSlot& slot) {
  const SgdTask task{s.lr,
                     s.momentum,
                     s.dampening,
                     s.weight_decay,
                     s.nesterov,
                     slot.first,
                     pointer(slot.parameter),
                     pointer(slot.gradient),
                     pointer(slot.momentum_buffer)};
  const auto loop = slot.parameter.dtype() == DType::f32 ? loops().sgd_f32 : loops().sgd_f64;
  parallel_for(0, slot.parameter.numel(), kGrain,
               [&](std::int64_t begin, std::int64_t end) { loop(task, begin, end); });
}

void step_plain(const AdamStep& s, const AdamSlot& slot) {
  const AdamTask task{s.lr / (1 - std::pow(s.beta1, slot.step)),
                      std::sqrt(1 - std::pow(s.beta2, slot.step)),
                      s.beta1,
                      s.beta2,
                      s.eps,
                      s.weight_decay,
                      pointer(slot.parameter),
                      pointer(slot.gradient),
                      pointer(slot.exp_avg),
                      pointer(slot.exp_avg_sq),
                      pointer(slot.max_exp_avg_sq)};
  const auto loop = slot.parameter.dtype() == DType::f32 ? loops().adam_f32 : loops().adam_f64;
  parallel_for(0, slot.parameter.numel(), kGrain,
               [&](std::int64_t begin, std::int64_t end) { loop(task, begin, end); });
}

template <class Step, class Slot>
void run_all(const Step& step, std::span<const Slot> slots) {
  for (const Slot& slot : slots) {
    if (is_plain(slot)) step_plain(step, slot);
    else step.run(Reference{}, std::span(&slot, 1));
  }
}

}  // namespace

void SgdStep::run(Cpu, std::span<const SgdSlot> slots) const { run_all(*this, slots); }
void AdamStep::run(Cpu, std::span<const AdamSlot> slots) const { run_all(*this, slots); }

}  // namespace limpid
