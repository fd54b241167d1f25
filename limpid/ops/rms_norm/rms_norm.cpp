#include "limpid/ops/rms_norm/rms_norm.h"

#include <cmath>

#include "limpid/core/rows.h"
#include "limpid/ops/layer_norm/norm_inputs.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

namespace {
enum Input { kX, kWeight };
}

Spec RmsNorm::infer(const Inputs& in) const {
  check_norm_input(in[kX], eps);
  check_normalized_shape(in, normalized_shape, {"weight"});
  return in[kX];
}

void RmsNorm::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[kX], &weight = io.in[kWeight], &y = io.out[0];
  const int before = x.rank - normalized_shape.rank();
  const Strides none = contiguous_strides(normalized_shape);  // of an absent weight: not read
  const std::int64_t *of_x = x.strides + before, *of_y = y.strides + before,
                     *of_weight = weight.defined() ? weight.strides : none.data();
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    const W count = static_cast<W>(numel(normalized_shape));
    walk<2>(
        shape_of(x).first(static_cast<std::size_t>(before)), {x.strides, y.strides},
        [&](const auto& row) {
          const T* from = static_cast<const T*>(x.data) + row[0];
          T* to = static_cast<T*>(y.data) + row[1];
          W mean_square = 0;
          walk<1>(normalized_shape, {of_x},
                  [&](const auto& at) { mean_square += W(from[at[0]]) * W(from[at[0]]) / count; });
          const W factor = 1 / std::sqrt(mean_square + W(eps));
          walk<3>(normalized_shape, {of_x, of_y, of_weight}, [&](const auto& at) {
            to[at[1]] = convert<T>(W(from[at[0]]) * factor * W(float_element(weight, at[2], 1)));
          });
        });
  });
}

Saves RmsNorm::saves(Needs needs) {
  return {.inputs = 1u | (needs[kX] ? 1u << kWeight : 0u), .specs = true};
}

// With r = 1/sqrt(mean of x^2 + eps), h = x r, g = dy weight, and averages over the last axes:
//   dweight = sum dy h  (over the first axes),  dx = r (g - h avg(g h))
Tensors RmsNorm::gradient(const Backward& b) const {
  const int rank = b.input_shape(kX).rank(), count = normalized_shape.rank();
  const Shape last = last_axes(rank, count), first = first_axes(rank, count);
  const DType wide = statistics_dtype(b.input_spec(kX).dtype);
  const std::int64_t n = numel(normalized_shape);
  const double share = n ? 1 / static_cast<double>(n) : 0;
  const auto average = [&](const Tensor& t) { return t.sum(last, /*keepdim=*/true) * share; };

  Tensors gradients(2);
  const Tensor dy = b.dy().to(wide), x = b.input(kX).to(wide);
  const Tensor r = 1 / sqrt(average(x * x) + eps);
  const Tensor h = x * r;
  if (b.needs(kWeight)) {
    const Tensor products = dy * h;
    gradients[kWeight] =
        (first.empty() ? products : products.sum(first)).to(b.input_spec(kWeight).dtype);
  }
  if (b.needs(kX)) {
    const Tensor weight = b.input(kWeight);
    const Tensor g = weight.defined() ? dy * weight.to(wide) : dy;
    gradients[kX] = (r * (g - h * average(g * h))).to(b.input_spec(kX).dtype);
  }
  return gradients;
}

Tensor rms_norm(const Tensor& input, const Shape& normalized_shape, const Tensor& weight,
                std::optional<double> eps) {
  const double smallest = input.dtype() == DType::f64 ? 0x1p-52 : 0x1p-23;
  return apply(RmsNorm{normalized_shape, eps.value_or(smallest)}, input, weight);
}

}  // namespace limpid
