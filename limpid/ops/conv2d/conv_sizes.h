#pragma once
// From shapes and attributes to the sizes that kernels work with, and every check on the way.

#include "limpid/backends/cpu/convolution.h"
#include "limpid/ops/conv2d/conv2d.h"

namespace limpid {

/// The attributes that options stand for ("same" padding depends on the weight's shape).
ConvAttributes conv_attributes(const Shape& weight, const Conv2dOptions& options);

/// Gradients of conv2d of the inputs that need one, from the gradient dy of its output.
Tensors conv_gradients(const ConvAttributes& op, const Tensor& dy, const Backward& b);

/// Sizes of conv2d(x, w). Throws ShapeError and ValueError as conv2d promises.
ConvolutionSizes conv_sizes(const ConvAttributes& op, const Shape& x, const Shape& w);

/// The image that `size` and the gradient dy stand for.
Shape image_of(const Conv2dInputGradient& op, const Shape& dy, const Shape& w);
/// The weight that `kernel_size` stands for.
Shape weight_of(const Conv2dWeightGradient& op, const Shape& x, const Shape& dy);

/// The channels of an image against a weight (K, C / groups, ...). ShapeError says which do not
/// fit.
void check_conv_channels(const Shape& weight, std::int64_t channels, std::int64_t groups);
/// Size of the output along the axis of that name; `padding` counts both sides. ShapeError where
/// the kernel does not fit.
std::int64_t conv_out_size(const char* axis, std::int64_t size, std::int64_t kernel,
                           std::int64_t stride, std::int64_t dilation, std::int64_t padding);

/// Whether the kernels would rather write the map that `pass` computes (y, or dx) in channels-last
/// order, given the other map as it lies. Maps in any order are computed right.
bool conv_prefers_channels_last(const ConvolutionSizes& sizes, ConvolutionPass pass, DType dtype,
                                const AnyView& given);
/// The same, where the other map lies so too.
bool conv_prefers_channels_last(const ConvolutionSizes& sizes, ConvolutionPass pass, DType dtype);

/// The shape of y: (batch, out_channels, height, width), without the batch where none was given.
Shape output_shape(const ConvolutionSizes& sizes, bool batched);

inline Shape shape_of_view(const AnyView& view) {
  return Shape(std::span(view.shape, static_cast<std::size_t>(view.rank)));
}

}  // namespace limpid
