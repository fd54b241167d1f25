#pragma once
// Activations made of pieces of straight lines (and hardswish, of a parabola too).

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct LeakyRelu : FloatOnlyCard {
  double negative_slope = 0.01;

  LeakyRelu() = default;
  explicit LeakyRelu(double n) : negative_slope(n) {}
  static constexpr OpDoc doc{
      .name = "leaky_relu",
      .title = "LeakyRelu",
      .summary = "Each element, scaled by negative_slope where it is not above 0.",
      .formula = "y = x where x > 0, else negative_slope x",
      .shapes = "any shape -> the same"};
  static constexpr auto attributes() {
    return std::tuple{field("negative_slope", &LeakyRelu::negative_slope)};
  }
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Hardtanh : UnaryCard {
  double min_val = -1;
  double max_val = 1;

  Hardtanh() = default;
  Hardtanh(double low, double high) : min_val(low), max_val(high) {}
  static constexpr OpDoc doc{
      .name = "hardtanh",
      .title = "Hardtanh",
      .summary = "Elements moved into [min_val, max_val]; NaN stays NaN.",
      .formula = "y = min(max(x, min_val), max_val); slope 0 on the bounds, unlike clamp",
      .shapes = "any shape -> the same"};
  static constexpr auto attributes() {
    return std::tuple{field("min_val", &Hardtanh::min_val), field("max_val", &Hardtanh::max_val)};
  }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Hardsigmoid : FloatOnlyCard {
  static constexpr OpDoc doc{.name = "hardsigmoid",
                             .title = "Hardsigmoid",
                             .summary = "A sigmoid made of straight lines.",
                             .formula = "y = min(max(x + 3, 0), 6) / 6; slope 0 on the bounds",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Hardswish : FloatOnlyCard {
  static constexpr OpDoc doc{.name = "hardswish",
                             .title = "Hardswish",
                             .summary = "A silu made of straight lines.",
                             .formula = "y = x min(max(x + 3, 0), 6) / 6",
                             .shapes = "any shape -> the same",
                             .source = "Howard et al., Searching for MobileNetV3, 2019"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Relu6 {
  static constexpr OpDoc doc{.name = "relu6",
                             .title = "Relu6",
                             .summary = "Relu with a ceiling of 6.",
                             .formula = "y = min(max(x, 0), 6)",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct Prelu {
  static constexpr OpDoc doc{
      .name = "prelu",
      .title = "Prelu",
      .summary = "A leaky relu whose slope is learned, for all or for every channel.",
      .formula = "y = x where x > 0, else weight x",
      .inputs = "input, weight",
      .shapes = "(n, c, ...), (c,) or (1,) -> (n, c, ...)",
      .source = "He et al., Delving Deep into Rectifiers, 2015"};
  static std::vector<Case> cases();
};

struct Rrelu {
  static constexpr OpDoc doc{
      .name = "rrelu",
      .title = "Rrelu",
      .summary = "Leaky ReLU with a slope drawn anew for every negative element while training.",
      .formula = "x >= 0 ? x : a x, a uniform in [lower, upper); else a = (lower + upper) / 2",
      .shapes = "any shape -> the same",
      .source = "Xu et al., Empirical evaluation of rectified activations, arXiv:1505.00853"};
  static std::vector<Case> cases();
};

struct Threshold {
  static constexpr OpDoc doc{
      .name = "threshold",
      .title = "Threshold",
      .summary = "Elements above the threshold, and value in place of the others.",
      .formula = "y = x where x > threshold, else value",
      .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct Hardshrink {
  static constexpr OpDoc doc{.name = "hardshrink",
                             .title = "Hardshrink",
                             .summary = "Elements beyond lambd, and 0 in place of the others.",
                             .formula = "y = x where |x| > lambd, else 0",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct Softshrink {
  static constexpr OpDoc doc{.name = "softshrink",
                             .title = "Softshrink",
                             .summary = "Elements moved towards 0 by lambd, as far as that.",
                             .formula = "y = sign(x) max(|x| - lambd, 0)",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

// DTypeError for integers and bool, unless another rule is given.
Tensor leaky_relu(const Tensor& input, double negative_slope = 0.01);
/// Integers stay integers. ValueError where min_val is above max_val.
Tensor hardtanh(const Tensor& input, double min_val = -1, double max_val = 1);
/// Integers stay integers.
Tensor relu6(const Tensor& input);
Tensor hardsigmoid(const Tensor& input);
Tensor hardswish(const Tensor& input);
/// `weight` has one element, or one for each channel (axis 1 of the input; ShapeError).
Tensor prelu(const Tensor& input, const Tensor& weight);
/// Integers stay integers.
Tensor threshold(const Tensor& input, double threshold, double value);
/// Draws from default_generator() while training. ValueError unless lower <= upper, both finite.
Tensor rrelu(const Tensor& input, double lower = 1.0 / 8, double upper = 1.0 / 3,
             bool training = false);
Tensor hardshrink(const Tensor& input, double lambd = 0.5);
/// ValueError for a negative lambd.
Tensor softshrink(const Tensor& input, double lambd = 0.5);

}  // namespace limpid
