#pragma once
#include "limpid/op/apply.h"

namespace limpid {

struct Add {
  static constexpr OpDoc doc{.name = "add",
                             .title = "Add",
                             .summary = "Adds two tensors element by element.",
                             .formula = "z = x + y",
                             .inputs = "input, other",
                             .shapes = "two shapes that broadcast -> their common shape"};
  static constexpr OpTraits traits{
      .promotion = Promotion::common, .broadcasts = true, .pointwise = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }
  Spec infer(const Inputs& in) const {
    if (in[0].shape == in[1].shape) [[likely]] return in[0];
    return Spec(broadcast_shapes(in[0].shape, in[1].shape), in[0].dtype, in[0].device);
  }
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const { return {b.dy(), b.dy()}; }
  static std::vector<Case> cases();
};

struct Mul {
  static constexpr OpDoc doc{.name = "mul",
                             .title = "Multiply",
                             .summary = "Multiplies two tensors element by element.",
                             .formula = "z = x y",
                             .inputs = "input, other",
                             .shapes = "two shapes that broadcast -> their common shape"};
  static constexpr OpTraits traits{
      .promotion = Promotion::common, .broadcasts = true, .pointwise = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }
  Spec infer(const Inputs& in) const {
    if (in[0].shape == in[1].shape) [[likely]] return in[0];
    return Spec(broadcast_shapes(in[0].shape, in[1].shape), in[0].dtype, in[0].device);
  }
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) { return {.inputs = (needs[1] ? 1u : 0u) | (needs[0] ? 2u : 0u)}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

}  // namespace limpid
