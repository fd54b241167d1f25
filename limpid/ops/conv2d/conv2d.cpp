#include <string_view>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/conv2d/conv2d_relu.h"
#include "limpid/ops/conv2d/conv_sizes.h"
#include "limpid/ops/pointwise/relu_parts.h"

namespace limpid {

namespace {

void check_dtypes(const Inputs& in, std::initializer_list<const char*> names) {
  if (is_bool(in[0].dtype)) throw DTypeError("takes floats and integers, not bool; use .to(dtype)");
  for (int i = 1; i < in.size(); ++i)
    if (in.defined(i) && in[i].dtype != in[0].dtype)
      throw DTypeError(str(names.begin()[0], " is ", in[0].dtype, " but ", names.begin()[i], " is ",
                           in[i].dtype, "; convert one with .to(dtype)"));
}

void check_images(const Shape& shape, const char* name, const char* axes) {
  if (shape.rank() != 3 && shape.rank() != 4)
    throw ShapeError(str(name, " must be (N, ", axes, ") or (", axes, "), got shape ", shape));
}

}  // namespace

Shape image_of(const Conv2dInputGradient& op, const Shape& dy, const Shape& w) {
  check_images(dy, "gradient", "K, OH, OW");
  if (op.size.rank() != 2 || op.size[0] < 0 || op.size[1] < 0)
    throw ValueError(str("size must be (height, width) of the image, got ", op.size));
  if (w.rank() != 4) throw ShapeError(str("weight must have 4 dimensions, got shape ", w));
  Shape x = dy;
  const int first = x.rank() - 3;
  x[first] = w[1] * std::max<std::int64_t>(op.groups, 1), x[first + 1] = op.size[0],
  x[first + 2] = op.size[1];
  return x;
}

Shape weight_of(const Conv2dWeightGradient& op, const Shape& x, const Shape& dy) {
  check_images(x, "input", "C, H, W");
  check_images(dy, "gradient", "K, OH, OW");
  if (op.kernel_size.rank() != 2)
    throw ValueError(str("kernel_size must be (height, width), got ", op.kernel_size));
  if (op.groups < 1) throw ValueError(str("groups must be at least 1, got ", op.groups));
  return {dy[dy.rank() - 3], x[x.rank() - 3] / op.groups, op.kernel_size[0], op.kernel_size[1]};
}

namespace {

void check_gradient_shape(const Shape& dy, const ConvolutionSizes& s, bool batched) {
  if (const Shape wanted = output_shape(s, batched); !(dy == wanted))
    throw ShapeError(
        str("gradient has shape ", dy, " but the output of such a convolution has ", wanted));
}

/// The same attributes as another of the three cards.
template <class To>
To as_card(const ConvAttributes& op) {
  To card;
  static_cast<ConvAttributes&>(card) = op;
  return card;
}

Tensor input_gradient(const ConvAttributes& op, const Tensor& dy, const Tensor& w, const Shape& x) {
  auto card = as_card<Conv2dInputGradient>(op);
  card.size = {x[x.rank() - 2], x.back()};
  return apply(card, dy, w);
}
Tensor weight_gradient(const ConvAttributes& op, const Tensor& x, const Tensor& dy,
                       const Shape& w) {
  auto card = as_card<Conv2dWeightGradient>(op);
  card.kernel_size = {w[2], w[3]};
  return apply(card, x, dy);
}
Tensor convolve(const ConvAttributes& op, const Tensor& x, const Tensor& w) {
  return apply(as_card<Conv2d>(op), x, w, Tensor());
}

}  // namespace

// ---- conv2d

Spec Conv2d::infer(const Inputs& in) const {
  const ConvolutionSizes s = conv_sizes(*this, in[0].shape, in[1].shape);
  check_dtypes(in, {"input", "weight", "bias"});
  if (in.defined(2) && !(in[2].shape == Shape{s.out_channels}))
    throw ShapeError(str("bias must have shape ", Shape{s.out_channels},
                         ", one number an output channel, got ", in[2].shape));
  return Spec(output_shape(s, in[0].rank() == 4), in[0].dtype, in[0].device);
}

double Conv2d::flops(const Inputs& in) const {
  return conv_sizes(*this, in[0].shape, in[1].shape).flops();
}

bool Conv2d::channels_last(const Inputs& in) const {
  return in[0].rank() == 4 &&
         conv_prefers_channels_last(conv_sizes(*this, in[0].shape, in[1].shape),
                                    ConvolutionPass::forward, in[0].dtype, in.view(0));
}

Tensors conv_gradients(const ConvAttributes& op, const Tensor& dy, const Backward& b) {
  Tensor dx, dw, db;
  if (b.needs(0)) dx = input_gradient(op, dy, b.input(1), b.input_shape(0));
  if (b.needs(1)) dw = weight_gradient(op, b.input(0), dy, b.input_shape(1));
  if (b.needs(2)) db = dy.dim() == 4 ? dy.sum({0, 2, 3}) : dy.sum({1, 2});
  Tensors gradients{dx, dw, db};
  return b.needs(0) || b.needs(1) ? as_functions_of_inputs(std::move(gradients)) : gradients;
}

Tensors Conv2d::gradient(const Backward& b) const { return conv_gradients(*this, b.dy(), b); }

Tensors Conv2dRelu::gradient(const Backward& b) const {
  return conv_gradients(*this, relu_gradient(b.dy(), b.output()), b);
}

// ---- conv2d_input_gradient

Spec Conv2dInputGradient::infer(const Inputs& in) const {
  const Shape x = image_of(*this, in[0].shape, in[1].shape);
  check_gradient_shape(in[0].shape, conv_sizes(*this, x, in[1].shape), x.rank() == 4);
  check_dtypes(in, {"gradient", "weight"});
  return Spec(x, in[0].dtype, in[0].device);
}

double Conv2dInputGradient::flops(const Inputs& in) const {
  return conv_sizes(*this, image_of(*this, in[0].shape, in[1].shape), in[1].shape).flops();
}

bool Conv2dInputGradient::channels_last(const Inputs& in) const {
  const Shape x = image_of(*this, in[0].shape, in[1].shape);
  return x.rank() == 4 &&
         conv_prefers_channels_last(conv_sizes(*this, x, in[1].shape),
                                    ConvolutionPass::input_gradient, in[0].dtype, in.view(0));
}

// g is the gradient that arrives, in the shape of x.
Tensors Conv2dInputGradient::gradient(const Backward& b) const {
  const Tensor& g = b.dy();
  return as_functions_of_inputs(
      {b.needs(0) ? convolve(*this, g, b.input(1)) : Tensor(),
       b.needs(1) ? weight_gradient(*this, g, b.input(0), b.input_shape(1)) : Tensor()});
}

// ---- conv2d_weight_gradient

Spec Conv2dWeightGradient::infer(const Inputs& in) const {
  const Shape w = weight_of(*this, in[0].shape, in[1].shape);
  check_gradient_shape(in[1].shape, conv_sizes(*this, in[0].shape, w), in[0].rank() == 4);
  check_dtypes(in, {"input", "gradient"});
  return Spec(w, in[0].dtype, in[0].device);
}

double Conv2dWeightGradient::flops(const Inputs& in) const {
  return conv_sizes(*this, in[0].shape, weight_of(*this, in[0].shape, in[1].shape)).flops();
}

// g is the gradient that arrives, in the shape of w.
Tensors Conv2dWeightGradient::gradient(const Backward& b) const {
  const Tensor& g = b.dy();
  return {b.needs(0) ? input_gradient(*this, b.input(1), g, b.input_shape(0)) : Tensor(),
          b.needs(1) ? convolve(*this, b.input(0), g) : Tensor()};
}

// ---- public

ConvPadding::ConvPadding(const char* mode) : same(std::string_view(mode) == "same") {
  if (!same && std::string_view(mode) != "valid")
    throw ValueError(str("conv2d: padding is '", mode, "'; it must be numbers, 'same' or 'valid'"));
}

ConvAttributes conv_attributes(const Shape& weight, const Conv2dOptions& o) {
  ConvAttributes out{.stride = {o.stride.height, o.stride.width},
                     .padding = {o.padding.pair.height, o.padding.pair.width},
                     .dilation = {o.dilation.height, o.dilation.width},
                     .groups = o.groups};
  if (!o.padding.same) return out;
  if (!(o.stride == IntPair(1)))
    throw ValueError(str("conv2d: padding 'same' needs stride 1, got ", out.stride,
                         "; give the padding as numbers"));
  if (weight.rank() != 4) return out;  // refused in a moment
  std::int64_t rows = 0, columns = 0;
  if (__builtin_mul_overflow(o.dilation.height, weight[2] - 1, &rows) ||
      __builtin_mul_overflow(o.dilation.width, weight[3] - 1, &columns))
    return out;  // the dilation is refused in a moment
  out.padding = {rows / 2, columns / 2, rows - rows / 2, columns - columns / 2};
  return out;
}

Tensor conv2d(const Tensor& input, const Tensor& weight, const Tensor& bias,
              Conv2dOptions options) {
  const Shape shape = weight.defined() ? weight.shape() : Shape();
  return apply(as_card<Conv2d>(conv_attributes(shape, options)), input, weight, bias);
}

Tensor conv2d_relu(const Tensor& input, const Tensor& weight, const Tensor& bias,
                   Conv2dOptions options) {
  const Shape shape = weight.defined() ? weight.shape() : Shape();
  return apply(as_card<Conv2dRelu>(conv_attributes(shape, options)), input, weight, bias);
}

}  // namespace limpid
