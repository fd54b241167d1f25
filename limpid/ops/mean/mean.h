#pragma once
// y = mean of x over some axes: its own op, since the sum of 16-bit floats may overflow where their
// mean does not.

#include "limpid/op/apply.h"

namespace limpid {

struct Mean {
  Shape dim;             ///< axes to average over; none: all of them
  bool keepdim = false;  ///< they stay, with size 1

  static constexpr OpDoc doc{.name = "mean",
                             .title = "Mean",
                             .summary = "Averages elements along axes.",
                             .formula = "y[rest] = (sum over dim of x[dim, rest]) / n",
                             .shapes = "any shape -> the shape without `dim` (or with 1 there)"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &Mean::dim), field("keepdim", &Mean::keepdim)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();

  /// How many elements meet in one of the result.
  double terms(std::span<const std::int64_t> shape) const;
};

/// Mean of all elements, 0-d; NaN when there are none. Floats only (DTypeError).
Tensor mean(const Tensor& input);
/// Mean along axes; `dim` empty means all axes, as in PyTorch.
Tensor mean(const Tensor& input, std::span<const std::int64_t> dim, bool keepdim = false);

}  // namespace limpid
