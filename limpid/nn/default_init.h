#pragma once
// How PyTorch starts Linear and convolution layers.

#include "limpid/core/random.h"
#include "limpid/tensor/tensor.h"

namespace limpid::nn {

/// kaiming_uniform_(weight, a = sqrt 5), which is uniform in +-1/sqrt(fan_in), and the same bound
/// for the bias, where there is one. A null generator means default_generator().
void default_init(const Tensor& weight, const Tensor& bias, Generator* generator);

/// ValueError "Linear: in_features must be at least 0, got -3".
void require_at_least(std::string_view layer, std::string_view what, std::int64_t value,
                      std::int64_t least);
/// The same for sizes that a layer multiplies by small numbers: from 1 to 2^48.
void require_size(std::string_view layer, std::string_view what, std::int64_t value);

}  // namespace limpid::nn
