#include "limpid/ops/layer_norm/layer_norm.h"

#include <cmath>

#include "limpid/core/rows.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/layer_norm/norm_inputs.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

namespace {
enum Input { kX, kWeight, kBias };
}

Spec LayerNorm::infer(const Inputs& in) const {
  check_norm_input(in[kX], eps);
  check_normalized_shape(in, normalized_shape, {"weight", "bias"});
  return in[kX];
}

void LayerNorm::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[kX], &weight = io.in[kWeight], &bias = io.in[kBias], &y = io.out[0];
  const int before = x.rank - normalized_shape.rank();
  const Strides none = contiguous_strides(normalized_shape);  // of an absent weight: not read
  const std::int64_t *of_x = x.strides + before, *of_y = y.strides + before,
                     *of_weight = weight.defined() ? weight.strides : none.data(),
                     *of_bias = bias.defined() ? bias.strides : none.data();
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    const W count = static_cast<W>(numel(normalized_shape));
    walk<2>(shape_of(x).first(static_cast<std::size_t>(before)), {x.strides, y.strides},
            [&](const auto& row) {
              const T* from = static_cast<const T*>(x.data) + row[0];
              T* to = static_cast<T*>(y.data) + row[1];
              W mean = 0, var = 0;
              walk<1>(normalized_shape, {of_x},
                      [&](const auto& at) { mean += W(from[at[0]]) / count; });
              walk<1>(normalized_shape, {of_x}, [&](const auto& at) {
                var += (W(from[at[0]]) - mean) * (W(from[at[0]]) - mean) / count;
              });
              const W factor = 1 / std::sqrt(var + W(eps));
              walk<4>(normalized_shape, {of_x, of_y, of_weight, of_bias}, [&](const auto& at) {
                const W h = (W(from[at[0]]) - mean) * factor;
                to[at[1]] = convert<T>(h * W(float_element(weight, at[2], 1)) +
                                       W(float_element(bias, at[3], 0)));
              });
            });
  });
}

Saves LayerNorm::saves(Needs needs) {
  Saves saves{.specs = true};
  if (needs[kX]) saves.inputs |= 1 << kWeight;
  if (needs[kX] || needs[kWeight]) saves.inputs |= 1 << kX;
  return saves;
}

// With r = 1/sqrt(var + eps), h = (x - mean) r, g = dy weight, and averages over the last axes:
//   dbias = sum dy,  dweight = sum dy h  (over the first axes),  dx = r (g - avg(g) - h avg(g h))
// The statistics are computed again from x, so that second derivatives flow through them.
Tensors LayerNorm::gradient(const Backward& b) const {
  const int rank = b.input_shape(kX).rank(), count = normalized_shape.rank();
  const Shape last = last_axes(rank, count), first = first_axes(rank, count);
  const DType wide = statistics_dtype(b.input_spec(kX).dtype);
  const std::int64_t n = numel(normalized_shape);
  const double share = n ? 1 / static_cast<double>(n) : 0;
  const auto average = [&](const Tensor& t) { return t.sum(last, /*keepdim=*/true) * share; };
  const auto total = [&](const Tensor& t, int i) {
    return (first.empty() ? t : t.sum(first)).to(b.input_spec(i).dtype);
  };

  Tensors gradients(3);
  const Tensor dy = b.dy().to(wide);
  if (b.needs(kBias)) gradients[kBias] = total(dy, kBias);
  if (!b.needs(kX) && !b.needs(kWeight)) return as_functions_of_inputs(std::move(gradients));
  const Tensor x = b.input(kX).to(wide), centred = x - average(x);
  const Tensor r = 1 / sqrt(average(centred * centred) + eps);
  const Tensor h = centred * r;
  if (b.needs(kWeight)) gradients[kWeight] = total(dy * h, kWeight);
  if (b.needs(kX)) {
    const Tensor weight = b.input(kWeight);
    const Tensor g = weight.defined() ? dy * weight.to(wide) : dy;
    gradients[kX] = (r * (g - average(g) - h * average(g * h))).to(b.input_spec(kX).dtype);
  }
  return as_functions_of_inputs(std::move(gradients));
}

Tensor layer_norm(const Tensor& input, const Shape& normalized_shape, const Tensor& weight,
                  const Tensor& bias, double eps) {
  return apply(LayerNorm{normalized_shape, eps}, input, weight, bias);
}

}  // namespace limpid
