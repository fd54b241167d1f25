#pragma once
// y = product of x along an axis, or of everything.

#include "limpid/op/apply.h"

namespace limpid {

struct Prod {
  Shape dim;             ///< the axis to multiply along; none: all of them
  bool keepdim = false;  ///< it stays, with size 1

  static constexpr OpDoc doc{
      .name = "prod",
      .title = "Prod",
      .summary = "Multiplies elements along an axis.",
      .formula = "y[rest] = product over dim of x[dim, rest]",
      .shapes =
          "any shape -> the shape without `dim` (or with 1 there); integers and bool -> int64"};
  static constexpr OpTraits traits{.mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &Prod::dim), field("keepdim", &Prod::keepdim)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Product of all elements, 0-d; 1 when there are none. Integers wrap around in int64.
Tensor prod(const Tensor& input);
/// Product along `dim`.
Tensor prod(const Tensor& input, std::int64_t dim, bool keepdim = false);

}  // namespace limpid
