#pragma once
// One step of an optimiser over all of its parameters, in place, in one pass. Optimisers
// (limpid/optim) keep the state and the settings; the arithmetic is here, beside the other kernels.
// These are no cards: they change what they read and are never recorded.
//
// Reference: optimizer_step.cpp, the formulas in plain loops. Cpu: optimizer_step_cpu.cpp, vectors
// and threads. Arithmetic is done in the dtype of the parameter (16-bit floats in float32), in
// PyTorch's order.

#include <span>

#include "limpid/op/backend.h"
#include "limpid/tensor/tensor.h"

namespace limpid {

/// A parameter with what its step reads and writes. Undefined tensors are not used.
struct SgdSlot {
  Tensor parameter, gradient;
  Tensor momentum_buffer;  ///< with momentum
  bool first = false;      ///< the buffer starts as the gradient
};

/// g' = g + weight_decay p;  b = momentum b + (1 - dampening) g'  (the first time: b = g');
/// p -= lr (nesterov ? g' + momentum b : b), and p -= lr g' without momentum.
struct SgdStep {
  double lr = 1e-3, momentum = 0, dampening = 0, weight_decay = 0;
  bool nesterov = false;

  void run(Reference, std::span<const SgdSlot> slots) const;
  void run(Cpu, std::span<const SgdSlot> slots) const;
};

struct AdamSlot {
  Tensor parameter, gradient;
  Tensor exp_avg, exp_avg_sq;
  Tensor max_exp_avg_sq;  ///< with amsgrad
  double step = 1;        ///< counts from 1
};

/// g' = g + weight_decay p;  m += (1 - beta1)(g' - m);  v = beta2 v + (1 - beta2) g'^2;
/// p -= lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps), with the largest v so far for
/// amsgrad. Source: Kingma and Ba, ICLR 2015; Reddi, Kale and Kumar, ICLR 2018 (amsgrad).
struct AdamStep {
  double lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0;

  void run(Reference, std::span<const AdamSlot> slots) const;
  void run(Cpu, std::span<const AdamSlot> slots) const;
};

/// Steps all slots with the fastest kernel that this build has, under no_grad, and counts the
/// versions of the parameters up. ShapeError, DTypeError, DeviceError when a gradient does not fit
/// its parameter; then no parameter has changed. Tensors on meta are left alone.
void optimizer_step(const SgdStep& step, std::span<const SgdSlot> slots);
void optimizer_step(const AdamStep& step, std::span<const AdamSlot> slots);

}  // namespace limpid
