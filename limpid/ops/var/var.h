#pragma once
// Variance and standard deviation over axes, alone and with the mean.

#include "limpid/op/apply.h"

namespace limpid {

/// What var and std share.
struct Spread {
  Shape dim;              ///< axes to take in; none: all of them
  double correction = 1;  ///< taken off the number of elements before dividing (Bessel: 1)
  bool keepdim = false;   ///< the axes stay, with size 1

  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &Spread::dim), field("correction", &Spread::correction),
                      field("keepdim", &Spread::keepdim)};
  }
  Spec infer(const Inputs& in) const;

  /// n - correction for an input of this shape, but never below 0.
  double divisor(std::span<const std::int64_t> shape) const;
};

struct Var : Spread {
  static constexpr OpDoc doc{
      .name = "var",
      .title = "Var",
      .summary = "The variance of elements along axes.",
      .formula = "y[rest] = sum over dim of (x[dim, rest] - mean[rest])^2 / max(n - correction, 0)",
      .shapes = "any shape -> the shape without `dim` (or with 1 there)",
      .source = "Chan, Golub, LeVeque, Algorithms for computing the sample variance (1983)"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Std : Spread {
  static constexpr OpDoc doc{
      .name = "std",
      .title = "Std",
      .summary = "The standard deviation of elements along axes.",
      .formula =
          "y[rest] = sqrt(sum over dim of (x[dim, rest] - mean[rest])^2 / max(n - "
          "correction, 0)); where y = 0 its gradient is taken as 0",
      .shapes = "any shape -> the shape without `dim` (or with 1 there)"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1, .outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct VarMean {
  static constexpr OpDoc doc{.name = "var_mean",
                             .title = "VarMean",
                             .summary = "Variance and mean along axes.",
                             .formula = "(var(x, dim, correction, keepdim), mean(x, dim, keepdim))",
                             .outputs = "var, mean",
                             .shapes = "any shape -> twice the shape without `dim`"};
  static std::vector<Case> cases();
};

struct StdMean {
  static constexpr OpDoc doc{.name = "std_mean",
                             .title = "StdMean",
                             .summary = "Standard deviation and mean along axes.",
                             .formula = "(std(x, dim, correction, keepdim), mean(x, dim, keepdim))",
                             .outputs = "std, mean",
                             .shapes = "any shape -> twice the shape without `dim`"};
  static std::vector<Case> cases();
};

/// Variance along axes; `dim` empty means all. Floats only (DTypeError). With `correction`
/// elements or fewer the result is NaN (or infinite), as in PyTorch, without a warning.
Tensor var(const Tensor& input, const Shape& dim = {}, double correction = 1, bool keepdim = false);
/// Its square root.
Tensor std(const Tensor& input, const Shape& dim = {}, double correction = 1, bool keepdim = false);

struct VarMeanResult {
  Tensor var, mean;
};
struct StdMeanResult {
  Tensor std, mean;
};
/// `auto [v, m] = var_mean(x, {0});`
VarMeanResult var_mean(const Tensor& input, const Shape& dim = {}, double correction = 1,
                       bool keepdim = false);
StdMeanResult std_mean(const Tensor& input, const Shape& dim = {}, double correction = 1,
                       bool keepdim = false);

}  // namespace limpid
