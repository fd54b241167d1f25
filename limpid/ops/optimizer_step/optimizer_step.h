#pragma once
// One step of an optimiser over all of its parameters, in place, in one pass. Optimisers
// (limpid/optim) keep the state and the settings; the arithmetic is here, beside the other kernels.
// These are no cards: they change what they read and are never recorded.
//
// Arithmetic is done in the dtype of the parameter (16-bit floats in float32), in PyTorch's order.

#include <array>
#include <span>

#include "limpid/op/backend.h"
#include "limpid/ops/optimizer_step/step_rules.h"
#include "limpid/tensor/tensor.h"

namespace limpid {

/// What comes before every rule: g = -g to maximize; g += weight_decay p (coupled decay);
/// p = shrink p (decoupled decay: shrink = 1 - lr weight_decay).
struct Pull {
  double weight_decay = 0, shrink = 1;
  bool maximize = false;
};

/// A parameter with what its step reads and writes.
struct OptimizerSlot {
  StepRule rule;
  Pull pull;
  Tensor parameter, gradient;
  std::array<Tensor, 3> state;  ///< in the order of the rule; those it does not use are undefined
};

/// Steps all slots with the fastest kernel that this build has, under no_grad, and counts the
/// versions of the parameters up. ShapeError, DTypeError, DeviceError when a gradient does not fit
/// its parameter; then no parameter has changed. Tensors on meta are left alone.
void optimizer_step(std::span<const OptimizerSlot> slots);

/// The same by one kernel, without checks.
void optimizer_step_on(Reference, std::span<const OptimizerSlot> slots);
void optimizer_step_on(Cpu, std::span<const OptimizerSlot> slots);

}  // namespace limpid
