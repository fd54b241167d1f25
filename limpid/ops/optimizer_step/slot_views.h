#pragma once
// The tensors of a slot one by one, for checks.

#include "limpid/ops/optimizer_step/optimizer_step.h"

namespace limpid {

template <class F>
void for_each_tensor(const SgdSlot& slot, F&& f) {
  f(slot.parameter), f(slot.gradient), f(slot.momentum_buffer);
}
template <class F>
void for_each_tensor(const AdamSlot& slot, F&& f) {
  f(slot.parameter), f(slot.gradient), f(slot.exp_avg), f(slot.exp_avg_sq), f(slot.max_exp_avg_sq);
}

}  // namespace limpid
