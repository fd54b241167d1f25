#pragma once
// Comparisons and logic: results in bool, without gradient. NaN is unequal to everything, and true.

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct Eq : ComparisonCard {
  static constexpr OpDoc doc{.name = "eq",
                             .title = "Equal",
                             .summary = "True where the elements are equal.",
                             .formula = "z = x == y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Ne : ComparisonCard {
  static constexpr OpDoc doc{.name = "ne",
                             .title = "NotEqual",
                             .summary = "True where the elements differ; so for NaN.",
                             .formula = "z = x != y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Lt : ComparisonCard {
  static constexpr OpDoc doc{.name = "lt",
                             .title = "Less",
                             .summary = "True where the first is less.",
                             .formula = "z = x < y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Le : ComparisonCard {
  static constexpr OpDoc doc{.name = "le",
                             .title = "LessEqual",
                             .summary = "True where the first is less or equal.",
                             .formula = "z = x <= y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Gt : ComparisonCard {
  static constexpr OpDoc doc{.name = "gt",
                             .title = "Greater",
                             .summary = "True where the first is greater.",
                             .formula = "z = x > y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Ge : ComparisonCard {
  static constexpr OpDoc doc{.name = "ge",
                             .title = "GreaterEqual",
                             .summary = "True where the first is greater or equal.",
                             .formula = "z = x >= y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct LogicalAnd : ComparisonCard {
  static constexpr OpDoc doc{.name = "logical_and",
                             .title = "LogicalAnd",
                             .summary = "True where both elements differ from 0.",
                             .formula = "z = x and y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct LogicalOr : ComparisonCard {
  static constexpr OpDoc doc{.name = "logical_or",
                             .title = "LogicalOr",
                             .summary = "True where an element differs from 0.",
                             .formula = "z = x or y",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct LogicalNot : UnaryCard {
  static constexpr OpDoc doc{.name = "logical_not",
                             .title = "LogicalNot",
                             .summary = "True where the element is 0.",
                             .formula = "y = not x",
                             .shapes = "any shape -> the same"};
  static constexpr const char* no_gradient = "the result is bool";
  Spec infer(const Inputs& in) const { return Spec(in[0].shape, DType::boolean, in[0].device); }
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

Tensor eq(const Tensor& input, const Tensor& other);
Tensor eq(const Tensor& input, Scalar other);
Tensor ne(const Tensor& input, const Tensor& other);
Tensor ne(const Tensor& input, Scalar other);
Tensor lt(const Tensor& input, const Tensor& other);
Tensor lt(const Tensor& input, Scalar other);
Tensor le(const Tensor& input, const Tensor& other);
Tensor le(const Tensor& input, Scalar other);
Tensor gt(const Tensor& input, const Tensor& other);
Tensor gt(const Tensor& input, Scalar other);
Tensor ge(const Tensor& input, const Tensor& other);
Tensor ge(const Tensor& input, Scalar other);
Tensor logical_and(const Tensor& input, const Tensor& other);
Tensor logical_or(const Tensor& input, const Tensor& other);
Tensor logical_not(const Tensor& input);
/// True where exactly one element differs from 0.
Tensor logical_xor(const Tensor& input, const Tensor& other);
/// True where |input - other| <= atol + rtol |other|, or both are the same infinity, or, with
/// equal_nan, both NaN. DTypeError for different dtypes, ValueError for negative tolerances.
Tensor isclose(const Tensor& input, const Tensor& other, double rtol = 1e-5, double atol = 1e-8,
               bool equal_nan = false);
/// Whether isclose holds everywhere.
bool allclose(const Tensor& input, const Tensor& other, double rtol = 1e-5, double atol = 1e-8,
              bool equal_nan = false);
/// Whether both have the same shape and the same elements; NaN equals nothing.
bool equal(const Tensor& input, const Tensor& other);
/// True where the element is not a number.
Tensor isnan(const Tensor& input);
/// True where the element is neither infinite nor NaN.
Tensor isfinite(const Tensor& input);
/// True where the element is infinite.
Tensor isinf(const Tensor& input);

// Elementwise, as in PyTorch: the results are tensors of bool.
Tensor operator==(const Tensor& a, const Tensor& b);
Tensor operator!=(const Tensor& a, const Tensor& b);
Tensor operator<(const Tensor& a, const Tensor& b);
Tensor operator<=(const Tensor& a, const Tensor& b);
Tensor operator>(const Tensor& a, const Tensor& b);
Tensor operator>=(const Tensor& a, const Tensor& b);
Tensor operator==(const Tensor& a, Scalar b);
Tensor operator!=(const Tensor& a, Scalar b);
Tensor operator<(const Tensor& a, Scalar b);
Tensor operator<=(const Tensor& a, Scalar b);
Tensor operator>(const Tensor& a, Scalar b);
Tensor operator>=(const Tensor& a, Scalar b);
Tensor operator!(const Tensor& a);

struct LogicalXor {
  static constexpr OpDoc doc{.name = "logical_xor",
                             .title = "LogicalXor",
                             .summary = "True where exactly one element differs from 0.",
                             .formula = "z = (x != 0) != (y != 0)",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  static std::vector<Case> cases();
};

struct IsClose {
  static constexpr OpDoc doc{.name = "isclose",
                             .title = "IsClose",
                             .summary = "True where two elements are equal but for rounding.",
                             .formula = "z = (|x - y| <= atol + rtol |y|)",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  static std::vector<Case> cases();
};

struct IsNan {
  static constexpr OpDoc doc{.name = "isnan",
                             .title = "IsNan",
                             .summary = "True where the element is not a number.",
                             .formula = "y = (x != x)",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct IsFinite {
  static constexpr OpDoc doc{.name = "isfinite",
                             .title = "IsFinite",
                             .summary = "True where the element is neither infinite nor NaN.",
                             .formula = "y = (|x| < infinity)",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct IsInf {
  static constexpr OpDoc doc{.name = "isinf",
                             .title = "IsInf",
                             .summary = "True where the element is infinite.",
                             .formula = "y = (|x| == infinity)",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

}  // namespace limpid
