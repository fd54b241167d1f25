#include "limpid/ops/scatter/scatter.h"

#include "limpid/core/str.h"
#include "limpid/op/inplace.h"
#include "limpid/ops/gather/axis_index.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Spec Scatter::infer(const Inputs& in) const {
  check_scattered(in[0], in[1], in[2], dim);
  return in[0];
}

void Scatter::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &src = io.in[2], &y = io.out[0];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<2>(shape_of(x), {x.strides, y.strides}, [&](const auto& at) {
      static_cast<T*>(y.data)[at[1]] = static_cast<const T*>(x.data)[at[0]];
    });
    AxisIndex(y, io.in[1], src, dim).walk_all([&](std::int64_t to, std::int64_t from) {
      static_cast<T*>(y.data)[to] = static_cast<const T*>(src.data)[from];
    });
  });
}

// dx = dy, with 0 where elements were replaced; dsrc = what dy has in the places it went to.
Tensors Scatter::gradient(const Backward& b) const {
  return {b.needs(0) ? scatter(b.dy(), dim, b.input(1), 0) : Tensor(), Tensor(),
          b.needs(2) ? gather(b.dy(), dim, b.input(1)) : Tensor()};
}

namespace {

/// A number for each index, without memory of its own.
Tensor spread(Scalar value, const Tensor& input, const Tensor& index) {
  if (!is_floating(input.dtype()) && value.kind() == Scalar::Kind::floating)
    throw DTypeError(str("scatter: the value ", value, " does not fit a tensor of ", input.dtype(),
                         "; convert the tensor with .to(DType::f32) first"));
  return full({}, value, {.dtype = input.dtype(), .device = input.device()}).expand(index.shape());
}

}  // namespace

Tensor scatter(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& src) {
  return apply(Scatter{dim}, input, index, indexed_part(src, index));
}
Tensor scatter(const Tensor& input, std::int64_t dim, const Tensor& index, Scalar value) {
  return apply(Scatter{dim}, input, index, spread(value, input, index));
}

Tensor Tensor::scatter(std::int64_t dim, const Tensor& index, const Tensor& source) const {
  return limpid::scatter(*this, dim, index, source);
}
Tensor& Tensor::scatter_(std::int64_t dim, const Tensor& index, const Tensor& source) {
  apply_inplace(Scatter{dim}, "scatter_", *this, index, indexed_part(source, index));
  return *this;
}
Tensor& Tensor::scatter_(std::int64_t dim, const Tensor& index, Scalar value) {
  apply_inplace(Scatter{dim}, "scatter_", *this, index, spread(value, *this, index));
  return *this;
}

}  // namespace limpid
