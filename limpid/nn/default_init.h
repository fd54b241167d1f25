#pragma once
// How PyTorch starts Linear and convolution layers.

#include "limpid/core/random.h"
#include "limpid/tensor/tensor.h"

namespace limpid::nn {

/// kaiming_uniform_(weight, a = sqrt 5), which is uniform in +-1/sqrt(fan_in), and the same bound
/// for the bias, where there is one. A null generator means default_generator().
void default_init(const Tensor& weight, const Tensor& bias, Generator* generator);

/// ValueError "Linear: in_features must not be negative, got -3".
void require_at_least(std::string_view layer, std::string_view what, std::int64_t value,
                      std::int64_t least);

}  // namespace limpid::nn
