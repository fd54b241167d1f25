#include "limpid/ops/pointwise/piecewise_activation.h"

#include <cmath>

#include "limpid/core/random.h"
#include "limpid/op/autocast.h"
#include "limpid/op/composite.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/bounds.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/reference.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/tensor/creation.h"

namespace limpid {

// y = x where x > 0, else a x;  dx = dy, or a dy
void LeakyRelu::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [&](auto x) -> decltype(x) {
    return x > 0 ? x : static_cast<decltype(x)>(negative_slope) * x;
  });
}
Tensors LeakyRelu::gradient(const Backward& b) const {
  return {piecewise(where(gt(b.input(), 0), b.dy(), b.dy() * negative_slope))};
}

// y = min(max(x, low), high);  dx = dy strictly between them
Spec Hardtanh::infer(const Inputs& in) const {
  refuse_bool(in, "convert it with .to() first");
  if (min_val > max_val)
    throw ValueError(str("min_val is ", min_val, ", above max_val, which is ", max_val));
  return in[0];
}
void Hardtanh::forward(Reference, const Io& io) const {
  visit_dtype(io.out[0].dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    const auto low = Wide<X>(bound<X>(min_val)), high = Wide<X>(bound<X>(max_val));
    reference_loop<1>(io, [&](auto x) -> decltype(x) {
      if (x < static_cast<decltype(x)>(low)) return static_cast<decltype(x)>(low);
      return x > static_cast<decltype(x)>(high) ? static_cast<decltype(x)>(high) : x;
    });
  });
}
Tensors Hardtanh::gradient(const Backward& b) const {
  const Tensor x = b.input();
  return {piecewise(where(logical_and(gt(x, min_val), lt(x, max_val)), b.dy(), 0))};
}

// y = min(max(x + 3, 0), 6) / 6;  dx = dy / 6 strictly between -3 and 3
void Hardsigmoid::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) -> decltype(x) {
    using W = decltype(x);
    const W moved = x + 3;
    return (moved < 0 ? W(0) : moved > 6 ? W(6) : moved) / 6;
  });
}
Tensors Hardsigmoid::gradient(const Backward& b) const {
  const Tensor x = b.input();
  return {piecewise(where(logical_and(gt(x, -3), lt(x, 3)), b.dy() / 6, 0))};
}

// y = x min(max(x + 3, 0), 6) / 6;  dx = dy (x / 3 + 1/2) between -3 and 3, 0 below, dy above
void Hardswish::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) -> decltype(x) {
    using W = decltype(x);
    const W moved = x + 3;
    return x * (moved < 0 ? W(0) : moved > 6 ? W(6) : moved) / 6;
  });
}
Tensors Hardswish::gradient(const Backward& b) const {
  const Tensor x = b.input();
  const Tensor inside = b.dy() * (x / 3 + 0.5);
  return {where(le(x, -3), 0, where(lt(x, 3), inside, b.dy()))};
}

namespace {
void require_float(const Tensor& input) {
  if (!is_floating(input.dtype()))
    throw DTypeError(str(input.dtype(), " is not supported; convert it with .to() first"));
}
}  // namespace

Tensor leaky_relu(const Tensor& input, double negative_slope) {
  return apply(LeakyRelu(negative_slope), input);
}
Tensor hardtanh(const Tensor& input, double min_val, double max_val) {
  return apply(Hardtanh(min_val, max_val), input);
}
Tensor hardsigmoid(const Tensor& input) { return apply(Hardsigmoid{}, input); }
Tensor hardswish(const Tensor& input) { return apply(Hardswish{}, input); }
Tensor relu6(const Tensor& input) {
  return composite<Relu6>({input}, [&] { return hardtanh(input, 0, 6); });
}
Tensor prelu(const Tensor& input, const Tensor& weight) {
  if (is_autocast_enabled()) {  // lower, so that slopes do not widen what convolutions gave
    const Tensor x = autocast_lowered(input), slopes = autocast_lowered(weight);
    const AutocastOff off;
    return prelu(x, slopes);
  }
  return composite<Prelu>({input, weight}, [&] {
    const std::int64_t channels = input.dim() > 1 ? input.size(1) : 1;
    if (weight.dim() > 1 || (weight.numel() != 1 && weight.numel() != channels))
      throw ShapeError(str("weight has shape ", weight.shape(),
                           " but must have 1 element or one for each of the ", channels,
                           " channels"));
    Tensor slope = weight;
    if (weight.numel() != 1) {
      Shape shape = input.shape();
      for (int i = 0; i < shape.rank(); ++i) shape[i] = i == 1 ? channels : 1;
      slope = with_corners(weight).reshape(shape);
    } else {
      slope = with_corners(weight).reshape({});
    }
    const Tensor positive = gt(input, 0);  // and has no part in the slope, infinite ones neither
    const Tensor x = with_corners(input);
    return where(positive, x, where(positive, 0, x) * slope);
  });
}
Tensor rrelu(const Tensor& input, double lower, double upper, bool training) {
  return composite<Rrelu>({input}, [&] {
    if (!(lower <= upper && std::isfinite(lower) && std::isfinite(upper)))
      throw ValueError(
          str("lower must not be above upper, and both finite, got ", lower, " and ", upper));
    require_float(input);
    if (!training) return leaky_relu(input, (lower + upper) / 2);
    const Tensor slope = empty_like(input.detach());
    fill_uniform(slope, lower, upper, default_generator());
    const Tensor positive = ge(input, 0), x = with_corners(input);
    return where(positive, x, where(positive, 0, x) * slope);
  });
}
Tensor threshold(const Tensor& input, double threshold, double value) {
  return composite<Threshold>({input}, [&] {
    const Tensor other = scalar_beside(value, input).to(input.dtype());
    return where(le(input, threshold), other, with_corners(input));
  });
}
Tensor hardshrink(const Tensor& input, double lambd) {
  return composite<Hardshrink>({input}, [&] {
    require_float(input);
    const Tensor x = with_corners(input);
    return where(gt(abs(input), lambd), x, x * 0);  // which keeps NaN
  });
}
Tensor softshrink(const Tensor& input, double lambd) {
  return composite<Softshrink>({input}, [&] {
    require_float(input);
    if (!(lambd >= 0)) throw ValueError(str("lambd is ", lambd, " but must be at least 0"));
    // x * 0 keeps NaN.
    const Tensor x = with_corners(input);
    const Tensor rest = where(lt(input, -lambd), x + lambd, x * 0);
    return where(gt(input, lambd), x - lambd, rest);
  });
}

}  // namespace limpid
