#pragma once
// + - * / and their unary relatives. Shapes broadcast; dtypes meet as torch.result_type says; a
// Scalar takes part by its kind only, so `u8 + 2` stays u8 and `f64 + 0.1` keeps 0.1 in double.

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct Add : BinaryCard {
  Scalar alpha = 1;

  Add() = default;
  explicit Add(Scalar a) : alpha(a) {}
  static constexpr OpDoc doc{.name = "add",
                             .title = "Add",
                             .summary = "Adds two tensors element by element; bool means or.",
                             .formula = "z = x + alpha y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  static constexpr auto attributes() { return std::tuple{field("alpha", &Add::alpha)}; }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Sub : BinaryCard {
  Scalar alpha = 1;

  Sub() = default;
  explicit Sub(Scalar a) : alpha(a) {}
  static constexpr OpDoc doc{.name = "sub",
                             .title = "Subtract",
                             .summary = "Subtracts one tensor from another element by element.",
                             .formula = "z = x - alpha y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  static constexpr auto attributes() { return std::tuple{field("alpha", &Sub::alpha)}; }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Mul : BinaryCard {
  static constexpr OpDoc doc{
      .name = "mul",
      .title = "Multiply",
      .summary = "Multiplies two tensors element by element; bool means and.",
      .formula = "z = x y",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs);
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Div : BinaryCard {
  static constexpr OpTraits traits{
      .promotion = Promotion::floating, .broadcasts = true, .pointwise = true};
  static constexpr OpDoc doc{.name = "div",
                             .title = "Divide",
                             .summary = "Divides element by element; integers give floats.",
                             .formula = "z = x / y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs);
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Neg : UnaryCard {
  static constexpr OpDoc doc{.name = "neg",
                             .title = "Negate",
                             .summary = "The negative of each element.",
                             .formula = "y = -x",
                             .shapes = "any shape -> the same"};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Abs : UnaryCard {
  static constexpr OpDoc doc{.name = "abs",
                             .title = "Abs",
                             .summary = "The absolute value of each element.",
                             .formula = "y = |x|",
                             .shapes = "any shape -> the same"};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Sign : UnaryCard {
  static constexpr OpDoc doc{.name = "sign",
                             .title = "Sign",
                             .summary = "1, 0 or -1 by the sign of each element; 0 for NaN.",
                             .formula = "y = (x > 0) - (x < 0)",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Reciprocal : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "reciprocal",
                             .title = "Reciprocal",
                             .summary = "One over each element.",
                             .formula = "y = 1 / x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// input + alpha other. DTypeError for a float alpha with integers.
Tensor add(const Tensor& input, const Tensor& other, Scalar alpha = 1);
Tensor add(const Tensor& input, Scalar other, Scalar alpha = 1);
/// input - alpha other. DTypeError for bool: use logical_not or ne.
Tensor sub(const Tensor& input, const Tensor& other, Scalar alpha = 1);
Tensor sub(const Tensor& input, Scalar other, Scalar alpha = 1);
Tensor mul(const Tensor& input, const Tensor& other);
Tensor mul(const Tensor& input, Scalar other);
/// True division: integers give float32.
Tensor div(const Tensor& input, const Tensor& other);
Tensor div(const Tensor& input, Scalar other);
Tensor neg(const Tensor& input);
Tensor abs(const Tensor& input);
Tensor sign(const Tensor& input);
Tensor reciprocal(const Tensor& input);
/// True for negative elements and for -0; false for NaN.
Tensor signbit(const Tensor& input);
/// |input| with the sign of other, that of 0 too. Integers give floats.
Tensor copysign(const Tensor& input, const Tensor& other);
Tensor copysign(const Tensor& input, Scalar other);
/// input times itself.
Tensor square(const Tensor& input);

struct Square {
  static constexpr OpDoc doc{.name = "square",
                             .title = "Square",
                             .summary = "The square of each element.",
                             .formula = "y = x x",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct SignBit {
  static constexpr OpDoc doc{.name = "signbit",
                             .title = "SignBit",
                             .summary = "True for negative elements and for -0; false for NaN.",
                             .formula = "y = (x < 0 or 1 / x < 0)",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct CopySign {
  static constexpr OpDoc doc{
      .name = "copysign",
      .title = "CopySign",
      .summary = "The absolute value of one element with the sign of another.",
      .formula = "z = -|x| if signbit(y) else |x|",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  static std::vector<Case> cases();
};

}  // namespace limpid
