#pragma once
// Convolution of images, and the two convolutions that are its gradients.
//
// For an image x, a weight w and a gradient dy of the output, one number says all there is:
//   T(x, w, dy) = sum over n, k, c, i, j, oy, ox of
//                 dy[n, k, oy, ox] w[k, c, i, j] x[n, c, oy sy + i dy - top, ox sx + j dx - left].
// T is linear in each of the three, and each of the cards is its derivative by one of them:
//   conv2d                  dT/ddy (x, w)    the output
//   conv2d_input_gradient   dT/dx  (dy, w)   what backward sends to x
//   conv2d_weight_gradient  dT/dw  (x, dy)   what backward sends to w
// So the gradient of each is made of the other two, and convolution can be differentiated any
// number of times. How they are computed: algorithms.h.

#include "limpid/core/int_pair.h"
#include "limpid/op/apply.h"

namespace limpid {

/// Attributes that the three cards share.
struct ConvAttributes {
  Shape stride{1, 1};    ///< (height, width)
  Shape padding{0, 0};   ///< zeros around the image: (height, width), or (top, left, bottom, right)
  Shape dilation{1, 1};  ///< distance between taps of the kernel: (height, width)
  std::int64_t groups = 1;  ///< channels fall into groups that do not see one another
};

struct Conv2d : ConvAttributes {
  static constexpr OpDoc doc{
      .name = "conv2d",
      .title = "Convolution",
      .summary = "Slides a window of weights over images.",
      .formula =
          "y[n,k,oy,ox] = b[k] + sum over c, i, j of w[k,c,i,j] x[n,c,oy*stride + i*dilation - "
          "padding, ...]",
      .inputs = "input, weight, bias?",
      .shapes =
          "(N, C, H, W) or (C, H, W), with weight (K, C / groups, kh, kw) and bias (K,) -> (N, K, "
          "OH, OW), OH = floor((H + 2 padding - dilation (kh - 1) - 1) / stride) + 1",
      .source = "Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016)"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::lower};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("stride", &Conv2d::stride), field("padding", &Conv2d::padding),
                      field("dilation", &Conv2d::dilation), field("groups", &Conv2d::groups)};
  }
  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  bool channels_last(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) {
    return {.inputs = (needs[1] ? 1u : 0u) | (needs[0] ? 2u : 0u), .specs = true};
  }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Conv2dInputGradient : ConvAttributes {
  Shape size{1, 1};  ///< (height, width) of the image: several sizes lead to one output size

  static constexpr OpDoc doc{
      .name = "conv2d_input_gradient",
      .title = "ConvolutionInputGradient",
      .summary = "The gradient of conv2d with respect to its images (a transposed convolution).",
      .formula =
          "dx[n,c,y,x] = sum of w[k,c,i,j] dy[n,k,oy,ox] over taps with oy*stride + i*dilation - "
          "padding = y, ...",
      .inputs = "gradient, weight",
      .shapes =
          "(N, K, OH, OW) or (K, OH, OW), with weight (K, C / groups, kh, kw) -> (N, C, size)"};
  static constexpr OpTraits traits = Conv2d::traits;
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    using O = Conv2dInputGradient;
    return std::tuple{field("stride", &O::stride), field("padding", &O::padding),
                      field("dilation", &O::dilation), field("groups", &O::groups),
                      field("size", &O::size)};
  }
  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  bool channels_last(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) { return Conv2d::saves(needs); }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Conv2dWeightGradient : ConvAttributes {
  Shape kernel_size{1, 1};  ///< (height, width) of the weight

  static constexpr OpDoc doc{
      .name = "conv2d_weight_gradient",
      .title = "ConvolutionWeightGradient",
      .summary = "The gradient of conv2d with respect to its weight.",
      .formula =
          "dw[k,c,i,j] = sum over n, oy, ox of dy[n,k,oy,ox] x[n,c,oy*stride + i*dilation - "
          "padding, ...]",
      .inputs = "input, gradient",
      .shapes =
          "(N, C, H, W) and (N, K, OH, OW), or both without N -> (K, C / groups, kernel_size)"};
  static constexpr OpTraits traits = Conv2d::traits;
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    using O = Conv2dWeightGradient;
    return std::tuple{field("stride", &O::stride), field("padding", &O::padding),
                      field("dilation", &O::dilation), field("groups", &O::groups),
                      field("kernel_size", &O::kernel_size)};
  }
  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) { return Conv2d::saves(needs); }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Padding of a convolution: a number, {height, width}, "valid" (none) or "same" (as much as keeps
/// the size of the image, with stride 1; an odd row or column goes below and to the right).
struct ConvPadding {
  IntPair pair = 0;
  bool same = false;
  ConvPadding(std::int64_t both) : pair(both) {}
  ConvPadding(int both) : pair(both) {}
  ConvPadding(std::int64_t h, std::int64_t w) : pair(h, w) {}
  ConvPadding(IntPair p) : pair(p) {}
  /// ValueError for another text.
  ConvPadding(const char* mode);
};

struct Conv2dOptions {
  IntPair stride = 1;
  ConvPadding padding = 0;
  IntPair dilation = 1;
  std::int64_t groups = 1;
};

/// Cross-correlation of images (N, C, H, W) or one image (C, H, W) with weight (K, C / groups, kh,
/// kw), plus bias (K,) unless it is undefined: conv2d(x, w, b, {.stride = 2, .padding = {1, 0}}).
/// All of one dtype, floats or integers. ShapeError names the channels or the dimension that does
/// not fit, ValueError a stride, dilation, padding or number of groups out of range.
Tensor conv2d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
              Conv2dOptions options = {});

}  // namespace limpid
