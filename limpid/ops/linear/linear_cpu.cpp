// The affine map as one product of matrices with the bias added on the way out, and its gradient as
// two products and a sum.

#include <algorithm>

#include "limpid/backends/cpu/gemm.h"
#include "limpid/core/walk.h"
#include "limpid/ops/linear/linear_relu.h"
#include "limpid/ops/pointwise/relu_parts.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// The rows of a contiguous tensor.
MatrixRef rows_of(const AnyView& view, std::int64_t columns) { return {view.data, columns, 1}; }

using Finish = void (*)(DType dtype, void* elements, std::int64_t count);

void affine(const Io& io, Finish finish) {
  const AnyView &x = io.in[0], &w = io.in[1], &bias = io.in[2], &y = io.out[0];
  if (y.numel == 0) return;
  const std::int64_t outputs = w.shape[0], step = x.strides[x.rank - 1];
  Gemm g{.dtype = y.dtype,
         .m = y.numel / outputs,
         .n = outputs,
         .k = w.shape[1],
         .a = rows_of(x, w.shape[1]),
         .b = {w.data, w.strides[1], w.strides[0]},
         .c = y.data,
         .c_row_stride = outputs,
         .bias = bias.data,
         .bias_stride = bias.defined() ? bias.strides[0] : 0,
         .weight = &w,
         .finish = finish};
  if (x.contiguous) return gemm(g);
  // Any other layout: one product for each stack of rows, where they lie.
  if (x.rank > 2) g.m = x.shape[x.rank - 2];
  g.a = {x.data, x.strides[std::max(x.rank - 2, 0)], step};  // of a single row unused
  const auto element = static_cast<std::int64_t>(size_of(y.dtype));
  const std::span stacks(x.shape, static_cast<std::size_t>(x.rank > 2 ? x.rank - 2 : 0));
  walk<1>(stacks, {x.strides}, [&](const auto& at) {
    g.a.data = static_cast<const char*>(x.data) + at[0] * element;
    gemm(g);
    g.c = static_cast<char*>(g.c) + g.m * outputs * element;
  });
}

Tensors gradients(const Tensor& given_dy, const Backward& b) {
  const Shape &x_shape = b.input_shape(0), &w_shape = b.input_shape(1);
  const std::int64_t outputs = w_shape[0], inputs = w_shape[1];
  const Tensor dy = given_dy.contiguous();
  const DType dtype = dy.dtype();
  std::int64_t rows = 1;
  for (int i = 0; i + 1 < x_shape.rank(); ++i) rows *= x_shape[i];
  Tensor dx, dw, db;
  if (b.needs(0)) {  // dy w
    dx = empty(x_shape, {.dtype = dtype});
    const Tensor w = b.input(1);
    gemm({.dtype = dtype,
          .m = rows,
          .n = inputs,
          .k = outputs,
          .a = rows_of(dy->as_view(), outputs),
          .b = {w->data, w.stride(0), w.stride(1)},
          .c = dx->data,
          .c_row_stride = inputs});
  }
  if (b.needs(1)) {  // dy^T x
    dw = empty(w_shape, {.dtype = dtype});
    const Tensor x = b.input(0).contiguous();
    gemm({.dtype = dtype,
          .m = outputs,
          .n = inputs,
          .k = rows,
          .a = rows_of(dy->as_view(), outputs).transposed(),
          .b = rows_of(x->as_view(), inputs),
          .c = dw->data,
          .c_row_stride = inputs});
  }
  if (b.needs(2)) db = dy.reshape({rows, outputs}).sum({0});
  return {dx, dw, db};
}

}  // namespace

void Linear::forward(Cpu, const Io& io) const { affine(io, nullptr); }
Tensors Linear::backward(Cpu, const Backward& b) const { return gradients(b.dy(), b); }

void LinearRelu::forward(Cpu, const Io& io) const { affine(io, &relu_in_place); }
Tensors LinearRelu::backward(Cpu, const Backward& b) const {
  return gradients(relu_gradient_in_one_pass(b.dy(), b.output()), b);
}

}  // namespace limpid
