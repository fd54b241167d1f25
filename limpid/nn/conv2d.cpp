#include "limpid/nn/conv2d.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/python_text.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {

Shape weight_shape(std::int64_t in, std::int64_t out, IntPair kernel, std::int64_t groups) {
  require_at_least("Conv2d", "groups", groups, 1);
  require_at_least("Conv2d", "in_channels", in, 1);
  require_at_least("Conv2d", "out_channels", out, 1);
  require_at_least("Conv2d", "kernel_size", std::min(kernel.height, kernel.width), 1);
  if (in % groups != 0 || out % groups != 0)
    throw ValueError(
        str("Conv2d: groups ", groups, " must divide in_channels ", in, " and out_channels ", out));
  return {out, in / groups, kernel.height, kernel.width};
}

std::string text(IntPair pair) { return str("(", pair.height, ", ", pair.width, ")"); }

}  // namespace

Conv2d::Conv2d(std::int64_t in_channels, std::int64_t out_channels, IntPair kernel_size,
               Conv2dOptions o)
    : weight(register_parameter(
          "weight", zeros(weight_shape(in_channels, out_channels, kernel_size, o.groups),
                          {.dtype = o.dtype, .device = o.device}))),
      bias(register_parameter(
          "bias",
          o.bias ? zeros({out_channels}, {.dtype = o.dtype, .device = o.device}) : Tensor())),
      in_channels_(in_channels),
      out_channels_(out_channels),
      kernel_size_(kernel_size),
      options_(o) {
  default_init(weight, bias, o.generator);
}

Tensor Conv2d::forward(const Tensor& input) {
  return conv2d(input, weight, bias,
                {options_.stride, options_.padding, options_.dilation, options_.groups});
}

std::string Conv2d::extra_repr() const {
  const Conv2dOptions& o = options_;
  std::string out = str(in_channels_, ", ", out_channels_, ", kernel_size=", text(kernel_size_),
                        ", stride=", text(o.stride));
  if (o.padding.same) out += ", padding=same";
  else if (!(o.padding.pair == IntPair(0))) out += ", padding=" + text(o.padding.pair);
  if (!(o.dilation == IntPair(1))) out += ", dilation=" + text(o.dilation);
  if (o.groups != 1) out += str(", groups=", o.groups);
  if (!o.bias) out += ", bias=" + python_text(false);
  return out;
}

}  // namespace limpid::nn
