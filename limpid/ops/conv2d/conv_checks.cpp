#include "limpid/ops/conv2d/conv_checks.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/conv2d/conv_sizes.h"

namespace limpid {

namespace {

constexpr std::int64_t kMostPadding = kAmplePadding;  // keeps the arithmetic from overflowing

/// "(N, C, length)", "(K, C / groups, length)".
std::string layout(const char* first, const char* second, std::span<const char* const> axes) {
  std::string out = first[0] ? str("(", first, ", ", second) : str("(", second);
  for (const char* axis : axes) out += str(", ", axis);
  return out + ")";
}

void check_range(const char* name, const Shape& values, std::int64_t least) {
  for (std::int64_t v : values)
    if (v < least || v > kMostPadding)
      throw ValueError(str(name, " must be from ", least, " to 2^30, got ",
                           values.rank() == 1 ? std::to_string(v) : to_string(values)));
}

/// What does not depend on the direction.
void check_call(const ConvCall& call, const Tensor& x, const Tensor& w, const Tensor& bias,
                const char* weight_first, const char* weight_second) {
  const int axes = static_cast<int>(call.axes.size());
  if (x.dim() != axes + 1 && x.dim() != axes + 2)
    throw ShapeError(str("input must be ", layout("N", "C", call.axes), " or ",
                         layout("", "C", call.axes), ", got shape ", x.shape()));
  if (w.dim() != axes + 2)
    throw ShapeError(str("weight must be ", layout(weight_first, weight_second, call.axes),
                         ", got shape ", w.shape()));
  check_range("stride", call.stride, 1);
  check_range("dilation", call.dilation, 1);
  check_range("padding", call.padding, 0);
  if (call.groups < 1) throw ValueError(str("groups must be at least 1, got ", call.groups));
  for (int i = 0; i < axes + 2; ++i)
    if (i != 1 && w.size(i) < 1)
      throw ShapeError(
          str("weight ", w.shape(), " is empty; it needs at least one output and one tap"));
  if (is_bool(x.dtype())) throw DTypeError("takes floats and integers, not bool; use .to(dtype)");
  for (const Tensor* other : {&w, &bias})
    if (other->defined() && other->dtype() != x.dtype())
      throw DTypeError(str("input is ", x.dtype(), " but ", other == &w ? "weight" : "bias", " is ",
                           other->dtype(), "; convert one with .to(dtype)"));
}

void check_bias(const Tensor& bias, std::int64_t outputs) {
  if (bias.defined() && !(bias.shape() == Shape{outputs}))
    throw ShapeError(str("bias must have shape ", Shape{outputs},
                         ", one number an output channel, got ", bias.shape()));
}

}  // namespace

void check_convolution(const ConvCall& call, const Tensor& x, const Tensor& w, const Tensor& bias) {
  check_call(call, x, w, bias, "out channels", "in channels / groups");
  const int axes = static_cast<int>(call.axes.size()), first = x.dim() - axes;
  check_conv_channels(w.shape(), x.size(first - 1), call.groups);
  for (int i = 0; i < axes; ++i)
    conv_out_size(call.axes[static_cast<std::size_t>(i)], x.size(first + i), w.size(2 + i),
                  call.stride[i], call.dilation[i], 2 * call.padding[i]);
  check_bias(bias, w.size(0));
}

Shape check_transposed(const ConvCall& call, const Shape& output_padding, const Tensor& x,
                       const Tensor& w, const Tensor& bias) {
  check_call(call, x, w, bias, "in channels", "out channels / groups");
  check_range("output_padding", output_padding, 0);
  const int axes = static_cast<int>(call.axes.size()), first = x.dim() - axes;
  if (x.size(first - 1) != w.size(0))
    throw ShapeError(str("input has ", x.size(first - 1), " channels but weight ", w.shape(),
                         " expects ", w.size(0)));
  if (w.size(0) % call.groups != 0)
    throw ShapeError(str("weight ", w.shape(), " has ", w.size(0),
                         " inputs, which do not divide into ", call.groups, " groups"));
  check_bias(bias, w.size(1) * call.groups);
  Shape out;
  for (int i = 0; i < axes; ++i) {
    const char* axis = call.axes[static_cast<std::size_t>(i)];
    if (const auto most = std::max(call.stride[i], call.dilation[i]); output_padding[i] >= most)
      throw ValueError(str("output_padding ", output_padding[i], " along the ", axis,
                           " must be smaller than the stride or the dilation; use at most ",
                           most - 1));
    const std::int64_t n = x.size(first + i), reach = w.size(2 + i) - 1;
    if (n > kMostPadding || reach > kMostPadding)  // mutate: equivalent -- no tensor is so large
      throw ShapeError(str("the ", axis, " is impossibly large"));
    out.push_back(n == 0 ? 0
                         : (n - 1) * call.stride[i] - 2 * call.padding[i] +
                               call.dilation[i] * reach + output_padding[i] + 1);
    if (out[i] < 1)
      throw ShapeError(n == 0 ? str("the input is empty along the ", axis)
                              : str("the output would have ", out[i], " elements along the ", axis,
                                    "; use less padding"));
  }
  return out;
}

}  // namespace limpid
