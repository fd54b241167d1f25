#include "limpid/ops/vector_norm/vector_norm.h"

#include <cmath>

#include "limpid/core/reduction.h"
#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Spec VectorNorm::infer(const Inputs& in) const {
  if (!is_floating(in[0].dtype))
    throw DTypeError(str("input has dtype ", in[0].dtype,
                         ", but a norm is a float; convert it with .to(float32)"));
  if (std::isnan(ord)) throw ValueError("ord is NaN; it must be a number or an infinity");
  const std::uint64_t axes = reduced_axes(dim, in[0].rank());
  for (int i = 0; i < in[0].rank(); ++i)
    if ((axes >> i & 1) && in[0][i] == 0 && (ord < 0 || std::isinf(ord)))
      throw ValueError(str("dimension ", i, " is empty, and the norm of order ", ord,
                           " of no elements does not exist"));
  return Spec(reduced_shape(in[0].shape, axes, keepdim), in[0].dtype, in[0].device);
}

void VectorNorm::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Strides into = reduced_strides(x, y, reduced_axes(dim, x.rank), keepdim);
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    const W start = std::isinf(ord) && ord < 0 ? std::numeric_limits<W>::infinity() : W(0);
    std::vector<W> total(static_cast<std::size_t>(y.numel), start);
    walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
      W& t = total[static_cast<std::size_t>(at[1])];
      const W a = std::abs(W(static_cast<const T*>(x.data)[at[0]]));
      if (ord == 0) t += a != 0;
      else if (!std::isinf(ord)) t += std::pow(a, W(ord));
      else if (is_nan(a) || (ord > 0 ? a > t : a < t)) t = a;
    });
    for (std::size_t i = 0; i < total.size(); ++i) {
      const bool root = ord != 0 && !std::isinf(ord);
      static_cast<T*>(y.data)[i] = convert<T>(root ? std::pow(total[i], 1 / W(ord)) : total[i]);
    }
  });
}

namespace {

/// a / b, and 0 where `b` is 0.
Tensor divide_or_0(const Tensor& a, const Tensor& b) {
  const Tensor zero = eq(b, 0);
  return where(zero, 0, a / where(zero, 1, b));
}

/// |x|^exponent, and 0 where x is 0: a negative power would be infinite, and the slope of a small
/// one.
Tensor power_or_0(const Tensor& x, double exponent) {
  const Tensor zero = eq(x, 0);
  return where(zero, 0, pow(abs(where(zero, 1, x)), exponent));
}

}  // namespace

// dx_i = dy sign(x_i) (|x_i| / y)^(ord - 1), and 0 where x_i is 0 or y is.
//   ord 1: sign(x_i).   ord 2: x_i / y.   ord 0: constant nearly everywhere.
//   infinite: the winners share it, as in amax.
Tensors VectorNorm::gradient(const Backward& b) const {
  const Tensor x = b.input();
  const Shape kept = reduced_shape(x.shape(), reduced_axes(dim, x.dim()), /*keepdim=*/true);
  const Tensor y = b.output().reshape(kept), dy = b.dy().reshape(kept);
  if (ord == 0) return {zeros_like(x)};
  if (ord == 1) return {sign(x) * dy};
  if (ord == 2) return {x * divide_or_0(dy, y)};
  if (std::isinf(ord)) {
    const Tensor size = abs(x);
    const Tensor winners = logical_or(eq(size, y), logical_and(isnan(size), isnan(y)));
    return {sign(x) * (winners.to(x.dtype()) * (dy / winners.sum(dim, /*keepdim=*/true)))};
  }
  return {sign(x) * power_or_0(x, ord - 1) * (dy * power_or_0(y, 1 - ord))};
}

Tensor vector_norm(const Tensor& input, double ord, const Shape& dim, bool keepdim) {
  return apply(VectorNorm{ord, dim, keepdim}, input);
}
Tensor norm(const Tensor& input, double p, const Shape& dim, bool keepdim) {
  return composite<Norm>({input}, [&] { return vector_norm(input, p, dim, keepdim); });
}
Tensor Tensor::norm() const { return vector_norm(*this); }

Tensor normalize(const Tensor& input, double p, std::int64_t dim, double eps) {
  return composite<Normalize>(
      {input}, [&] { return input / clamp(vector_norm(input, p, {dim}, /*keepdim=*/true), eps); });
}

}  // namespace limpid
