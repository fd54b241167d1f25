#include "limpid/ops/prod/prod.h"

#include "limpid/core/reduction.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/cumprod/cumprod.h"

namespace limpid {

Spec Prod::infer(const Inputs& in) const {
  if (dim.rank() > 1)
    throw ShapeError(str("multiplies along one axis or over all of them, not along ", dim,
                         "; multiply along one after the other"));
  const std::uint64_t axes = reduced_axes(dim, in[0].rank());
  return Spec(reduced_shape(in[0].shape, axes, keepdim),
              is_floating(in[0].dtype) ? in[0].dtype : DType::i64, in[0].device);
}

void Prod::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Strides into = reduced_strides(x, y, reduced_axes(dim, x.rank), keepdim);
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    using Y = std::conditional_t<is_float_type<X>, X, std::int64_t>;
    std::vector<Wide<X>> product(static_cast<std::size_t>(y.numel), Wide<X>(1));
    walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
      Wide<X>& p = product[static_cast<std::size_t>(at[1])];
      const Wide<X> factor(static_cast<const X*>(x.data)[at[0]]);
      if constexpr (is_float_type<X>) p *= factor;
      else  // wraps around
        p = static_cast<std::int64_t>(static_cast<std::uint64_t>(p) *
                                      static_cast<std::uint64_t>(factor));
    });
    for (std::int64_t i = 0; i < y.numel; ++i)
      static_cast<Y*>(y.data)[i] = convert<Y>(product[static_cast<std::size_t>(i)]);
  });
}

// dx_i = dy times the product of all others: those before i times those behind it. No division, so
// that zeros do no harm.
Tensors Prod::gradient(const Backward& b) const {
  const Tensor x = b.input();
  if (dim.empty()) {
    const Tensor flat = x.reshape({-1});
    const Tensor others = exclusive_cumprod(flat, 0) * exclusive_cumprod(flat, 0, /*reverse=*/true);
    return {(b.dy().reshape({1}) * others).reshape(x.shape())};
  }
  const Tensor others =
      exclusive_cumprod(x, dim[0]) * exclusive_cumprod(x, dim[0], /*reverse=*/true);
  const Tensor dy = keepdim || x.dim() == 0 ? b.dy() : b.dy().unsqueeze(dim[0]);
  return {dy * others};
}

Tensor prod(const Tensor& input) { return apply(Prod{}, input); }
Tensor prod(const Tensor& input, std::int64_t dim, bool keepdim) {
  return apply(Prod{{dim}, keepdim}, input);
}
Tensor Tensor::prod() const { return limpid::prod(*this); }
Tensor Tensor::prod(std::int64_t dim, bool keepdim) const {
  return limpid::prod(*this, dim, keepdim);
}

}  // namespace limpid
