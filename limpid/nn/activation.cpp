#include "limpid/nn/activation.h"

#include "limpid/ops/pointwise/activation.h"
#include "limpid/ops/softmax/softmax.h"

namespace limpid::nn {

Tensor ReLU::forward(const Tensor& input) { return relu(input); }
Tensor Sigmoid::forward(const Tensor& input) { return sigmoid(input); }
Tensor Tanh::forward(const Tensor& input) { return tanh(input); }
Tensor Softmax::forward(const Tensor& input) { return softmax(input, dim_); }

}  // namespace limpid::nn
