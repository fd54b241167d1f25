#include "limpid/nn/conv.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/python_text.h"
#include "limpid/nn/sizes.h"
#include "limpid/nn/where.h"
#include "limpid/ops/pad/pad.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {

constexpr std::int64_t kHuge = std::int64_t{1} << 30;  // keeps the arithmetic from overflowing

Shape sizes_of(const Conv1dPadding& p) { return as_shape(p.size); }
Shape sizes_of(const ConvPadding& p) { return as_shape(p.pair); }
Shape sizes_of(const Conv3dPadding& p) { return as_shape(p.sizes); }

Shape repeated(int rank, std::int64_t value) {
  Shape out(rank);
  for (int i = 0; i < rank; ++i) out[i] = value;
  return out;
}

template <class Sizes, class Padding>
ConvDescription described(const char* name, std::int64_t in, std::int64_t out, Sizes kernel,
                          const ConvOptions<Sizes, Padding>& o) {
  const Shape k = as_shape(kernel);
  return {.name = name,
          .transposed = false,
          .in_channels = in,
          .out_channels = out,
          .kernel_size = k,
          .stride = as_shape(o.stride),
          .padding = sizes_of(o.padding),
          .dilation = as_shape(o.dilation),
          .output_padding = repeated(k.rank(), 0),
          .same = o.padding.same,
          .groups = o.groups,
          .bias = o.bias,
          .padding_mode = o.padding_mode};
}

template <class Sizes>
ConvDescription described(const char* name, std::int64_t in, std::int64_t out, Sizes kernel,
                          const ConvTransposeOptions<Sizes>& o) {
  return {.name = name,
          .transposed = true,
          .in_channels = in,
          .out_channels = out,
          .kernel_size = as_shape(kernel),
          .stride = as_shape(o.stride),
          .padding = as_shape(o.padding),
          .dilation = as_shape(o.dilation),
          .output_padding = as_shape(o.output_padding),
          .same = false,
          .groups = o.groups,
          .bias = o.bias,
          .padding_mode = "zeros"};
}

void check_range(const ConvDescription& d, const char* what, const Shape& sizes,
                 std::int64_t least) {
  for (std::int64_t size : sizes) {
    require_at_least(d.name, what, size, least);
    if (size > kHuge)
      throw ValueError(str(d.name, ": ", what, " must be at most 2^30, got ", size));
  }
}

void check(const ConvDescription& d) {
  require_at_least(d.name, "groups", d.groups, 1);
  require_at_least(d.name, "in_channels", d.in_channels, 1);
  require_at_least(d.name, "out_channels", d.out_channels, 1);
  check_range(d, "kernel_size", d.kernel_size, 1);
  check_range(d, "stride", d.stride, 1);
  check_range(d, "padding", d.padding, 0);
  check_range(d, "dilation", d.dilation, 1);
  if (d.in_channels % d.groups != 0 || d.out_channels % d.groups != 0)
    throw ValueError(str(d.name, ": groups ", d.groups, " must divide in_channels ", d.in_channels,
                         " and out_channels ", d.out_channels));
  if (d.same && d.stride != repeated(d.stride.rank(), 1))
    throw ValueError(str(d.name, ": padding 'same' needs stride 1, got ", sizes_text(d.stride)));
  static const std::vector<std::string> modes = {"zeros", "reflect", "replicate", "circular"};
  if (std::find(modes.begin(), modes.end(), d.padding_mode) == modes.end())
    throw ValueError(str(d.name, ": there is no padding_mode ", quote(d.padding_mode),
                         did_you_mean(d.padding_mode, modes)));
}

Shape weight_shape(const ConvDescription& d) {
  check(d);
  const auto axes = static_cast<int>(d.kernel_size.rank());
  Shape shape(axes + 2);
  shape[0] = d.transposed ? d.in_channels : d.out_channels;
  shape[1] = (d.transposed ? d.out_channels : d.in_channels) / d.groups;
  for (int i = 0; i < axes; ++i) shape[i + 2] = d.kernel_size[i];
  return shape;
}

