#pragma once
// A number where a mask is true.

#include "limpid/op/apply.h"

namespace limpid {

struct MaskedFill {
  Scalar value = 0;

  static constexpr OpDoc doc{.name = "masked_fill",
                             .title = "MaskedFill",
                             .summary = "Replaces the elements where a mask is true by a number.",
                             .formula = "y = value where mask is true, x elsewhere",
                             .inputs = "input, mask",
                             .shapes = "two shapes that broadcast -> their common shape"};
  static constexpr OpTraits traits{.broadcasts = true, .pointwise = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("value", &MaskedFill::value)}; }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 2}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// `input` with `value` where the bool tensor `mask` is true. DTypeError for a float value in a
/// tensor of integers.
Tensor masked_fill(const Tensor& input, const Tensor& mask, Scalar value);

}  // namespace limpid
