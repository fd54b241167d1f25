#include "limpid/ops/any/any.h"

#include "limpid/core/reduction.h"
#include "limpid/core/walk.h"

namespace limpid {

namespace {

/// `decides` is the truth value of which one element is enough.
void reference(const Verdict& op, const Io& io, bool decides) {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Strides into = reduced_strides(x, y, reduced_axes(op.dim, x.rank), op.keepdim);
  auto* out = static_cast<std::uint8_t*>(y.data);  // bool or uint8, both a byte of 0 or 1
  std::fill(out, out + y.numel, std::uint8_t{!decides});
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
      if (convert<bool>(static_cast<const X*>(x.data)[at[0]]) == decides)
        out[at[1]] = std::uint8_t{decides};
    });
  });
}

}  // namespace

Spec Verdict::infer(const Inputs& in) const {
  const std::uint64_t axes = reduced_axes(dim, in[0].rank());
  const DType dtype = in[0].dtype == DType::u8 ? DType::u8 : DType::boolean;
  return Spec(reduced_shape(in[0].shape, axes, keepdim), dtype, in[0].device);
}

void Any::forward(Reference, const Io& io) const { reference(*this, io, true); }
void All::forward(Reference, const Io& io) const { reference(*this, io, false); }

Tensor any(const Tensor& input, const Shape& dim, bool keepdim) {
  return apply(Any{{dim, keepdim}}, input);
}
Tensor all(const Tensor& input, const Shape& dim, bool keepdim) {
  return apply(All{{dim, keepdim}}, input);
}
Tensor Tensor::any() const { return limpid::any(*this); }
Tensor Tensor::any(std::int64_t dim, bool keepdim) const {
  return limpid::any(*this, {dim}, keepdim);
}
Tensor Tensor::all() const { return limpid::all(*this); }
Tensor Tensor::all(std::int64_t dim, bool keepdim) const {
  return limpid::all(*this, {dim}, keepdim);
}

}  // namespace limpid