/// The padding that the op is to make itself: none where padded() makes it.
template <class Sizes, class Padding>
Padding zeros_around(const ConvOptions<Sizes, Padding>& o) {
  return o.padding_mode == "zeros" ? o.padding : Padding(0);
}

}  // namespace

ConvBase::ConvBase(ConvDescription d, const TensorOptions& tensors, Generator* generator)
    : weight(register_parameter("weight", zeros(weight_shape(d), tensors))),
      bias(register_parameter("bias", d.bias ? zeros({d.out_channels}, tensors) : Tensor())),
      d_(std::move(d)) {
  default_init(weight, bias, generator);
}

Tensor ConvBase::padded(const Tensor& input) const {
  if (d_.padding_mode == "zeros") return input;
  const auto axes = static_cast<int>(d_.kernel_size.rank());
  Shape around(2 * axes);  // the last axis first
  for (int axis = 0; axis < axes; ++axis) {
    const std::int64_t total =
        d_.same ? d_.dilation[axis] * (d_.kernel_size[axis] - 1) : 2 * d_.padding[axis];
    around[2 * (axes - 1 - axis)] = total / 2;
    around[2 * (axes - 1 - axis) + 1] = total - total / 2;
  }
  return pad(input, around, d_.padding_mode);
}

Shape ConvBase::output_padding_for(const Shape& input, const Shape& output_size) const {
  const auto axes = static_cast<int>(output_size.rank());
  if (input.rank() < axes + 1) return d_.output_padding;  // the op says what is wrong
  Shape out(axes);
  for (int axis = 0; axis < axes; ++axis) {
    const std::int64_t size = std::min(input[input.rank() - axes + axis], kHuge);
    const std::int64_t least = (size - 1) * d_.stride[axis] - 2 * d_.padding[axis] +
                               d_.dilation[axis] * (d_.kernel_size[axis] - 1) + 1;
    const std::int64_t largest = least + d_.stride[axis] - 1;
    if (output_size[axis] < least || output_size[axis] > largest)
      throw ValueError(str(d_.name, ": output_size ", output_size, " is not possible: entry ", axis,
                           " must lie in ", least, "..", largest, " for an input of size ", size,
                           where()));
    out[axis] = output_size[axis] - least;
  }
  return out;
}

template <class Sizes, class Options>
Options ConvBase::with_output_size(Options options, const Tensor& input, Sizes output_size) const {
  options.output_padding =
      from_shape<Sizes>(output_padding_for(input.shape(), as_shape(output_size)));
  return options;
}

std::string ConvBase::extra_repr() const {
  const auto axes = static_cast<int>(d_.kernel_size.rank());
  std::string out = str(d_.in_channels, ", ", d_.out_channels, ", kernel_size=", d_.kernel_size,
                        ", stride=", d_.stride);
  if (d_.same) out += ", padding=same";
  else if (d_.padding != repeated(axes, 0)) out += str(", padding=", d_.padding);
  if (d_.dilation != repeated(axes, 1)) out += str(", dilation=", d_.dilation);
  if (d_.output_padding != repeated(axes, 0)) out += str(", output_padding=", d_.output_padding);
  if (d_.groups != 1) out += str(", groups=", d_.groups);
  if (!d_.bias) out += ", bias=" + python_text(false);
  if (d_.padding_mode != "zeros") out += ", padding_mode=" + d_.padding_mode;
  return out;
}

// ---- one number of axes each

Conv1d::Conv1d(std::int64_t in_channels, std::int64_t out_channels, std::int64_t kernel_size,
               Conv1dOptions o)
    : ConvBase(described("Conv1d", in_channels, out_channels, kernel_size, o),
               {.dtype = o.dtype, .device = o.device}, o.generator),
      options_{o.stride, zeros_around(o), o.dilation, o.groups} {}
Tensor Conv1d::forward(const Tensor& input) {
  return conv1d(padded(input), weight, bias, options_);
}

