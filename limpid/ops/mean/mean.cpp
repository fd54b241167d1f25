#include "limpid/ops/mean/mean.h"

#include "limpid/core/reduction.h"
#include "limpid/core/rows.h"
#include "limpid/core/str.h"

namespace limpid {

Spec Mean::infer(const Inputs& in) const {
  if (!is_floating(in[0].dtype))
    throw DTypeError(str("input has dtype ", in[0].dtype,
                         ", but a mean is a float; convert it with .to(float32)"));
  const std::uint64_t axes = reduced_axes(dim, in[0].rank());
  return Spec(reduced_shape(in[0].shape, axes, keepdim), in[0].dtype, in[0].device);
}

double Mean::terms(std::span<const std::int64_t> shape) const {
  const std::uint64_t axes = reduced_axes(dim, static_cast<int>(shape.size()));
  double n = 1;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (axes >> i & 1) n *= static_cast<double>(shape[i]);
  return n;
}

void Mean::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Strides into = reduced_strides(x, y, reduced_axes(dim, x.rank), keepdim);
  const double n = terms(shape_of(x));
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<Wide<T>> total(static_cast<std::size_t>(y.numel));
    walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
      total[static_cast<std::size_t>(at[1])] += Wide<T>(static_cast<const T*>(x.data)[at[0]]);
    });
    T* to = static_cast<T*>(y.data);
    for (const Wide<T>& sum : total) *to++ = convert<T>(sum / n);
  });
}

// dx[dim, rest] = dy[rest] / n: every element has slope 1 / n.
Tensors Mean::gradient(const Backward& b) const {
  const Shape& shape = b.input_shape();
  const Shape kept = reduced_shape(shape, reduced_axes(dim, shape.rank()), /*keepdim=*/true);
  return {(b.dy() / terms(shape)).reshape(kept).expand(shape)};
}

Tensor mean(const Tensor& input) { return apply(Mean{}, input); }
Tensor mean(const Tensor& input, std::span<const std::int64_t> dim, bool keepdim) {
  return apply(Mean{Shape(dim), keepdim}, input);
}
Tensor Tensor::mean() const { return limpid::mean(*this); }
Tensor Tensor::mean(std::initializer_list<std::int64_t> dims, bool keepdim) const {
  return limpid::mean(*this, std::span(dims.begin(), dims.size()), keepdim);
}

}  // namespace limpid
