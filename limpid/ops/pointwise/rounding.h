#pragma once
// Rounding to integers, and division with remainder.

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct Floor : UnaryCard {
  static constexpr OpDoc doc{.name = "floor",
                             .title = "Floor",
                             .summary = "The largest integer that is not above each element.",
                             .formula = "y = floor x",
                             .shapes = "any shape -> the same"};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Ceil : UnaryCard {
  static constexpr OpDoc doc{.name = "ceil",
                             .title = "Ceil",
                             .summary = "The smallest integer that is not below each element.",
                             .formula = "y = ceil x",
                             .shapes = "any shape -> the same"};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Round : UnaryCard {
  static constexpr OpDoc doc{
      .name = "round",
      .title = "Round",
      .summary = "The nearest integer to each element; halves go to the even one.",
      .formula = "y = the integer nearest to x",
      .shapes = "any shape -> the same"};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Trunc : UnaryCard {
  static constexpr OpDoc doc{.name = "trunc",
                             .title = "Trunc",
                             .summary = "The integer part of each element.",
                             .formula = "y = sign(x) floor |x|",
                             .shapes = "any shape -> the same"};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct FloorDivide : BinaryCard {
  static constexpr OpDoc doc{
      .name = "floor_divide",
      .title = "FloorDivide",
      .summary = "Divides and rounds down, as Python's // does; integers stay integers.",
      .formula = "z = floor(x / y)",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  static constexpr const char* no_gradient = "it is flat wherever it has a slope";
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Remainder : BinaryCard {
  static constexpr OpDoc doc{
      .name = "remainder",
      .title = "Remainder",
      .summary = "What floor_divide leaves, with the sign of the divisor, as Python's %.",
      .formula = "z = x - y floor(x / y)",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) { return {.inputs = needs[1] ? 3u : 0u}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Fmod : BinaryCard {
  static constexpr OpDoc doc{
      .name = "fmod",
      .title = "Fmod",
      .summary = "What division towards 0 leaves, with the sign of the dividend, as C's fmod.",
      .formula = "z = x - y trunc(x / y)",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) { return {.inputs = needs[1] ? 3u : 0u}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Frac {
  static constexpr OpDoc doc{.name = "frac",
                             .title = "Frac",
                             .summary = "The part of each element behind the point, with its sign.",
                             .formula = "y = x - trunc x",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

// Integers are their own floor, ceil, round and trunc.
Tensor floor(const Tensor& input);
Tensor ceil(const Tensor& input);
/// To `decimals` places behind the point; negative: to tens, hundreds, ... DTypeError for integers,
/// unless decimals is 0.
Tensor round(const Tensor& input, std::int64_t decimals = 0);
Tensor trunc(const Tensor& input);
Tensor frac(const Tensor& input);
// ValueError where an integer is divided by 0; floats give NaN or infinity.
Tensor floor_divide(const Tensor& input, const Tensor& other);
Tensor floor_divide(const Tensor& input, Scalar other);
Tensor remainder(const Tensor& input, const Tensor& other);
Tensor remainder(const Tensor& input, Scalar other);
Tensor fmod(const Tensor& input, const Tensor& other);
Tensor fmod(const Tensor& input, Scalar other);

}  // namespace limpid
