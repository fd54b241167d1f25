#include "limpid/ops/sum/sum.h"

#include "limpid/core/reduction.h"
#include "limpid/core/walk.h"

namespace limpid {

Spec Sum::infer(const Inputs& in) const {
  const std::uint64_t axes = reduced_axes(dim, in[0].rank());
  return Spec(reduced_shape(in[0].shape, axes, keepdim),
              is_floating(in[0].dtype) ? in[0].dtype : DType::i64, in[0].device);
}

void Sum::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Strides into = reduced_strides(x, y, reduced_axes(dim, x.rank), keepdim);
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    using Total = std::conditional_t<is_float_type<X>, Wide<X>, std::uint64_t>;  // wraps around
    Total one{};  // a sum of everything needs no list of totals
    std::vector<Total> many(y.numel > 1 ? static_cast<std::size_t>(y.numel) : 0);
    Total* total = y.numel > 1 ? many.data() : &one;
    walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
      total[at[1]] += static_cast<Total>(Wide<X>(static_cast<const X*>(x.data)[at[0]]));
    });
    using Y = std::conditional_t<is_float_type<X>, X, std::int64_t>;
    for (std::int64_t i = 0; i < y.numel; ++i) static_cast<Y*>(y.data)[i] = convert<Y>(total[i]);
  });
}

// dx[dim, rest] = dy[rest]: every term has slope 1.
Tensors Sum::gradient(const Backward& b) const {
  const Shape& shape = b.input_shape();
  const Shape kept = reduced_shape(shape, reduced_axes(dim, shape.rank()), /*keepdim=*/true);
  const Tensor dy = b.dy().reshape(kept).expand(shape);
  return {dy.to(b.input_spec().dtype)};
}

Tensor sum(const Tensor& input) { return apply(Sum{}, input); }
Tensor sum(const Tensor& input, std::span<const std::int64_t> dim, bool keepdim) {
  return apply(Sum{Shape(dim), keepdim}, input);
}
Tensor Tensor::sum() const { return limpid::sum(*this); }
Tensor Tensor::sum(std::span<const std::int64_t> dims, bool keepdim) const {
  return limpid::sum(*this, dims, keepdim);
}

}  // namespace limpid
