#include "limpid/ops/conv1d/conv1d.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv2d/conv_checks.h"

namespace limpid {

Conv1dPadding::Conv1dPadding(const char* mode) : same(std::string_view(mode) == "same") {
  if (!same && std::string_view(mode) != "valid")
    throw ValueError(
        str("conv1d: padding is '", mode, "'; it must be a number, 'same' or 'valid'"));
}

Tensor conv1d(const Tensor& input, const Tensor& weight, const Tensor& bias, Conv1dOptions o) {
  return composite<Conv1d>({input, weight, bias}, [&] {
    static constexpr const char* kAxes[] = {"length"};
    ConvCall call{kAxes, {o.stride}, {o.padding.size}, {o.dilation}, o.groups};
    if (o.padding.same && o.stride != 1)
      throw ValueError(
          str("padding 'same' needs stride 1, got ", o.stride, "; give the padding as a number"));
    if (o.padding.same) call.padding = {kAmplePadding};
    check_convolution(call, input, weight, bias);
    Conv2dOptions flat{.stride = {1, o.stride},
                       .padding = {0, o.padding.size},
                       .dilation = {1, o.dilation},
                       .groups = o.groups};
    if (o.padding.same) flat.padding = "same";
    return conv2d(input.unsqueeze(-2), weight.unsqueeze(-2), bias, flat).squeeze(-2);
  });
}

}  // namespace limpid
