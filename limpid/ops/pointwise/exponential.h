#pragma once
// Powers, roots, exp and log. Integers and bool become float32, but for integer powers.

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct Pow : BinaryCard {
  static constexpr OpDoc doc{.name = "pow",
                             .title = "Power",
                             .summary = "Raises elements to powers.",
                             .formula = "z = x^y",
                             .inputs = "input, exponent",
                             .shapes = kBroadcastRule};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs);
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Sqrt : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "sqrt",
                             .title = "Sqrt",
                             .summary = "The square root of each element; NaN below 0.",
                             .formula = "y = x^(1/2)",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Exp : FloatUnaryCard {
  static constexpr OpTraits traits{
      .promotion = Promotion::floating, .pointwise = true, .mixed_precision = MixedPrecision::f32};
  static constexpr OpDoc doc{.name = "exp",
                             .title = "Exp",
                             .summary = "e to the power of each element.",
                             .formula = "y = e^x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Log : FloatUnaryCard {
  static constexpr OpTraits traits = Exp::traits;
  static constexpr OpDoc doc{.name = "log",
                             .title = "Log",
                             .summary = "The natural logarithm of each element; NaN below 0.",
                             .formula = "y = ln x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Exp2 : FloatUnaryCard {
  static constexpr OpTraits traits = Exp::traits;
  static constexpr OpDoc doc{.name = "exp2",
                             .title = "Exp2",
                             .summary = "2 to the power of each element.",
                             .formula = "y = 2^x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Expm1 : FloatUnaryCard {
  static constexpr OpTraits traits = Exp::traits;
  static constexpr OpDoc doc{
      .name = "expm1",
      .title = "Expm1",
      .summary = "e to the power of each element, minus 1; exact near 0 too.",
      .formula = "y = e^x - 1",
      .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Log2 : FloatUnaryCard {
  static constexpr OpTraits traits = Exp::traits;
  static constexpr OpDoc doc{.name = "log2",
                             .title = "Log2",
                             .summary = "The logarithm to base 2 of each element; NaN below 0.",
                             .formula = "y = log2 x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Log10 : FloatUnaryCard {
  static constexpr OpTraits traits = Exp::traits;
  static constexpr OpDoc doc{.name = "log10",
                             .title = "Log10",
                             .summary = "The logarithm to base 10 of each element; NaN below 0.",
                             .formula = "y = log10 x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Log1p : FloatUnaryCard {
  static constexpr OpTraits traits = Exp::traits;
  static constexpr OpDoc doc{
      .name = "log1p",
      .title = "Log1p",
      .summary = "The natural logarithm of 1 plus each element; exact near 0 too.",
      .formula = "y = ln(1 + x)",
      .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Rsqrt : FloatUnaryCard {
  static constexpr OpTraits traits = Exp::traits;
  static constexpr OpDoc doc{.name = "rsqrt",
                             .title = "Rsqrt",
                             .summary = "One over the square root of each element.",
                             .formula = "y = x^(-1/2)",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// input^exponent. Integers stay integers and wrap around; to a negative power they are 0 unless
/// they are 1 or -1, as in PyTorch. DTypeError for bool on both sides.
Tensor pow(const Tensor& input, const Tensor& exponent);
/// ValueError for integers to a negative integer power.
Tensor pow(const Tensor& input, Scalar exponent);
Tensor pow(Scalar input, const Tensor& exponent);
Tensor sqrt(const Tensor& input);
Tensor exp(const Tensor& input);
Tensor log(const Tensor& input);
Tensor exp2(const Tensor& input);
Tensor expm1(const Tensor& input);
Tensor log2(const Tensor& input);
Tensor log10(const Tensor& input);
Tensor log1p(const Tensor& input);
Tensor rsqrt(const Tensor& input);

}  // namespace limpid
