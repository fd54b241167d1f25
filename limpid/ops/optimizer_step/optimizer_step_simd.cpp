// The loops of the optimiser steps, compiled once a SIMD level. Plain loops without branches become
// vector instructions: what differs between them is a template argument.

#include <cmath>

#include "limpid/ops/optimizer_step/optimizer_loops.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

template <class T, bool kDecay, bool kMomentum, bool kNesterov>
void sgd_loop(const SgdTask& task, std::int64_t begin, std::int64_t end) {
  T* __restrict p = static_cast<T*>(task.parameter);
  const T* __restrict g = static_cast<const T*>(task.gradient);
  T* __restrict buffer = static_cast<T*>(task.buffer);
  const T lr = static_cast<T>(task.lr), decay = static_cast<T>(task.weight_decay);
  const T momentum = static_cast<T>(task.momentum), fresh = static_cast<T>(1 - task.dampening);
  for (std::int64_t i = begin; i < end; ++i) {
    T step = g[i];
    if constexpr (kDecay) step += p[i] * decay;
    if constexpr (kMomentum) {
      const T b = buffer[i] * momentum + step * fresh;
      buffer[i] = b;
      step = kNesterov ? step + b * momentum : b;
    }
    p[i] -= step * lr;
  }
}

/// The first step with momentum: the buffer becomes the gradient.
template <class T>
void sgd_first(const SgdTask& task, std::int64_t begin, std::int64_t end) {
  T* __restrict p = static_cast<T*>(task.parameter);
  const T* __restrict g = static_cast<const T*>(task.gradient);
  T* __restrict buffer = static_cast<T*>(task.buffer);
  const T lr = static_cast<T>(task.lr), decay = static_cast<T>(task.weight_decay);
  const bool decays = task.weight_decay != 0;
  const T ahead = task.nesterov ? static_cast<T>(task.momentum) : T(0);
  for (std::int64_t i = begin; i < end; ++i) {
    const T step = decays ? g[i] + p[i] * decay : g[i];
    buffer[i] = step;
    p[i] -= (step + step * ahead) * lr;
  }
}

template <class T, bool kDecay>
void sgd_with_decay(const SgdTask& task, std::int64_t begin, std::int64_t end) {
  if (!task.buffer) sgd_loop<T, kDecay, false, false>(task, begin, end);
  else if (task.nesterov) sgd_loop<T, kDecay, true, true>(task, begin, end);
  else sgd_loop<T, kDecay, true, false>(task, begin, end);
}

template <class T>
void sgd(const SgdTask& task, std::int64_t begin, std::int64_t end) {
  if (task.first && task.buffer) sgd_first<T>(task, begin, end);
  else if (task.weight_decay != 0) sgd_with_decay<T, true>(task, begin, end);
  else sgd_with_decay<T, false>(task, begin, end);  // not + p 0: an infinite p would become NaN
}

template <class T, bool kDecay, bool kAmsgrad>
void adam_loop(const AdamTask& task, std::int64_t begin, std::int64_t end) {
  T* __restrict p = static_cast<T*>(task.parameter);
  const T* __restrict g = static_cast<const T*>(task.gradient);
  T* __restrict mean = static_cast<T*>(task.mean);
  T* __restrict square = static_cast<T*>(task.square);
  T* __restrict most = static_cast<T*>(task.most);
  const T step_size = static_cast<T>(task.step_size), root = static_cast<T>(task.root);
  const T decay = static_cast<T>(task.weight_decay), eps = static_cast<T>(task.eps);
  const T beta2 = static_cast<T>(task.beta2);
  const T fresh1 = static_cast<T>(1 - task.beta1), fresh2 = static_cast<T>(1 - task.beta2);
  for (std::int64_t i = begin; i < end; ++i) {
    T gradient = g[i];
    if constexpr (kDecay) gradient += p[i] * decay;
    const T m = mean[i] + fresh1 * (gradient - mean[i]);
    T v = square[i] * beta2 + fresh2 * gradient * gradient;
    mean[i] = m;
    square[i] = v;
    if constexpr (kAmsgrad) {
      v = v <= most[i] || most[i] != most[i] ? most[i] : v;  // NaN wins
      most[i] = v;
    }
    p[i] -= step_size * m / (std::sqrt(v) / root + eps);
  }
}

template <class T>
void adam(const AdamTask& task, std::int64_t begin, std::int64_t end) {
  if (task.weight_decay != 0)
    (task.most ? adam_loop<T, true, true> : adam_loop<T, true, false>)(task, begin, end);
  else (task.most ? adam_loop<T, false, true> : adam_loop<T, false, false>)(task, begin, end);
}

}  // namespace

extern constinit const OptimizerLoops optimizer_loops{&sgd<float>, &sgd<double>, &adam<float>,
                                                      &adam<double>};

}  // namespace limpid::LIMPID_SIMD_LEVEL
