#include "limpid/ops/pointwise/activation.h"

#include <cmath>

#include "limpid/op/inplace.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/reference.h"
#include "limpid/ops/pointwise/relu_parts.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/tensor/creation.h"

namespace limpid {

// y = max(x, 0);  dx = dy where y > 0 (or is NaN), else 0
Spec Relu::infer(const Inputs& in) const {
  refuse_bool(in, "convert it with .to() first");
  return in[0];
}
void Relu::forward(Reference, const Io& io) const {
  reference_loop<1>(io, [](auto x) { return x < 0 ? 0 : x; });
}
Tensor relu_gradient(const Tensor& dy, const Tensor& y) { return where(le(y, 0), 0, dy); }
Tensors Relu::gradient(const Backward& b) const {
  return {piecewise(relu_gradient(b.dy(), b.output()))};
}

// y = 1 / (1 + e^-x);  dx = dy y (1 - y)
void Sigmoid::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return 1 / (1 + std::exp(-x)); });
}
Tensors Sigmoid::gradient(const Backward& b) const {
  const Tensor y = b.output();
  return {b.dy() * (1 - y) * y};
}

// y = tanh x;  dx = dy (1 - y^2)
void Tanh::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::tanh(x); });
}
Tensors Tanh::gradient(const Backward& b) const {
  const Tensor y = b.output();
  return {b.dy() * (1 - y * y)};
}

Tensor relu(const Tensor& input) { return apply(Relu{}, input); }
Tensor sigmoid(const Tensor& input) { return apply(Sigmoid{}, input); }
Tensor tanh(const Tensor& input) { return apply(Tanh{}, input); }

Tensor Tensor::relu() const { return limpid::relu(*this); }
Tensor Tensor::sigmoid() const { return limpid::sigmoid(*this); }
Tensor Tensor::tanh() const { return limpid::tanh(*this); }

Tensor& Tensor::relu_() {
  apply_inplace(Relu{}, "relu_", *this);
  return *this;
}
Tensor& Tensor::sigmoid_() {
  apply_inplace(Sigmoid{}, "sigmoid_", *this);
  return *this;
}
Tensor& Tensor::tanh_() {
  apply_inplace(Tanh{}, "tanh_", *this);
  return *this;
}

}  // namespace limpid
