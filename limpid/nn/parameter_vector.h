#pragma once
// All parameters as one vector, and back. Names are those of torch.nn.utils.

#include <span>

#include "limpid/tensor/tensor.h"

namespace limpid::nn::utils {

/// The elements of all parameters one behind the other, (n,), recorded for gradients.
/// ValueError for an empty list; what cat says where dtypes or devices differ.
Tensor parameters_to_vector(std::span<const Tensor> parameters);

/// Copies the parts of a vector into the parameters, in the same order, whatever records.
/// ShapeError unless the vector has as many elements as all parameters together; then nothing has
/// changed. (PyTorch's parameters share the vector's memory afterwards; these keep their own.)
void vector_to_parameters(const Tensor& vector, std::span<const Tensor> parameters);

}  // namespace limpid::nn::utils
