#pragma once
// Sine and its kin, circular and hyperbolic. Integers and bool become float32.

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct Sin : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "sin",
                             .title = "Sine",
                             .summary = "The sine of each element, in radians.",
                             .formula = "y = sin x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Cos : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "cos",
                             .title = "Cosine",
                             .summary = "The cosine of each element, in radians.",
                             .formula = "y = cos x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Tan : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "tan",
                             .title = "Tangent",
                             .summary = "The tangent of each element, in radians.",
                             .formula = "y = sin x / cos x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Asin : FloatUnaryCard {
  static constexpr OpDoc doc{
      .name = "asin",
      .title = "Arcsine",
      .summary = "The angle whose sine each element is; NaN outside [-1, 1].",
      .formula = "sin y = x, -pi/2 <= y <= pi/2",
      .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Acos : FloatUnaryCard {
  static constexpr OpDoc doc{
      .name = "acos",
      .title = "Arccosine",
      .summary = "The angle whose cosine each element is; NaN outside [-1, 1].",
      .formula = "cos y = x, 0 <= y <= pi",
      .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Atan : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "atan",
                             .title = "Arctangent",
                             .summary = "The angle whose tangent each element is.",
                             .formula = "tan y = x, -pi/2 < y < pi/2",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Sinh : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "sinh",
                             .title = "Sinh",
                             .summary = "The hyperbolic sine of each element.",
                             .formula = "y = (e^x - e^-x) / 2",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Cosh : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "cosh",
                             .title = "Cosh",
                             .summary = "The hyperbolic cosine of each element.",
                             .formula = "y = (e^x + e^-x) / 2",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Asinh : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "asinh",
                             .title = "Asinh",
                             .summary = "The inverse hyperbolic sine of each element.",
                             .formula = "y = ln(x + (x^2 + 1)^(1/2))",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Acosh : FloatUnaryCard {
  static constexpr OpDoc doc{
      .name = "acosh",
      .title = "Acosh",
      .summary = "The inverse hyperbolic cosine of each element; NaN below 1.",
      .formula = "y = ln(x + (x^2 - 1)^(1/2))",
      .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Atanh : FloatUnaryCard {
  static constexpr OpDoc doc{
      .name = "atanh",
      .title = "Atanh",
      .summary = "The inverse hyperbolic tangent of each element; NaN outside [-1, 1].",
      .formula = "y = ln((1 + x) / (1 - x)) / 2",
      .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Atan2 : BinaryCard {
  static constexpr OpTraits traits{
      .promotion = Promotion::floating, .broadcasts = true, .pointwise = true};
  static constexpr OpDoc doc{
      .name = "atan2",
      .title = "Atan2",
      .summary = "The angle of the point (other, input), in all four quadrants.",
      .formula = "tan z = y / x, -pi <= z <= pi",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 3}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

Tensor sin(const Tensor& input);
Tensor cos(const Tensor& input);
Tensor tan(const Tensor& input);
Tensor asin(const Tensor& input);
Tensor acos(const Tensor& input);
Tensor atan(const Tensor& input);
Tensor sinh(const Tensor& input);
Tensor cosh(const Tensor& input);
Tensor asinh(const Tensor& input);
Tensor acosh(const Tensor& input);
Tensor atanh(const Tensor& input);
/// The angle of (x = other, y = input).
Tensor atan2(const Tensor& input, const Tensor& other);

}  // namespace limpid
