#include "limpid/ops/cov/cov.h"

#include <algorithm>

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/mean/mean.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

namespace {

/// The covariances of the rows of a tensor of at most two axes, as a matrix.
Tensor covariances(const Tensor& input, double correction) {
  if (input.dim() > 2)
    throw ShapeError(str("input has shape ", input.shape(),
                         ", but variables and observations make two axes at most"));
  if (!is_floating(input.dtype()))
    throw DTypeError(str("input has dtype ", input.dtype(),
                         ", but a covariance is a float; convert it with .to(float32)"));
  const Tensor x = input.dim() == 2 ? input : input.reshape({1, -1});
  const Tensor deviation = x - mean(x, Shape{1}, /*keepdim=*/true);
  const double divisor = std::max(static_cast<double>(x.size(1)) - correction, 0.0);
  return deviation.matmul(deviation.t()) / divisor;
}

}  // namespace

Tensor cov(const Tensor& input, double correction) {
  return composite<Cov>({input}, [&] {
    const Tensor c = covariances(input, correction);
    return input.dim() == 2 ? c : c.reshape({});
  });
}

Tensor corrcoef(const Tensor& input) {
  return composite<Corrcoef>({input}, [&] {
    const Tensor c = covariances(input, 1);
    const Tensor spread = sqrt(c.diagonal());
    const Tensor r = clamp(c / spread.unsqueeze(1) / spread.unsqueeze(0), -1, 1);
    return input.dim() == 2 ? r : r.reshape({});
  });
}

}  // namespace limpid
