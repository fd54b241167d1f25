#include "limpid/ops/pointwise/smooth_activation.h"

#include <cmath>

#include "limpid/core/quote.h"
#include "limpid/op/composite.h"
#include "limpid/ops/pointwise/activation.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/exponential.h"
#include "limpid/ops/pointwise/reference.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/ops/pointwise/special.h"
#include "limpid/ops/slice/slice.h"

namespace limpid {

namespace {

constexpr double kRootHalf = 0.70710678118654752440;       // sqrt(1/2)
constexpr double kRootTwoOverPi = 0.79788456080286535588;  // sqrt(2/pi)
constexpr double kCubic = 0.044715;

/// dx / dy = P(N < x) + x p(x), p(x) = e^(-x^2/2) / sqrt(2 pi)
Tensor gelu_slope(const Tensor& x) {
  const Tensor probability = erfc(x * -kRootHalf) * 0.5;
  const Tensor density = exp(x * x * -0.5) * (kRootTwoOverPi / 2);
  return probability + x * density;
}
/// dx / dy = s (1 + x (1 - s) 2u') with s = (1 + tanh u) / 2
Tensor gelu_tanh_slope(const Tensor& x) {
  const Tensor square = x * x;
  const Tensor s = sigmoid(x * (square * kCubic + 1) * (2 * kRootTwoOverPi));
  const Tensor slope = (square * (3 * kCubic) + 1) * (2 * kRootTwoOverPi);
  return s + x * slope * (s * (1 - s));
}

}  // namespace

// y = x P(N < x), P(N < x) = erfc(-x / sqrt 2) / 2
Spec Gelu::infer(const Inputs& in) const {
  require_floats(in);
  if (approximate != "none" && approximate != "tanh")
    throw ValueError(str("approximate is ", quote(approximate), "; it must be 'none' or 'tanh'"));
  return in[0];
}
void Gelu::forward(Reference, const Io& io) const {
  const bool with_tanh = approximate == "tanh";
  float_reference_loop<1>(io, [&](auto x) {
    using W = decltype(x);
    if (!with_tanh) return x * std::erfc(-x / std::sqrt(W(2))) / 2;
    // (1 + tanh u) / 2 = 1 / (1 + e^-2u), which does not cancel
    const W u = std::sqrt(W(2) / std::acos(W(-1))) * (x + W(kCubic) * x * x * x);
    return x / (1 + std::exp(-2 * u));
  });
}
Tensors Gelu::gradient(const Backward& b) const {
  const Tensor x = b.input();
  return {b.dy() * (approximate == "tanh" ? gelu_tanh_slope(x) : gelu_slope(x))};
}

// y = x s with s = 1 / (1 + e^-x);  dx = dy s (1 + x (1 - s))
void Silu::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return x / (1 + std::exp(-x)); });
}
Tensors Silu::gradient(const Backward& b) const {
  const Tensor x = b.input(), s = sigmoid(x);
  return {b.dy() * (s * (x * (1 - s) + 1))};
}

// y = x t with t = tanh(softplus x);  dx = dy (t + x (1 - t^2) sigmoid x)
void Mish::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return x * std::tanh(std::log1p(std::exp(x))); });
}
Tensors Mish::gradient(const Backward& b) const {
  const Tensor x = b.input(), t = tanh(softplus(x));
  return {b.dy() * (t + x * ((1 - t * t) * sigmoid(x)))};
}

// y = scale x where x >= 0, else scale alpha (e^(i x) - 1);  dx = dy scale, or dy scale alpha i
// e^(i x) where x <= 0
void Elu::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [&](auto x) -> decltype(x) {
    using W = decltype(x);
    return x < 0 ? W(scale * alpha) * std::expm1(W(input_scale) * x) : W(scale) * x;
  });
}
Tensors Elu::gradient(const Backward& b) const {
  const Tensor x = b.input();
  const Tensor below = exp(minimum(x, scalar_beside(0.0, x)) * input_scale);
  return {b.dy() * where(le(x, 0), below * (scale * alpha * input_scale), scale)};
}

// y = ln(1 + e^(beta x)) / beta, or x where beta x > threshold;  dx = dy sigmoid(beta x), or dy
void Softplus::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [&](auto x) -> decltype(x) {
    using W = decltype(x);
    const W scaled = W(beta) * x;
    if (scaled > W(threshold)) return x;
    return (std::max(scaled, W(0)) + std::log1p(std::exp(-std::fabs(scaled)))) / W(beta);
  });
}
Tensors Softplus::gradient(const Backward& b) const {
  const Tensor scaled = b.input() * beta;
  return {where(gt(scaled, threshold), b.dy(), b.dy() * sigmoid(scaled))};
}

Tensor gelu(const Tensor& input, std::string_view approximate) {
  return apply(Gelu(approximate), input);
}
Tensor silu(const Tensor& input) { return apply(Silu{}, input); }
Tensor mish(const Tensor& input) { return apply(Mish{}, input); }
Tensor elu(const Tensor& input, double alpha) { return apply(Elu(alpha), input); }
Tensor selu(const Tensor& input) {
  return composite<Selu>({input}, [&] {
    // The fixed point of mean 0 and variance 1; PyTorch's digits.
    return apply(Elu(1.6732632423543772848170429916717, 1.0507009873554804934193349852946), input);
  });
}
Tensor celu(const Tensor& input, double alpha) {
  return composite<Celu>({input}, [&] {
    if (alpha == 0) throw ValueError("alpha is 0, but its reciprocal is a factor");
    return apply(Elu(alpha, 1, 1 / alpha), input);
  });
}
Tensor softplus(const Tensor& input, double beta, double threshold) {
  return apply(Softplus(beta, threshold), input);
}
Tensor logsigmoid(const Tensor& input) {
  return composite<LogSigmoid>({input}, [&] {
    return neg(softplus(neg(input), 1, std::numeric_limits<double>::infinity()));
  });
}
Tensor softsign(const Tensor& input) {
  return composite<Softsign>({input}, [&] { return input / (abs(input) + 1); });
}
Tensor tanhshrink(const Tensor& input) {
  return composite<Tanhshrink>({input}, [&] { return input - tanh(input); });
}
Tensor glu(const Tensor& input, std::int64_t dim) {
  return composite<Glu>({input}, [&] {
    const std::int64_t size = input.size(dim);
    if (size % 2)
      throw ShapeError(str("dimension ", dim, " has the odd size ", size, " but is to be halved"));
    return input.narrow(dim, 0, size / 2) * sigmoid(input.narrow(dim, size / 2, size / 2));
  });
}

}  // namespace limpid
