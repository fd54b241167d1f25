#include "limpid/ops/conv2d/conv_sizes.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

constexpr std::int64_t kHuge = std::int64_t{1} << 40;  // keeps sums of sizes from overflowing

void check_pair(const Shape& pair, const char* name, std::int64_t least) {
  if (pair.rank() != 2) throw ValueError(str(name, " must be (height, width), got ", pair));
  for (std::int64_t v : pair)
    if (v < least) throw ValueError(str(name, " must be at least ", least, ", got ", pair));
    else if (v > kHuge) throw ValueError(str(name, " ", pair, " is impossibly large"));
}

void check_attributes(const ConvAttributes& op) {
  check_pair(op.stride, "stride", 1);
  check_pair(op.dilation, "dilation", 1);
  if (op.padding.rank() != 2 && op.padding.rank() != 4)
    throw ValueError(
        str("padding must be (height, width) or (top, left, bottom, right), got ", op.padding));
  for (std::int64_t v : op.padding)
    if (v > kHuge) throw ValueError(str("padding ", op.padding, " is impossibly large"));
    else if (v < 0) throw ValueError(str("padding must not be negative, got ", op.padding));
  if (op.groups < 1) throw ValueError(str("groups must be at least 1, got ", op.groups));
}

/// w[1] groups; the largest number where that overflows, which no input has as channels.
std::int64_t channels_of(const Shape& w, std::int64_t groups) {
  std::int64_t channels = 0;
  return __builtin_mul_overflow(w[1], groups, &channels) ? INT64_MAX : channels;
}

}  // namespace

void check_conv_channels(const Shape& w, std::int64_t channels, std::int64_t groups) {
  const std::int64_t wanted = channels_of(w, groups);
  const std::string in_groups = groups == 1 ? "" : str(" in ", groups, " groups");
  if (channels != wanted)
    throw ShapeError(
        str("input has ", channels, " channels but weight ", w, " expects ", wanted, in_groups));
  if (w[0] % groups != 0)
    throw ShapeError(
        str("weight ", w, " has ", w[0], " outputs, which do not divide into ", groups, " groups"));
}

std::int64_t conv_out_size(const char* axis, std::int64_t size, std::int64_t kernel,
                           std::int64_t stride, std::int64_t dilation, std::int64_t padding) {
  if (dilation > kHuge / std::max<std::int64_t>(kernel, 1))
    throw ValueError(str("dilation ", dilation, " along the ", axis, " is impossibly large"));
  const std::int64_t reach = dilation * (kernel - 1) + 1, padded = size + padding;
  if (reach > padded)
    throw ShapeError(str("the kernel covers ", reach, " along the ", axis, " (size ", kernel,
                         ", dilation ", dilation, ") but the padded input has only ", padded,
                         "; use a smaller kernel or more padding"));
  return (padded - reach) / stride + 1;
}

ConvolutionSizes conv_sizes(const ConvAttributes& op, const Shape& x, const Shape& w) {
  check_attributes(op);
  if (x.rank() != 3 && x.rank() != 4)
    throw ShapeError(str("input must be (N, C, H, W) or (C, H, W), got shape ", x));
  if (w.rank() != 4)
    throw ShapeError(
        str("weight must be (out channels, in channels / groups, height, width), got "
            "shape ",
            w));
  const int first = x.rank() - 3;  // the axis of the channels
  check_conv_channels(w, x[first], op.groups);
  if (w[2] < 1 || w[3] < 1 || w[0] < 1)
    throw ShapeError(str("weight ", w, " is empty; it needs at least one output and one tap"));
  ConvolutionSizes s;
  s.batch = first ? x[0] : 1;
  s.groups = op.groups;
  s.in_channels = x[first], s.height = x[first + 1], s.width = x[first + 2];
  s.out_channels = w[0], s.kernel_height = w[2], s.kernel_width = w[3];
  s.stride_height = op.stride[0], s.stride_width = op.stride[1];
  s.dilation_height = op.dilation[0], s.dilation_width = op.dilation[1];
  const bool four = op.padding.rank() == 4;
  s.top = op.padding[0], s.left = op.padding[1];
  s.bottom = op.padding[four ? 2 : 0], s.right = op.padding[four ? 3 : 1];
  s.out_height = conv_out_size("height", s.height, s.kernel_height, s.stride_height,
                               s.dilation_height, s.top + s.bottom);
  s.out_width = conv_out_size("width", s.width, s.kernel_width, s.stride_width, s.dilation_width,
                              s.left + s.right);
  return s;
}

bool conv_prefers_channels_last(const ConvolutionSizes& s, ConvolutionPass pass, DType dtype) {
  if (!kBuilt<Cpu> || pass == ConvolutionPass::weight_gradient) return false;
  if (!is_floating(dtype) || dtype == DType::f64) return false;  // im2col's and rows', in NCHW
  constexpr double kLeast = 2e5;                                 // direct's: less goes to im2col
  if (s.flops() < kLeast) return false;
  if (LIMPID_HAS_ONEDNN || s.is_product() || s.is_depthwise()) return true;
  return s.groups == 1 && s.kernel_height == 3 && s.kernel_width == 3 && s.stride_height == 1 &&
         s.stride_width == 1 && s.dilation_height == 1 && s.dilation_width == 1;  // Winograd's
}

bool conv_prefers_channels_last(const ConvolutionSizes& s, ConvolutionPass pass, DType dtype,
                                const AnyView& given) {
  if (s.is_depthwise() && is_channels_last(given))  // however small
    return kBuilt<Cpu> && is_floating(dtype) && dtype != DType::f64;
  // A product of matrices is slower where one of the maps lies otherwise than the other; and maps
  // of one row are conv1d's, whose neighbours know no such order.
  const bool as_given = s.is_product() || (s.height == 1 && s.out_height == 1);
  return conv_prefers_channels_last(s, pass, dtype) && !(as_given && given.contiguous);
}

Shape output_shape(const ConvolutionSizes& s, bool batched) {
  Shape out{s.batch, s.out_channels, s.out_height, s.out_width};
  if (!batched) out.erase(0);
  return out;
}

}  // namespace limpid
