#include "limpid/ops/conv3d/conv3d.h"

#include <string_view>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv2d/conv_checks.h"
#include "limpid/ops/conv2d/depth_slices.h"
#include "limpid/ops/stack/stack.h"

namespace limpid {

namespace {

void check(const Tensor& input, const Tensor& weight, const Tensor& bias, const Conv3dOptions& o) {
  static constexpr const char* kAxes[] = {"depth", "height", "width"};
  const auto shape = [](IntTriple t) { return Shape{t.depth, t.height, t.width}; };
  ConvCall call{kAxes, shape(o.stride), shape(o.padding.sizes), shape(o.dilation), o.groups};
  if (o.padding.same && !(o.stride == IntTriple(1)))
    throw ValueError(str("padding 'same' needs stride 1, got ", to_string(o.stride),
                         "; give the padding as numbers"));
  if (o.padding.same) call.padding = {kAmplePadding, kAmplePadding, kAmplePadding};
  check_convolution(call, input, weight, bias);
}

/// (N, C, D, H, W) -> (N OD, C kd, H, W): see conv3d.h.
Tensor depth_windows(const Tensor& x, std::int64_t taps, std::int64_t stride,
                     std::int64_t dilation) {
  const std::int64_t count = (x.size(2) - dilation * (taps - 1) - 1) / stride + 1;
  std::vector<Tensor> rows;
  for (std::int64_t h = 0; h < taps; ++h)
    rows.push_back(slices(x, 2, h * dilation, count, stride).permute({0, 2, 1, 3, 4}));
  return stack(rows, 3).reshape({x.size(0) * count, x.size(1) * taps, x.size(3), x.size(4)});
}

}  // namespace

Conv3dPadding::Conv3dPadding(const char* mode) : same(std::string_view(mode) == "same") {
  if (!same && std::string_view(mode) != "valid")
    throw ValueError(str("conv3d: padding is '", mode, "'; it must be numbers, 'same' or 'valid'"));
}

Tensor conv3d(const Tensor& input, const Tensor& weight, const Tensor& bias, Conv3dOptions o) {
  return composite<Conv3d>({input, weight, bias}, [&]() -> Tensor {
    check(input, weight, bias, o);
    if (input.dim() == 4) return conv3d(input.unsqueeze(0), weight, bias, o).squeeze(0);
    const std::int64_t taps = weight.size(2), reach = o.dilation.depth * (taps - 1);
    const std::int64_t front = o.padding.same ? reach / 2 : o.padding.sizes.depth;
    const std::int64_t both = o.padding.same ? reach : 2 * front;
    const Tensor padded = both ? among_zeros(input, 2, front, input.size(2) + both) : input;
    const Tensor images = depth_windows(padded, taps, o.stride.depth, o.dilation.depth);
    const Tensor flat =
        weight.reshape({weight.size(0), weight.size(1) * taps, weight.size(3), weight.size(4)});
    Conv2dOptions of_images{.stride = {o.stride.height, o.stride.width},
                            .padding = {o.padding.sizes.height, o.padding.sizes.width},
                            .dilation = {o.dilation.height, o.dilation.width},
                            .groups = o.groups};
    if (o.padding.same) of_images.padding = "same";
    const Tensor y = conv2d(images, flat, bias, of_images);
    const std::int64_t depth = (padded.size(2) - reach - 1) / o.stride.depth + 1;
    return y.reshape({input.size(0), depth, y.size(1), y.size(2), y.size(3)})
        .permute({0, 2, 1, 3, 4})
        .contiguous();
  });
}

}  // namespace limpid
