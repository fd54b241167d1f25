#pragma once
// y = sum of x over some axes. The fast kernel is in sum_cpu.cpp, cases in sum_cases.cpp.

#include "limpid/op/apply.h"

namespace limpid {

struct Sum {
  Shape dim;             ///< axes to add up; none: all of them
  bool keepdim = false;  ///< they stay, with size 1

  static constexpr OpDoc doc{
      .name = "sum",
      .title = "Sum",
      .summary = "Adds up elements along axes.",
      .formula = "y[rest] = sum over dim of x[dim, rest]",
      .shapes =
          "any shape -> the shape without `dim` (or with 1 there); integers and bool -> int64"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &Sum::dim), field("keepdim", &Sum::keepdim)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Sum of all elements, 0-d. float16 and bfloat16 are added in float32.
Tensor sum(const Tensor& input);
/// Sum along axes; `dim` empty means all axes, as in PyTorch.
Tensor sum(const Tensor& input, std::span<const std::int64_t> dim, bool keepdim = false);

}  // namespace limpid
