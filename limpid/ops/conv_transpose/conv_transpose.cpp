// conv2d_input_gradient computes all of them. Its attributes are those of the convolution that goes
// the other way: the output here is that convolution's image, the input its output.

#include "limpid/ops/conv_transpose/conv_transpose.h"

#include <algorithm>

#include "limpid/op/composite.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv2d/conv_checks.h"
#include "limpid/ops/conv2d/depth_slices.h"

namespace limpid {

namespace {

/// The gradient of the bias keeps its link to it, as that of conv2d, which is one op.
Tensor add_bias(const Tensor& y, const Tensor& bias, int axes) {
  if (!bias.defined()) return y;
  Shape shape{bias.size(0)};
  for (int i = 0; i < axes; ++i) shape.push_back(1);
  return y + (y.requires_grad() ? with_corners(bias) : bias).reshape(shape);
}

/// One axis: the size and the padding behind with which the convolution leads back to the input's
/// size. Elements that output_padding adds beyond the reach of every tap are zeros that follow.
struct Extent {
  std::int64_t size, behind, zeros;
};
Extent extent(std::int64_t out, std::int64_t stride, std::int64_t padding,
              std::int64_t output_padding) {
  if (output_padding < stride) return {out, padding, 0};
  const std::int64_t behind = std::max<std::int64_t>(padding - output_padding, 0);
  const std::int64_t zeros =
      std::max<std::int64_t>(output_padding - padding + behind - (stride - 1), 0);
  return {out - zeros, behind, zeros};
}

Tensor followed_by_zeros(const Tensor& y, int axis, std::int64_t zeros) {
  return zeros ? among_zeros(y, axis, 0, y.size(axis) + zeros) : y;
}

/// The sum without the bias; everything has been checked, `out` is (height, width) of the output.
Tensor spread(const Tensor& input, const Tensor& weight, const ConvTranspose2dOptions& o,
              const Shape& out) {
  const Extent rows = extent(out[0], o.stride.height, o.padding.height, o.output_padding.height);
  const Extent columns = extent(out[1], o.stride.width, o.padding.width, o.output_padding.width);
  Conv2dInputGradient card;
  card.stride = {o.stride.height, o.stride.width};
  card.padding = {o.padding.height, o.padding.width, rows.behind, columns.behind};
  card.dilation = {o.dilation.height, o.dilation.width};
  card.groups = o.groups;
  card.size = {rows.size, columns.size};
  const Tensor y = apply(card, input, weight);
  return followed_by_zeros(followed_by_zeros(y, y.dim() - 2, rows.zeros), y.dim() - 1,
                           columns.zeros);
}

/// Adds the kd parts (N, D, K, kd, OH, OW) of each depth to the depths where they belong: part h of
/// depth d to d*stride + h*dilation - padding.
Tensor add_over_depth(const Tensor& parts, std::int64_t depth, const ConvTranspose3dOptions& o) {
  const std::int64_t inner = parts.size(1), taps = parts.size(3);
  const std::int64_t reach = (inner - 1) * o.stride.depth + o.dilation.depth * (taps - 1) + 1;
  const std::int64_t size = std::max(reach, depth + o.padding.depth);
  Tensor sum;
  for (std::int64_t h = 0; h < taps; ++h) {
    const Tensor part = parts.select(3, h).permute({0, 2, 1, 3, 4});
    const Tensor placed = among_zeros(part, 2, h * o.dilation.depth, size, o.stride.depth);
    sum = sum.defined() ? sum + placed : placed;
  }
  return sum.narrow(2, o.padding.depth, depth).contiguous();
}

}  // namespace

Tensor conv_transpose2d(const Tensor& input, const Tensor& weight, const Tensor& bias,
                        ConvTranspose2dOptions o) {
  return composite<ConvTranspose2d>({input, weight, bias}, [&]() -> Tensor {
    static constexpr const char* kAxes[] = {"height", "width"};
    Shape out;
    const auto shape = [](IntPair p) { return Shape{p.height, p.width}; };
    out = check_transposed({kAxes, shape(o.stride), shape(o.padding), shape(o.dilation), o.groups},
                           shape(o.output_padding), input, weight, bias);
    return add_bias(spread(input, weight, o, out), bias, 2);
  });
}

Tensor conv_transpose1d(const Tensor& input, const Tensor& weight, const Tensor& bias,
                        ConvTranspose1dOptions o) {
  return composite<ConvTranspose1d>({input, weight, bias}, [&] {
    static constexpr const char* kAxes[] = {"length"};
    Shape out;
    out = check_transposed({kAxes, {o.stride}, {o.padding}, {o.dilation}, o.groups},
                           {o.output_padding}, input, weight, bias);
    const ConvTranspose2dOptions flat{.stride = {1, o.stride},
                                      .padding = {0, o.padding},
                                      .output_padding = {0, o.output_padding},
                                      .groups = o.groups,
                                      .dilation = {1, o.dilation}};
    const Tensor y = spread(input.unsqueeze(-2), weight.unsqueeze(-2), flat, {1, out[0]});
    return add_bias(y.squeeze(-2), bias, 1);
  });
}

Tensor conv_transpose3d(const Tensor& input, const Tensor& weight, const Tensor& bias,
                        ConvTranspose3dOptions o) {
  return composite<ConvTranspose3d>({input, weight, bias}, [&]() -> Tensor {
    static constexpr const char* kAxes[] = {"depth", "height", "width"};
    Shape out;
    const auto shape = [](IntTriple t) { return Shape{t.depth, t.height, t.width}; };
    out = check_transposed({kAxes, shape(o.stride), shape(o.padding), shape(o.dilation), o.groups},
                           shape(o.output_padding), input, weight, bias);
    if (input.dim() == 4) return conv_transpose3d(input.unsqueeze(0), weight, bias, o).squeeze(0);
    const std::int64_t batch = input.size(0), depth = input.size(2), taps = weight.size(2);
    const Tensor images =
        input.permute({0, 2, 1, 3, 4})
            .reshape({batch * depth, input.size(1), input.size(3), input.size(4)});
    const Tensor flat =
        weight.reshape({weight.size(0), weight.size(1) * taps, weight.size(3), weight.size(4)});
    const ConvTranspose2dOptions of_images{
        .stride = {o.stride.height, o.stride.width},
        .padding = {o.padding.height, o.padding.width},
        .output_padding = {o.output_padding.height, o.output_padding.width},
        .groups = o.groups,
        .dilation = {o.dilation.height, o.dilation.width}};
    const Tensor parts =
        spread(images, flat, of_images, {out[1], out[2]})
            .reshape({batch, depth, weight.size(1) * o.groups, taps, out[1], out[2]});
    return add_bias(add_over_depth(parts, out[0], o), bias, 3);
  });
}

}  // namespace limpid
