#include "limpid/ops/masked_fill/masked_fill.h"

#include "limpid/core/error.h"
#include "limpid/core/fits.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/inplace.h"

namespace limpid {

Spec MaskedFill::infer(const Inputs& in) const {
  if (!is_bool(in[1].dtype))
    throw DTypeError(str("the mask must be bool, not ", in[1].dtype,
                         "; convert it with .to(DType::boolean), or compare"));
  if (value.kind() == Scalar::Kind::floating && !is_floating(in[0].dtype))
    throw DTypeError(str("the value ", value, " does not fit a tensor of ", in[0].dtype,
                         "; convert the tensor with .to(DType::f32) first"));
  require_fits(value, in[0].dtype);
  return Spec(broadcast_shapes(in[0].shape, in[1].shape), in[0].dtype, in[0].device);
}

void MaskedFill::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &mask = io.in[1], &y = io.out[0];
  const Strides xs = broadcast_strides(x, shape_of(y)), ms = broadcast_strides(mask, shape_of(y));
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<3>(shape_of(y), {xs.data(), ms.data(), y.strides}, [&](const auto& at) {
      static_cast<T*>(y.data)[at[2]] = static_cast<const bool*>(mask.data)[at[1]]
                                           ? value.to<T>()
                                           : static_cast<const T*>(x.data)[at[0]];
    });
  });
}

// dx = dy where x went through, 0 where it was replaced.
Tensors MaskedFill::gradient(const Backward& b) const {
  return {masked_fill(b.dy(), b.input(1), 0), Tensor()};
}

Tensor masked_fill(const Tensor& input, const Tensor& mask, Scalar value) {
  return apply(MaskedFill{value}, input, mask);
}

Tensor Tensor::masked_fill(const Tensor& mask, Scalar value) const {
  return limpid::masked_fill(*this, mask, value);
}

Tensor& Tensor::masked_fill_(const Tensor& mask, Scalar value) {
  assign(*this, limpid::masked_fill(*this, mask, value), "masked_fill_");
  return *this;
}

}  // namespace limpid
