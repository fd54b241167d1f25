#pragma once
// y = max(conv2d(x, w, b), 0): a convolution with its activation, while what it computes is in the
// cache. A caller says so (nn::ConvBNReLU does); nothing joins the two ops behind its back.

#include "limpid/ops/conv2d/conv2d.h"

namespace limpid {

struct Conv2dRelu : ConvAttributes {
  static constexpr OpDoc doc{.name = "conv2d_relu",
                             .title = "ConvolutionRelu",
                             .summary = "relu(conv2d(input, weight, bias, ...)) in one step.",
                             .formula = "y = max(conv2d(x, w, b), 0)",
                             .inputs = Conv2d::doc.inputs,
                             .shapes = Conv2d::doc.shapes};
  static constexpr OpTraits traits = Conv2d::traits;
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    using O = Conv2dRelu;
    return std::tuple{field("stride", &O::stride), field("padding", &O::padding),
                      field("dilation", &O::dilation), field("groups", &O::groups)};
  }
  Spec infer(const Inputs& in) const { return plain().infer(in); }
  double flops(const Inputs& in) const { return plain().flops(in); }
  bool channels_last(const Inputs& in) const { return plain().channels_last(in); }
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  /// As conv2d, and the output: it is 0 where the slope is.
  static Saves saves(Needs needs) {
    return {.inputs = Conv2d::saves(needs).inputs, .outputs = 1, .specs = true};
  }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();

 private:
  Conv2d plain() const { return Conv2d{*this}; }
};

/// relu(conv2d(input, weight, bias, options)); arguments and errors are those of conv2d. NaN stays
/// NaN.
Tensor conv2d_relu(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
                   Conv2dOptions options = {});

}  // namespace limpid
