#include "limpid/ops/var/var.h"

#include <cmath>

#include "limpid/core/reduction.h"
#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/mean/mean.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/select.h"

namespace limpid {

namespace {

/// How many elements meet in one of the result.
double terms(std::span<const std::int64_t> shape, std::uint64_t axes) {
  double n = 1;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (axes >> i & 1) n *= static_cast<double>(shape[i]);
  return n;
}

/// Two passes: the means, then the squares of what lies beside them.
void reference(const Spread& op, const Io& io, bool root) {
  const AnyView &x = io.in[0], &y = io.out[0];
  const std::uint64_t axes = reduced_axes(op.dim, x.rank);
  const Strides into = reduced_strides(x, y, axes, op.keepdim);
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    const auto element = [&](std::int64_t at) { return W(static_cast<const T*>(x.data)[at]); };
    const W n = terms(shape_of(x), axes), divisor = op.divisor(shape_of(x));
    std::vector<W> mean(static_cast<std::size_t>(y.numel)), squares(mean.size());
    walk<2>(shape_of(x), {x.strides, into.data()},
            [&](const auto& at) { mean[static_cast<std::size_t>(at[1])] += element(at[0]) / n; });
    walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
      const auto place = static_cast<std::size_t>(at[1]);
      squares[place] += (element(at[0]) - mean[place]) * (element(at[0]) - mean[place]);
    });
    for (std::size_t i = 0; i < squares.size(); ++i) {
      const W variance = squares[i] / divisor;
      static_cast<T*>(y.data)[i] = convert<T>(root ? std::sqrt(variance) : variance);
    }
  });
}

/// What is saved or arrives without the reduced axes, with them as 1.
Tensor with_axes(const Tensor& reduced, const Shape& dim, const Shape& shape) {
  return reduced.reshape(reduced_shape(shape, reduced_axes(dim, shape.rank()), /*keepdim=*/true));
}

}  // namespace

Spec Spread::infer(const Inputs& in) const {
  if (!is_floating(in[0].dtype))
    throw DTypeError(str("input has dtype ", in[0].dtype,
                         ", but a variance is a float; convert it with .to(float32)"));
  const std::uint64_t axes = reduced_axes(dim, in[0].rank());
  return Spec(reduced_shape(in[0].shape, axes, keepdim), in[0].dtype, in[0].device);
}

double Spread::divisor(std::span<const std::int64_t> shape) const {
  const std::uint64_t axes = reduced_axes(dim, static_cast<int>(shape.size()));
  return std::max(terms(shape, axes) - correction, 0.0);
}

void Var::forward(Reference, const Io& io) const { reference(*this, io, /*root=*/false); }
void Std::forward(Reference, const Io& io) const { reference(*this, io, /*root=*/true); }

// dx_i = dy 2 (x_i - mean) / (n - c): the mean moves too, but the deviations from it add up to 0.
Tensors Var::gradient(const Backward& b) const {
  const Tensor x = b.input();
  const Tensor deviation = x - mean(x, dim, /*keepdim=*/true);
  return {with_axes(b.dy(), dim, x.shape()) * deviation * (2 / divisor(x.shape()))};
}

// y^2 = v, so dy = dv / (2 y): dx_i = dy (x_i - mean) / (y (n - c)). Where all are equal y is 0,
// and so is the gradient, by convention.
Tensors Std::gradient(const Backward& b) const {
  const Tensor x = b.input(), y = with_axes(b.output(), dim, x.shape());
  const Tensor deviation = x - mean(x, dim, /*keepdim=*/true);
  const Tensor flat = eq(y, 0);
  const Tensor slope = with_axes(b.dy(), dim, x.shape()) / where(flat, 1, y);
  return {where(flat, 0, slope) * deviation * (1 / divisor(x.shape()))};
}

Tensor var(const Tensor& input, const Shape& dim, double correction, bool keepdim) {
  return apply(Var{{dim, correction, keepdim}}, input);
}
Tensor std(const Tensor& input, const Shape& dim, double correction, bool keepdim) {
  return apply(Std{{dim, correction, keepdim}}, input);
}
VarMeanResult var_mean(const Tensor& input, const Shape& dim, double correction, bool keepdim) {
  return composite<VarMean>({input}, [&]() -> VarMeanResult {
    return {var(input, dim, correction, keepdim), mean(input, dim, keepdim)};
  });
}
StdMeanResult std_mean(const Tensor& input, const Shape& dim, double correction, bool keepdim) {
  return composite<StdMean>({input}, [&]() -> StdMeanResult {
    return {limpid::std(input, dim, correction, keepdim), mean(input, dim, keepdim)};
  });
}

Tensor Tensor::var(std::int64_t correction) const {
  return limpid::var(*this, {}, static_cast<double>(correction));
}
Tensor Tensor::var(std::initializer_list<std::int64_t> dims, std::int64_t correction,
                   bool keepdim) const {
  return limpid::var(*this, Shape(dims), static_cast<double>(correction), keepdim);
}
Tensor Tensor::std(std::int64_t correction) const {
  return limpid::std(*this, {}, static_cast<double>(correction));
}
Tensor Tensor::std(std::initializer_list<std::int64_t> dims, std::int64_t correction,
                   bool keepdim) const {
  return limpid::std(*this, Shape(dims), static_cast<double>(correction), keepdim);
}

}  // namespace limpid
