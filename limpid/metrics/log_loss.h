#pragma once
// How far probabilities are from the truth.

#include "limpid/tensor/tensor.h"

namespace limpid {

/// The mean of -log p[true class]: cross-entropy of probabilities (N, C), or (N,) of class 1
/// against class 0. Probabilities are clipped to [eps, 1 - eps] with their dtype's machine epsilon
/// (scikit-learn's log_loss). ValueError names the sample whose probabilities are outside of [0, 1]
/// or do not add up to 1.
double log_loss(const Tensor& truth, const Tensor& probabilities);

}  // namespace limpid
