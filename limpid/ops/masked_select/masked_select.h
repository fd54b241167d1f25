#pragma once
// The elements where a mask is true, and the reverse: elements put where a mask is true.

#include "limpid/op/apply.h"

namespace limpid {

struct MaskedSelect {
  static constexpr OpDoc doc{
      .name = "masked_select",
      .title = "MaskedSelect",
      .summary = "Gathers the elements where a mask is true, in row-major order.",
      .formula = "y[n] = x at the n-th place where mask is true",
      .inputs = "input, mask",
      .shapes = "two shapes that broadcast -> (number of true places,)"};
  static constexpr OpTraits traits{.data_dependent = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }

  Spec infer(const Inputs& in) const;
  Shape measure(Reference, const Inputs& in) const;
  Shape measure(Cpu, const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct MaskedScatter {
  static constexpr OpDoc doc{
      .name = "masked_scatter",
      .title = "MaskedScatter",
      .summary = "Replaces the elements where a mask is true by those of a source, in order.",
      .formula = "y = source[n] at the n-th place where mask is true, x elsewhere",
      .inputs = "input, mask, source",
      .shapes =
          "input and mask broadcast -> their common shape; source has any shape with at least "
          "as many elements as there are true places"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Elements of `input` where the bool tensor `mask` (broadcast with it) is true: 1-d. DeviceError
/// on meta, where the number of them is not known.
Tensor masked_select(const Tensor& input, const Tensor& mask);

/// `input` with the elements of `source` in the places where `mask` is true, both in row-major
/// order. ValueError when source has too few.
Tensor masked_scatter(const Tensor& input, const Tensor& mask, const Tensor& source);

}  // namespace limpid
