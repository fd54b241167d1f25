#include "limpid/ops/cumprod/cumprod.h"

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Every element where its neighbour was: of the one before, or with `backwards` of the one behind.
/// `edge` comes in at the free end.
Tensor shifted(const Tensor& x, std::int64_t dim, bool backwards, double edge) {
  const Tensor row = x.dim() ? x : x.reshape({1});
  const int axis = normalize_axis(dim, row.dim());
  const std::int64_t n = row.shape()[axis];
  if (n == 0) return x;
  Shape end = row.shape();
  end[axis] = 1;
  const Tensor fill = full(end, edge, {.dtype = x.dtype(), .device = x.device()});
  const Tensor rest = row.narrow(axis, backwards ? 1 : 0, n - 1);
  return (backwards ? cat({rest, fill}, axis) : cat({fill, rest}, axis)).reshape(x.shape());
}

}  // namespace

// ---- cumprod

Spec Cumprod::infer(const Inputs& in) const {
  normalize_axis(dim, in[0].rank());
  return Spec(in[0].shape, is_floating(in[0].dtype) ? in[0].dtype : DType::i64, in[0].device);
}

void Cumprod::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis), dx = row_step(x, axis), dy = row_step(y, axis);
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    using Y = std::conditional_t<is_float_type<X>, X, std::int64_t>;
    using Product = std::conditional_t<is_float_type<X>, Wide<X>, std::uint64_t>;  // wraps around
    walk_rows<2>(shape_of(x), axis, {x.strides, y.strides}, [&](const auto& at) {
      const X* from = static_cast<const X*>(x.data) + at[0];
      Y* to = static_cast<Y*>(y.data) + at[1];
      Product product = 1;
      for (std::int64_t k = 0; k < n; ++k) {
        const std::int64_t i = reverse ? n - 1 - k : k;
        product *= static_cast<Product>(Wide<X>(from[i * dx]));
        to[i * dy] = convert<Y>(product);
      }
    });
  });
}

// dx_i = sum over k >= i of dy_k (product of all x_j with j <= k, but x_i) = before_i r_i, where
// before_i = x_0 ... x_(i-1) and r_i = dy_i + x_(i+1) r_(i+1): no division, so zeros do no harm.
Tensors Cumprod::gradient(const Backward& b) const {
  const Tensor x = b.input();
  const Tensor next = shifted(x, dim, /*backwards=*/!reverse, 0);
  return {exclusive_cumprod(x, dim, reverse) * linear_recurrence(next, b.dy(), dim, !reverse)};
}

Tensor cumprod(const Tensor& input, std::int64_t dim) { return apply(Cumprod{dim}, input); }
Tensor Tensor::cumprod(std::int64_t dim) const { return limpid::cumprod(*this, dim); }

Tensor exclusive_cumprod(const Tensor& input, std::int64_t dim, bool reverse) {
  return apply(Cumprod{dim, reverse}, shifted(input, dim, /*backwards=*/reverse, 1));
}

// ---- linear recurrence

Spec LinearRecurrence::infer(const Inputs& in) const {
  if (!(in[0].shape == in[1].shape))
    throw ShapeError(str("factor has shape ", in[0].shape, " but term has shape ", in[1].shape,
                         "; expand one to the other"));
  normalize_axis(dim, in[0].rank());
  return in[0];
}

void LinearRecurrence::forward(Reference, const Io& io) const {
  const AnyView &a = io.in[0], &b = io.in[1], &y = io.out[0];
  const int axis = normalize_axis(dim, a.rank);
  const std::int64_t n = row_length(a, axis);
  visit_float(a.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const auto start = [](const AnyView& v, std::int64_t at) {
      return static_cast<T*>(v.data) + at;
    };
    walk_rows<3>(shape_of(a), axis, {a.strides, b.strides, y.strides}, [&](const auto& at) {
      Wide<T> value = 0;
      for (std::int64_t k = 0; k < n; ++k) {
        const std::int64_t i = reverse ? n - 1 - k : k;
        const Wide<T> factor(start(a, at[0])[i * row_step(a, axis)]);
        const Wide<T> term(start(b, at[1])[i * row_step(b, axis)]);
        value = k ? factor * value + term : term;
        start(y, at[2])[i * row_step(y, axis)] = convert<T>(value);
      }
    });
  });
}

// The gradient g_i of term_i reaches y_i, and through factor_(i+1) all behind it:
// g_i = dy_i + factor_(i+1) g_(i+1), a recurrence from the end. d factor_i = g_i y_(i-1).
Tensors LinearRecurrence::gradient(const Backward& b) const {
  const Tensor next = shifted(b.input(0), dim, /*backwards=*/!reverse, 0);
  const Tensor g = linear_recurrence(next, b.dy(), dim, !reverse);
  Tensor dfactor;
  if (b.needs(0)) dfactor = g * shifted(b.output(), dim, /*backwards=*/reverse, 0);
  return {dfactor, b.needs(1) ? g : Tensor()};
}

Tensor linear_recurrence(const Tensor& factor, const Tensor& term, std::int64_t dim, bool reverse) {
  return apply(LinearRecurrence{dim, reverse}, factor, term);
}

}  // namespace limpid
