#pragma once
// Where a tensor is not zero.

#include "limpid/op/apply.h"

namespace limpid {

struct Nonzero {
  static constexpr OpDoc doc{
      .name = "nonzero",
      .title = "Nonzero",
      .summary = "Lists the indices of all elements that are not zero, in row-major order.",
      .formula = "row n of y = the index of the n-th element of x that is not 0",
      .shapes = "any shape of rank r -> (number of such elements, r), int64"};
  static constexpr OpTraits traits{.data_dependent = true};
  static constexpr const char* no_gradient = "the result is an index";
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }

  Spec infer(const Inputs& in) const { return Spec({-1, in[0].rank()}, DType::i64, in[0].device); }
  Shape measure(Reference, const Inputs& in) const;
  Shape measure(Cpu, const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

/// Indices of the elements that are not 0, one a row; NaN counts as not 0. DeviceError on meta.
Tensor nonzero(const Tensor& input);

}  // namespace limpid
