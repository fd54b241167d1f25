#pragma once
// Relu, sigmoid, tanh.

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct Relu : UnaryCard {
  static constexpr OpDoc doc{.name = "relu",
                             .title = "Relu",
                             .summary = "Each element, or 0 where it is negative; NaN stays NaN.",
                             .formula = "y = max(x, 0); its slope at 0 is taken as 0",
                             .shapes = "any shape -> the same"};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Sigmoid : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "sigmoid",
                             .title = "Sigmoid",
                             .summary = "The logistic function, from 0 to 1.",
                             .formula = "y = 1 / (1 + e^-x)",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct Tanh : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "tanh",
                             .title = "Tanh",
                             .summary = "The hyperbolic tangent, from -1 to 1.",
                             .formula = "y = (e^x - e^-x) / (e^x + e^-x)",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

Tensor relu(const Tensor& input);
Tensor sigmoid(const Tensor& input);
Tensor tanh(const Tensor& input);

}  // namespace limpid
