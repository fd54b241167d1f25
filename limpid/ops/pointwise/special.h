#pragma once
// Special functions: the error function, gamma and its kin, and functions of two numbers that need
// care. Integers and bool become float32, unless another rule is given.

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct Erf : FloatUnaryCard {
  static constexpr OpDoc doc{
      .name = "erf",
      .title = "Erf",
      .summary = "The error function, from -1 to 1.",
      .formula = "y = 2 / pi^(1/2) times the integral of e^(-t^2) from 0 to x",
      .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Erfc : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "erfc",
                             .title = "Erfc",
                             .summary = "1 minus the error function; exact where it is tiny, too.",
                             .formula = "y = 1 - erf x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Erfinv : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "erfinv",
                             .title = "Erfinv",
                             .summary = "The inverse of the error function; NaN outside [-1, 1].",
                             .formula = "erf y = x",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Lgamma : FloatUnaryCard {
  static constexpr OpDoc doc{
      .name = "lgamma",
      .title = "Lgamma",
      .summary = "The logarithm of the absolute value of the gamma function.",
      .formula = "y = ln |gamma(x)|",
      .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Digamma : FloatUnaryCard {
  static constexpr OpDoc doc{.name = "digamma",
                             .title = "Digamma",
                             .summary = "The derivative of lgamma.",
                             .formula = "y = gamma'(x) / gamma(x)",
                             .shapes = "any shape -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Polygamma : FloatUnaryCard {
  std::int64_t n = 1;

  Polygamma() = default;
  explicit Polygamma(std::int64_t n0) : n(n0) {}
  static constexpr OpDoc doc{.name = "polygamma",
                             .title = "Polygamma",
                             .summary = "The n-th derivative of digamma, n > 0.",
                             .formula = "y = (-1)^(n+1) n! (sum over k >= 0 of (x + k)^-(n+1))",
                             .shapes = "any shape -> the same"};
  static constexpr auto attributes() { return std::tuple{field("n", &Polygamma::n)}; }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct LogAddExp : BinaryCard {
  static constexpr OpTraits traits{.promotion = Promotion::common,
                                   .broadcasts = true,
                                   .pointwise = true,
                                   .accuracy = Accuracy::terms};
  static constexpr OpDoc doc{
      .name = "logaddexp",
      .title = "LogAddExp",
      .summary = "The logarithm of the sum of two exponentials, without overflow.",
      .formula = "z = ln(e^x + e^y)",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 3}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Xlogy : BinaryCard {
  static constexpr OpTraits traits{
      .promotion = Promotion::floating, .broadcasts = true, .pointwise = true};
  static constexpr OpDoc doc{
      .name = "xlogy",
      .title = "Xlogy",
      .summary = "One element times the logarithm of another; 0 where the first is 0.",
      .formula = "z = x ln y",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 3}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Hypot : BinaryCard {
  static constexpr OpDoc doc{.name = "hypot",
                             .title = "Hypot",
                             .summary = "The length of the vector (x, y), without overflow.",
                             .formula = "z = (x^2 + y^2)^(1/2)",
                             .inputs = "input, other",
                             .shapes = kBroadcastRule};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 3, .outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

Tensor erf(const Tensor& input);
Tensor erfc(const Tensor& input);
Tensor erfinv(const Tensor& input);
Tensor lgamma(const Tensor& input);
Tensor digamma(const Tensor& input);
/// `n` = 0 is digamma. ValueError for a negative n.
Tensor polygamma(std::int64_t n, const Tensor& input);
/// DTypeError for integers.
Tensor logaddexp(const Tensor& input, const Tensor& other);
Tensor xlogy(const Tensor& input, const Tensor& other);
Tensor xlogy(const Tensor& input, Scalar other);
/// DTypeError for integers.
Tensor hypot(const Tensor& input, const Tensor& other);

}  // namespace limpid
