#pragma once
// Integers and bool, bit by bit.

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct BitwiseAnd : BinaryCard {
  static constexpr OpDoc doc{.name = "bitwise_and",
                             .title = "BitwiseAnd",
                             .summary = "The bits that both integers have; and of bool.",
                             .formula = "z = x & y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  static constexpr const char* no_gradient = "it works on integers";
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct BitwiseOr : BinaryCard {
  static constexpr OpDoc doc{.name = "bitwise_or",
                             .title = "BitwiseOr",
                             .summary = "The bits that one of two integers has; or of bool.",
                             .formula = "z = x | y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  static constexpr const char* no_gradient = "it works on integers";
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct BitwiseXor : BinaryCard {
  static constexpr OpDoc doc{
      .name = "bitwise_xor",
      .title = "BitwiseXor",
      .summary = "The bits in which two integers differ; exclusive or of bool.",
      .formula = "z = x ^ y",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  static constexpr const char* no_gradient = "it works on integers";
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct BitwiseNot : UnaryCard {
  static constexpr OpDoc doc{.name = "bitwise_not",
                             .title = "BitwiseNot",
                             .summary = "All bits of each integer turned over; not of bool.",
                             .formula = "y = ~x",
                             .shapes = "any shape -> the same"};
  static constexpr const char* no_gradient = "it works on integers";
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

// DTypeError for floats.
Tensor bitwise_and(const Tensor& input, const Tensor& other);
Tensor bitwise_and(const Tensor& input, Scalar other);
Tensor bitwise_or(const Tensor& input, const Tensor& other);
Tensor bitwise_or(const Tensor& input, Scalar other);
Tensor bitwise_xor(const Tensor& input, const Tensor& other);
Tensor bitwise_xor(const Tensor& input, Scalar other);
Tensor bitwise_not(const Tensor& input);

// The same as operators: of masks they are and, or, exclusive or, not.
Tensor operator&(const Tensor& a, const Tensor& b);
Tensor operator|(const Tensor& a, const Tensor& b);
Tensor operator^(const Tensor& a, const Tensor& b);
Tensor operator~(const Tensor& a);

}  // namespace limpid
