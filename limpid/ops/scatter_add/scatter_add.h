#pragma once
// Adds elements to places along an axis that indices name: the reverse of gather.

#include "limpid/op/apply.h"

namespace limpid {

struct ScatterAdd {
  std::int64_t dim = 0;  ///< the axis along which `index` names places

  static constexpr OpDoc doc{
      .name = "scatter_add",
      .title = "ScatterAdd",
      .summary = "Adds elements to the places that indices along an axis name.",
      .formula = "y = x, then y[i, index[i, j, k], k] += src[i, j, k] (for dim = 1)",
      .inputs = "input, index, src",
      .shapes =
          "input; index of as many dimensions, nowhere larger but along dim; src of index's "
          "shape -> input's shape"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("dim", &ScatterAdd::dim)}; }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) { return {.inputs = needs[2] ? 2u : 0u}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// A copy of input to which src is added where index says; repeated indices add up, in row-major
/// order. Integers wrap around, bool is `or`. src may be larger than index: what lies beyond is not
/// used. Indices are int64 or int32 in [0, size): IndexError names the position and value of one
/// that is not.
Tensor scatter_add(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& src);

}  // namespace limpid