Conv2d::Conv2d(std::int64_t in_channels, std::int64_t out_channels, IntPair kernel_size,
               Conv2dOptions o)
    : ConvBase(described("Conv2d", in_channels, out_channels, kernel_size, o),
               {.dtype = o.dtype, .device = o.device}, o.generator),
      options_{o.stride, zeros_around(o), o.dilation, o.groups} {}
Tensor Conv2d::forward(const Tensor& input) {
  return conv2d(padded(input), weight, bias, options_);
}
Conv2d Conv2d::like(bool with_bias) const {
  const ConvDescription& d = description();
  Generator own(0);  // its numbers are written over
  return Conv2d(d.in_channels, d.out_channels, from_shape<IntPair>(d.kernel_size),
                {.stride = from_shape<IntPair>(d.stride),
                 .padding = d.same ? ConvPadding("same") : from_shape<IntPair>(d.padding),
                 .dilation = from_shape<IntPair>(d.dilation),
                 .groups = d.groups,
                 .bias = with_bias,
                 .padding_mode = d.padding_mode,
                 .device = weight.device(),
                 .dtype = weight.dtype(),
                 .generator = &own});
}

Conv3d::Conv3d(std::int64_t in_channels, std::int64_t out_channels, IntTriple kernel_size,
               Conv3dOptions o)
    : ConvBase(described("Conv3d", in_channels, out_channels, kernel_size, o),
               {.dtype = o.dtype, .device = o.device}, o.generator),
      options_{o.stride, zeros_around(o), o.dilation, o.groups} {}
Tensor Conv3d::forward(const Tensor& input) {
  return conv3d(padded(input), weight, bias, options_);
}

ConvTranspose1d::ConvTranspose1d(std::int64_t in_channels, std::int64_t out_channels,
                                 std::int64_t kernel_size, ConvTranspose1dOptions o)
    : ConvBase(described("ConvTranspose1d", in_channels, out_channels, kernel_size, o),
               {.dtype = o.dtype, .device = o.device}, o.generator),
      options_{o.stride, o.padding, o.output_padding, o.groups, o.dilation} {}
Tensor ConvTranspose1d::forward(const Tensor& input) {
  return conv_transpose1d(input, weight, bias, options_);
}
Tensor ConvTranspose1d::operator()(const Tensor& input, std::int64_t output_size) {
  return call_as({&input, 1}, [&](std::span<const Tensor> in) {
    return conv_transpose1d(in[0], weight, bias, with_output_size(options_, in[0], output_size));
  });
}

ConvTranspose2d::ConvTranspose2d(std::int64_t in_channels, std::int64_t out_channels,
                                 IntPair kernel_size, ConvTranspose2dOptions o)
    : ConvBase(described("ConvTranspose2d", in_channels, out_channels, kernel_size, o),
               {.dtype = o.dtype, .device = o.device}, o.generator),
      options_{o.stride, o.padding, o.output_padding, o.groups, o.dilation} {}
Tensor ConvTranspose2d::forward(const Tensor& input) {
  return conv_transpose2d(input, weight, bias, options_);
}
Tensor ConvTranspose2d::operator()(const Tensor& input, IntPair output_size) {
  return call_as({&input, 1}, [&](std::span<const Tensor> in) {
    return conv_transpose2d(in[0], weight, bias, with_output_size(options_, in[0], output_size));
  });
}

ConvTranspose3d::ConvTranspose3d(std::int64_t in_channels, std::int64_t out_channels,
                                 IntTriple kernel_size, ConvTranspose3dOptions o)
    : ConvBase(described("ConvTranspose3d", in_channels, out_channels, kernel_size, o),
               {.dtype = o.dtype, .device = o.device}, o.generator),
      options_{o.stride, o.padding, o.output_padding, o.groups, o.dilation} {}
Tensor ConvTranspose3d::forward(const Tensor& input) {
  return conv_transpose3d(input, weight, bias, options_);
}
Tensor ConvTranspose3d::operator()(const Tensor& input, IntTriple output_size) {
  return call_as({&input, 1}, [&](std::span<const Tensor> in) {
    return conv_transpose3d(in[0], weight, bias, with_output_size(options_, in[0], output_size));
  });
}

}  // namespace limpid::nn
