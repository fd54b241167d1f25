#include "limpid/ops/logcumsumexp/logcumsumexp.h"

#include <cmath>
#include <limits>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/ops/cumprod/cumprod.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Spec LogCumsumExp::infer(const Inputs& in) const {
  normalize_axis(dim, in[0].rank());
  if (!is_floating(in[0].dtype))
    throw DTypeError(str("input has dtype ", in[0].dtype,
                         ", but a logarithm is a float; convert it with .to(float32)"));
  return in[0];
}

// An exponential, a logarithm (about ten operations each) and a few more for each element.
double LogCumsumExp::flops(const Inputs& in) const {
  return 24.0 * static_cast<double>(numel(in[0].shape));
}

void LogCumsumExp::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis), dx = row_step(x, axis), dy = row_step(y, axis);
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    walk_rows<2>(shape_of(x), axis, {x.strides, y.strides}, [&](const auto& at) {
      const T* row = static_cast<const T*>(x.data) + at[0];
      for (std::int64_t i = 0; i < n; ++i) {  // each sum anew, from its own largest term
        W largest = -std::numeric_limits<W>::infinity(), total = 0;
        for (std::int64_t j = 0; j <= i; ++j) largest = std::max(largest, W(row[j * dx]));
        if (!std::isfinite(largest)) largest = 0;
        for (std::int64_t j = 0; j <= i; ++j) total += std::exp(W(row[j * dx]) - largest);
        static_cast<T*>(y.data)[at[1] + i * dy] = convert<T>(largest + std::log(total));
      }
    });
  });
}

// dx_i = sum over k >= i of dy_k e^(x_i - y_k) = e^(x_i - y_i) r_i, where
// r_i = sum over k >= i of dy_k e^(y_i - y_k) = dy_i + e^(y_i - y_(i+1)) r_(i+1): y never falls, so
// no exponential is above 1. Where y is -infinity, so is x, and both shares are NaN.
Tensors LogCumsumExp::gradient(const Backward& b) const {
  const Tensor x = b.input(), y = b.output();
  if (x.numel() == 0) return {b.dy()};
  const Tensor share = exp(x - y);
  if (x.dim() == 0) return {share * b.dy()};
  const std::int64_t n = x.size(dim);
  const Tensor step = exp(y.narrow(dim, 0, n - 1) - y.narrow(dim, 1, n - 1));
  const Tensor fading = cat({step, zeros_like(x.narrow(dim, 0, 1))}, dim);
  return {share * linear_recurrence(fading, b.dy(), dim, /*reverse=*/true)};
}

Tensor logcumsumexp(const Tensor& input, std::int64_t dim) {
  return apply(LogCumsumExp{dim}, input);
}

}  // namespace limpid
