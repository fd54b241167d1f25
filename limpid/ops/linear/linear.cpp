#include "limpid/ops/linear/linear.h"

#include <span>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/linear/linear_relu.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/pointwise/relu_parts.h"

namespace limpid {

Spec Linear::infer(const Inputs& in) const {
  const Spec &x = in[0], &w = in[1];
  if (is_bool(x.dtype)) throw DTypeError("takes floats and integers, not bool; use .to(dtype)");
  if (w.rank() != 2) throw ShapeError(str("weight must be (out, in), got shape ", w.shape));
  if (x.rank() == 0)
    throw ShapeError("input is 0-d; it needs a last axis of the size that weight expects");
  if (x.shape.back() != w[1])
    throw ShapeError(str("the last axis of input has size ", x.shape.back(), " but weight ",
                         w.shape, " expects ", w[1]));
  if (in.defined(2) && !(in[2].shape == Shape{w[0]}))
    throw ShapeError(
        str("bias must have shape ", Shape{w[0]}, ", one number an output, got ", in[2].shape));
  for (int i = 1; i < in.size(); ++i)
    if (in.defined(i) && in[i].dtype != x.dtype)
      throw DTypeError(str("input is ", x.dtype, " but ", i == 1 ? "weight" : "bias", " is ",
                           in[i].dtype, "; convert one with .to(dtype)"));
  Shape out = x.shape;
  out[out.rank() - 1] = w[0];
  return Spec(std::move(out), x.dtype, x.device);
}

void Linear::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &w = io.in[1], &bias = io.in[2], &y = io.out[0];
  visit_dtype(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = std::conditional_t<is_float_type<T>, Wide<T>, std::uint64_t>;  // integers wrap
    const auto weight = w.as<T>();
    T* to = static_cast<T*>(y.data);
    const std::int64_t inputs = w.shape[1], step = x.strides[x.rank - 1];
    const std::span rows(x.shape, static_cast<std::size_t>(x.rank - 1));
    walk<1>(rows, {x.strides}, [&](const auto& at) {
      const T* row = static_cast<const T*>(x.data) + at[0];
      for (std::int64_t o = 0; o < w.shape[0]; ++o) {
        W sum = bias.defined()
                    ? static_cast<W>(static_cast<const T*>(bias.data)[o * bias.strides[0]])
                    : W(0);
        for (std::int64_t i = 0; i < inputs; ++i)
          sum += static_cast<W>(row[i * step]) * static_cast<W>(weight.at({o, i}));
        *to++ = static_cast<T>(sum);
      }
    });
  });
}

void LinearRelu::forward(Reference, const Io& io) const {
  Linear{}.forward(Reference{}, io);
  const AnyView& y = io.out[0];
  visit_dtype(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (T& value : std::span(static_cast<T*>(y.data), static_cast<std::size_t>(y.numel)))
      if (value < T(0)) value = T(0);
  });
}

namespace {

// With x and dy as matrices of one row an example: dx = dy w, dw = dy^T x, db = sum of the rows of
// dy.
Tensors gradients(const Tensor& dy, const Backward& b) {
  const Shape& shape = b.input_shape(0);
  std::int64_t examples = 1;
  for (int i = 0; i + 1 < shape.rank(); ++i) examples *= shape[i];
  const Tensor rows = dy.reshape({examples, b.input_shape(1)[0]});
  Tensor dx, dw, db;
  if (b.needs(0)) dx = matmul(dy, b.input(1));
  if (b.needs(1)) dw = matmul(rows.t(), b.input(0).reshape({examples, shape.back()}));
  if (b.needs(2)) db = rows.sum({0});
  return {dx, dw, db};
}

}  // namespace

Tensors Linear::gradient(const Backward& b) const { return gradients(b.dy(), b); }
Tensors LinearRelu::gradient(const Backward& b) const {
  return gradients(relu_gradient(b.dy(), b.output()), b);
}

Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias) {
  return apply(Linear{}, input, weight, bias);
}
Tensor linear_relu(const Tensor& input, const Tensor& weight, const Tensor& bias) {
  return apply(LinearRelu{}, input, weight, bias);
}

}  // namespace limpid
