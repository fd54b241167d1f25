#include "limpid/nn/activation.h"

#include "limpid/core/error.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/where.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

GELU::GELU(std::string approximate) : approximate_(std::move(approximate)) {
  if (approximate_ != "none" && approximate_ != "tanh")
    throw ValueError(str("GELU: approximate must be 'none' or 'tanh', got '", approximate_, "'"));
}

Tensor softmin(const Tensor& input, std::int64_t dim) { return softmax(-input, dim); }

Tensor Softmax2d::forward(const Tensor& input) {
  if (input.dim() != 3 && input.dim() != 4)
    throw ShapeError(str("Softmax2d: needs a tensor (N, C, H, W) or (C, H, W), got shape ",
                         input.shape(), where()));
  return softmax(input, -3);
}

namespace {
Shape slopes(std::int64_t num_parameters) {
  require_at_least("PReLU", "num_parameters", num_parameters, 1);
  return {num_parameters};
}
}  // namespace

PReLU::PReLU(std::int64_t num_parameters, PReLUOptions o)
    : weight(register_parameter(
          "weight", full(slopes(num_parameters), o.init, {.dtype = o.dtype, .device = o.device}))),
      num_parameters_(num_parameters) {}

}  // namespace limpid::nn
