#include "limpid/nn/parameter_vector.h"

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/cat/cat.h"

namespace limpid::nn::utils {

Tensor parameters_to_vector(std::span<const Tensor> parameters) {
  if (parameters.empty())
    throw ValueError("parameters_to_vector: the list is empty; pass model.parameters()");
  std::vector<Tensor> parts;
  for (const Tensor& parameter : parameters) parts.push_back(parameter.reshape({-1}));
  return cat(parts);
}

void vector_to_parameters(const Tensor& vector, std::span<const Tensor> parameters) {
  std::int64_t count = 0;
  for (const Tensor& parameter : parameters) count += parameter.numel();
  if (vector.dim() != 1 || vector.numel() != count)
    throw ShapeError(str("vector_to_parameters: the vector is ", vector.shape(),
                         " but the parameters have ", count, " elements together"));
  NoGrad guard;
  std::int64_t at = 0;
  for (Tensor parameter : parameters) {
    parameter.copy_(vector.narrow(0, at, parameter.numel()).reshape(parameter.shape()));
    at += parameter.numel();
  }
}

}  // namespace limpid::nn::utils
