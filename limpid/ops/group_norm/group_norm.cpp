#include "limpid/ops/group_norm/group_norm.h"

#include <cmath>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/layer_norm/norm_inputs.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

namespace {

enum Input { kX, kWeight, kBias };

void check_groups(const Spec& x, std::int64_t num_groups) {
  if (x.rank() < 2)
    throw ShapeError(
        str("needs at least 2 dimensions (batch, channels, ...), got shape ", x.shape));
  if (num_groups < 1) throw ValueError(str("num_groups must be at least 1, got ", num_groups));
  if (x[1] % num_groups != 0)
    throw ShapeError(str("the input has ", x[1], " channels (dimension 1), which num_groups = ",
                         num_groups, " does not divide"));
  if (numel(x.shape) == num_groups)
    throw ValueError(str("expected more than 1 value per group, got input size ", x.shape,
                         " and num_groups = ", num_groups, ": the variance of one value is 0"));
}

void check_parameter(const char* name, const Spec& parameter, const Spec& x) {
  if (!(parameter.shape == Shape{x[1]}))
    throw ShapeError(str(name, " has shape ", parameter.shape, " but the input has ", x[1],
                         " channels (dimension 1): it must be (", x[1], ",)"));
  check_norm_dtype(name, parameter, x.dtype);
}

}  // namespace

Spec GroupNorm::infer(const Inputs& in) const {
  check_norm_input(in[kX], eps);
  check_groups(in[kX], num_groups);
  if (in.defined(kWeight)) check_parameter("weight", in[kWeight], in[kX]);
  if (in.defined(kBias)) check_parameter("bias", in[kBias], in[kX]);
  return in[kX];
}

void GroupNorm::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[kX], &weight = io.in[kWeight], &bias = io.in[kBias], &y = io.out[0];
  const std::int64_t width = x.shape[1] / num_groups;  // channels of a group
  Shape group(shape_of(x)), channel(shape_of(x));
  group[0] = channel[0] = channel[1] = 1;
  group[1] = width;
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    const W count = static_cast<W>(numel(group));
    for (std::int64_t n = 0; n < x.shape[0]; ++n)
      for (std::int64_t first = 0; first < x.shape[1]; first += width) {
        const auto at_channel = [&](const AnyView& t, std::int64_t c) {
          return static_cast<T*>(t.data) + n * t.strides[0] + c * t.strides[1];
        };
        const T* from = at_channel(x, first);
        W mean = 0, var = 0;
        walk<1>(group, {x.strides}, [&](const auto& at) { mean += W(from[at[0]]) / count; });
        walk<1>(group, {x.strides}, [&](const auto& at) {
          var += (W(from[at[0]]) - mean) * (W(from[at[0]]) - mean) / count;
        });
        for (std::int64_t c = first; c < first + width; ++c) {
          const auto parameter = [&](const AnyView& t, double otherwise) {
            return W(float_element(t, t.defined() ? c * t.strides[0] : 0, otherwise));
          };
          const W scale = parameter(weight, 1) / std::sqrt(var + W(eps));
          walk<2>(channel, {x.strides, y.strides}, [&](const auto& at) {
            const W distance = W(at_channel(x, c)[at[0]]) - mean;
            at_channel(y, c)[at[1]] = convert<T>(distance * scale + parameter(bias, 0));
          });
        }
      }
  });
}

Saves GroupNorm::saves(Needs needs) {
  Saves saves{.specs = true};
  if (needs[kX]) saves.inputs |= 1 << kWeight;
  if (needs[kX] || needs[kWeight]) saves.inputs |= 1 << kX;
  return saves;
}

// With r = 1/sqrt(var + eps), h = (x - mean) r, g = dy weight, and averages over a group:
//   dbias = sum dy,  dweight = sum dy h  (all but channels),  dx = r (g - avg(g) - h avg(g h))
// The statistics are computed again from x, so that second derivatives flow through them.
Tensors GroupNorm::gradient(const Backward& b) const {
  const Shape& shape = b.input_shape(kX);
  const DType wide = statistics_dtype(b.input_spec(kX).dtype);
  const std::int64_t groups = shape[0] * num_groups;
  const std::int64_t n = groups ? numel(shape) / groups : 0;
  const double share = n ? 1 / static_cast<double>(n) : 0;
  Shape all_but_channels, column(shape.rank());  // column: (1, C, 1, ...)
  for (int i = 0; i < shape.rank(); ++i) {
    if (i != 1) all_but_channels.push_back(i);
    column[i] = i == 1 ? shape[1] : 1;
  }
  const auto rows = [&](const Tensor& t) { return t.reshape({groups, n}); };  // a row is a group
  const auto average = [&](const Tensor& t) { return t.sum({1}, /*keepdim=*/true) * share; };
  const auto total = [&](const Tensor& t, int i) {
    return t.sum(all_but_channels).to(b.input_spec(i).dtype);
  };

  Tensors gradients(3);
  const Tensor dy = b.dy().to(wide);
  if (b.needs(kBias)) gradients[kBias] = total(dy, kBias);
  if (!b.needs(kX) && !b.needs(kWeight)) return as_functions_of_inputs(std::move(gradients));
  const Tensor x = rows(b.input(kX).to(wide)), centred = x - average(x);
  const Tensor r = 1 / sqrt(average(centred * centred) + eps);
  const Tensor h = centred * r;
  if (b.needs(kWeight)) gradients[kWeight] = total(dy * h.reshape(shape), kWeight);
  if (b.needs(kX)) {
    const Tensor weight = b.input(kWeight);
    const Tensor g = rows(weight.defined() ? dy * weight.to(wide).reshape(column) : dy);
    const Tensor dx = r * (g - average(g) - h * average(g * h));
    gradients[kX] = dx.reshape(shape).to(b.input_spec(kX).dtype);
  }
  return as_functions_of_inputs(std::move(gradients));
}

Tensor group_norm(const Tensor& input, std::int64_t num_groups, const Tensor& weight,
                  const Tensor& bias, double eps) {
  return apply(GroupNorm{num_groups, eps}, input, weight, bias);
}

}  // namespace limpid
