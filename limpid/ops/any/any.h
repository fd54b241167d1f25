#pragma once
// Whether any element is set, and whether all are.

#include "limpid/op/apply.h"

namespace limpid {

/// What any and all share.
struct Verdict {
  Shape dim;             ///< axes to look along; none: all of them
  bool keepdim = false;  ///< they stay, with size 1

  static constexpr OpTraits traits{};
  static constexpr const char* no_gradient = "the result is a truth value";
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &Verdict::dim), field("keepdim", &Verdict::keepdim)};
  }
  Spec infer(const Inputs& in) const;
};

struct Any : Verdict {
  static constexpr OpDoc doc{
      .name = "any",
      .title = "Any",
      .summary = "Whether at least one element along axes is not zero.",
      .formula = "y[rest] = or over dim of (x[dim, rest] != 0); NaN is not zero",
      .shapes = "any shape -> the shape without `dim` (or with 1 there), bool; uint8 stays uint8"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct All : Verdict {
  static constexpr OpDoc doc{
      .name = "all",
      .title = "All",
      .summary = "Whether no element along axes is zero.",
      .formula = "y[rest] = and over dim of (x[dim, rest] != 0); NaN is not zero",
      .shapes = "any shape -> the shape without `dim` (or with 1 there), bool; uint8 stays uint8"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

/// Of any dtype; `dim` empty means all axes. False when there is nothing to look at.
Tensor any(const Tensor& input, const Shape& dim = {}, bool keepdim = false);
/// True when there is nothing to look at.
Tensor all(const Tensor& input, const Shape& dim = {}, bool keepdim = false);

}  // namespace limpid
