// Optimiser steps on the processor. Where all tensors of a slot are contiguous and float32 or float64,
// the formula is one loop without branches, which the compiler turns into vector instructions; large
// parameters are cut between threads. Anything else goes the way of the reference.

#include <algorithm>
#include <cmath>

#include "limpid/ops/optimizer_step/slot_views.h"

namespace limpid {

namespace {

constexpr std::int64_t kGrain = 1 << 15;  // fewer elements are not worth a second thread

/// Calls f(begin, end) for parts of [0, n), on several threads when there are many elements.
template <class F>
void in_parts(std::int64_t n, F&& f) {
#ifdef _OPENMP
  if (n >= 2 * kGrain) {
    const std::int64_t parts = (n + kGrain - 1) / kGrain;
#pragma omp parallel for schedule(static)
    for (std::int64_t part = 0; part < parts; ++part)
      f(part * kGrain, std::min(n, (part + 1) * kGrain));
    return;
  }
#endif
  f(std::int64_t{0}, n);
}

template <class Slot>
bool all_contiguous(const Slot& slot) {
  bool yes = true;
  for_each_tensor(slot, [&](const Tensor& t) { yes &= !t.defined() || t.is_contiguous(); });
  return yes;
}

template <class T>
T* pointer(const Tensor& tensor) {
  return tensor.defined() ? static_cast<T*>(tensor->data) : nullptr;
}

/// What differs between the loops is known outside them: in template arguments, or constant while a loop
/// runs, so that the compiler moves it out.
template <class T, bool kMomentum, bool kNesterov>
void sgd_loop(const SgdStep& s, bool first, T* __restrict p, const T* __restrict g,
              T* __restrict buffer, std::int64_t begin, std::int64_t end) {
  const T lr = static_cast<T>(s.lr), decay = static_cast<T>(s.weight_decay);
  const T momentum = first ? T(0) : static_cast<T>(s.momentum);
  const T fresh = first ? T(1) : static_cast<T>(1 - s.dampening);
  const T ahead = static_cast<T>(s.momentum);
  const bool decays = s.weight_decay != 0;  // not times 0: an infinite p would become NaN
  for (std::int64_t i = begin; i < end; ++i) {
    T step = decays ? g[i] + p[i] * decay : g[i];
    if constexpr (kMomentum) {
      const T b = buffer[i] * momentum + step * fresh;
      buffer[i] = b;
      step = kNesterov ? step + b * ahead : b;
    }
    p[i] -= step * lr;
  }
}

template <class T>
void step_fast(const SgdStep& s, const SgdSlot& slot) {
  T *p = pointer<T>(slot.parameter), *buffer = pointer<T>(slot.momentum_buffer);
  const T* g = pointer<T>(slot.gradient);
  const std::int64_t n = slot.parameter.numel();
  const auto loop = s.momentum == 0 ? sgd_loop<T, false, false>
                    : s.nesterov    ? sgd_loop<T, true, true>
                                    : sgd_loop<T, true, false>;
  if (slot.first && buffer) std::fill_n(buffer, n, T(0));  // it may hold anything, and 0 NaN = NaN
  in_parts(n, [&](std::int64_t begin, std::int64_t end) {
    loop(s, slot.first, p, g, buffer, begin, end);
  });
}

template <class T, bool kAmsgrad>
void adam_loop(const AdamStep& s, double t, T* __restrict p, const T* __restrict g,
               T* __restrict mean, T* __restrict square, T* __restrict most, std::int64_t begin,
               std::int64_t end) {
  const T step_size = static_cast<T>(s.lr / (1 - std::pow(s.beta1, t)));
  const T root = static_cast<T>(std::sqrt(1 - std::pow(s.beta2, t)));
  const T decay = static_cast<T>(s.weight_decay), eps = static_cast<T>(s.eps);
  const T beta2 = static_cast<T>(s.beta2);
  const bool decays = s.weight_decay != 0;
  const T fresh1 = static_cast<T>(1 - s.beta1), fresh2 = static_cast<T>(1 - s.beta2);
  for (std::int64_t i = begin; i < end; ++i) {
    const T gradient = decays ? g[i] + p[i] * decay : g[i];
    const T m = mean[i] + fresh1 * (gradient - mean[i]);
    T v = square[i] * beta2 + fresh2 * gradient * gradient;
    mean[i] = m;
    square[i] = v;
    if constexpr (kAmsgrad) {
      v = v > most[i] || v != v ? v : most[i];  // NaN wins
      most[i] = v;
    }
    p[i] -= step_size * m / (std::sqrt(v) / root + eps);
  }
}

template <class T>
void step_fast(const AdamStep& s, const AdamSlot& slot) {
  T* most = pointer<T>(slot.max_exp_avg_sq);
  const auto loop = most ? adam_loop<T, true> : adam_loop<T, false>;
  in_parts(slot.parameter.numel(), [&](std::int64_t begin, std::int64_t end) {
    loop(s, slot.step, pointer<T>(slot.parameter), pointer<T>(slot.gradient),
         pointer<T>(slot.exp_avg), pointer<T>(slot.exp_avg_sq), most, begin, end);
  });
}

template <class Step, class Slot>
void run_all(const Step& step, std::span<const Slot> slots) {
  for (const Slot& slot : slots) {
    const DType dtype = slot.parameter.dtype();
    const bool fast = all_contiguous(slot);
    if (fast && dtype == DType::f32) step_fast<float>(step, slot);
    else if (fast && dtype == DType::f64) step_fast<double>(step, slot);
    else step.run(Reference{}, std::span(&slot, 1));
  }
}

}  // namespace

void SgdStep::run(Cpu, std::span<const SgdSlot> slots) const { run_all(*this, slots); }
void AdamStep::run(Cpu, std::span<const AdamSlot> slots) const { run_all(*this, slots); }

}  // namespace limpid
