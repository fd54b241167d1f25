#pragma once
// y = x in fresh memory, with another dtype if wanted. Behind clone(), contiguous(), to().

#include "limpid/op/apply.h"

namespace limpid {

struct Copy {
  DType dtype = DType::f32;
  bool keeps_layout = false;  ///< channels-last stays so; else the copy is row-major

  static constexpr OpDoc doc{
      .name = "copy",
      .title = "Copy",
      .summary = "Copies a tensor into fresh dense memory, converting its elements.",
      .formula = "y_i = convert(x_i)",
      .shapes = "any shape -> the same"};
  static constexpr OpTraits traits{.pointwise = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dtype", &Copy::dtype), field("keeps_layout", &Copy::keeps_layout)};
  }

  Spec infer(const Inputs& in) const { return Spec(in[0].shape, dtype, in[0].device); }
  bool channels_last(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

}  // namespace limpid
