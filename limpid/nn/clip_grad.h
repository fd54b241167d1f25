#pragma once
// Gradients kept small, between backward() and step(). Names and formulas are those of
// torch.nn.utils. Parameters without a gradient are skipped.

#include <limits>
#include <span>

#include "limpid/tensor/tensor.h"

namespace limpid::nn::utils {

struct ClipGradNormOptions {
  double norm_type = 2;  ///< p of the p-norm; infinity: the largest absolute value
  bool error_if_nonfinite = false;
};

/// Scales all gradients, in place, by the same min(1, max_norm / (norm + 1e-6)), where norm is that
/// of all gradients as one vector. Returns the norm before, as a 0-d tensor.
/// ValueError for a negative max_norm, and, with error_if_nonfinite, for an infinite or undefined
/// norm (it names the first gradient at fault); then nothing has changed.
Tensor clip_grad_norm_(std::span<const Tensor> parameters, double max_norm,
                       ClipGradNormOptions options = {});

/// That norm alone, of any tensors; 0 for none.
Tensor get_total_norm(std::span<const Tensor> tensors, ClipGradNormOptions options = {});

/// Clamps every element of every gradient to [-clip_value, clip_value], in place.
/// ValueError for a negative clip_value.
void clip_grad_value_(std::span<const Tensor> parameters, double clip_value);

}  // namespace limpid::nn::utils
