#pragma once
// What every initialiser does around its formula.

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn::init {

/// Calls f(a contiguous tensor of the same shape and dtype) and copies what it wrote into `tensor`,
/// whatever its layout: filling goes by memory order. Nothing is recorded; on meta nothing is done.
template <class Fill>
Tensor fill(Tensor tensor, Fill&& f) {
  NoGrad guard;
  if (!is_floating(tensor.dtype()))
    throw DTypeError(
        str("init: starting values are for floating tensors, this one is ", tensor.dtype()));
  if (tensor.device().type == DeviceType::meta) return tensor;
  const Tensor values = empty(tensor.shape(), {.dtype = tensor.dtype()});
  f(values);
  tensor.copy_(values);
  return tensor;
}

}  // namespace limpid::nn::init
