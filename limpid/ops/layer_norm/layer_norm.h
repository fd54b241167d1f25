#pragma once
// Layer normalisation. Reference and gradient are in layer_norm.cpp, the fast kernels in
// layer_norm_cpu.cpp, cases in layer_norm_cases.cpp.

#include "limpid/op/apply.h"

namespace limpid {

struct LayerNorm {
  Shape normalized_shape;  ///< the last dimensions of the input, over which statistics go
  double eps = 1e-5;

  static constexpr OpDoc doc{
      .name = "layer_norm",
      .title = "LayerNorm",
      .summary = "Normalises the last dimensions to mean 0 and variance 1, then scales and shifts.",
      .formula = "y = (x - mean) / sqrt(var + eps) weight + bias, var biased, of each sample",
      .inputs = "input, weight?, bias?",
      .shapes = "(..., *normalized_shape), weight and bias (*normalized_shape) -> as input",
      .source = "Ba, Kiros and Hinton, Layer normalization, 2016"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("normalized_shape", &LayerNorm::normalized_shape),
                      field("eps", &LayerNorm::eps)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs);
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// `normalized_shape` are the last dimensions of `input`; `weight` and `bias` have that shape and
/// the dtype of `input` (or float32 beside 16-bit floats). ShapeError, DTypeError and ValueError (a
/// negative eps) say what to change.
Tensor layer_norm(const Tensor& input, const Shape& normalized_shape, const Tensor& weight = {},
                  const Tensor& bias = {}, double eps = 1e-5);

}  // namespace limpid
