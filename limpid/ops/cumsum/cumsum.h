#pragma once
// Running sums along an axis.

#include "limpid/op/apply.h"

namespace limpid {

struct Cumsum {
  std::int64_t dim = 0;  ///< the axis to add along
  bool reverse = false;  ///< from the last element on: what the gradient needs

  static constexpr OpDoc doc{
      .name = "cumsum",
      .title = "Cumsum",
      .summary = "Running sums along an axis.",
      .formula = "y_i = x_0 + ... + x_i; reversed: y_i = x_i + ... + x_(n-1)",
      .shapes = "any shape -> the same; integers and bool -> int64"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &Cumsum::dim), field("reverse", &Cumsum::reverse)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Of the shape of `input`. Floats are added in double and rounded once an element, integers and
/// bool in int64, where they wrap around.
Tensor cumsum(const Tensor& input, std::int64_t dim);

}  // namespace limpid
