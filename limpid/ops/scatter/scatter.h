#pragma once
// Puts elements in the places along an axis that indices name.

#include "limpid/op/apply.h"

namespace limpid {

struct Scatter {
  std::int64_t dim = 0;  ///< the axis along which `index` names places

  static constexpr OpDoc doc{
      .name = "scatter",
      .title = "Scatter",
      .summary = "Replaces the elements in the places that indices along an axis name.",
      .formula =
          "y = x, then y[i, index[i, j, k], k] = src[i, j, k] (for dim = 1); of repeated indices "
          "the last one stays",
      .inputs = "input, index, src",
      .shapes =
          "input; index of as many dimensions, nowhere larger but along dim; src of index's "
          "shape -> input's shape"};
  static constexpr OpTraits traits{.updates = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("dim", &Scatter::dim)}; }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 2}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// A copy of input in which src[i] replaces the element that index[i] names. src may be larger than
/// index: what lies beyond is not used. Any dtype, src's must be input's. Indices are int64 or
/// int32 in [0, size): IndexError names the position and value of one that is not. (All src get a
/// gradient, also those that a later one of the same index replaced, as in PyTorch.)
Tensor scatter(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& src);
/// The same number in all places.
Tensor scatter(const Tensor& input, std::int64_t dim, const Tensor& index, Scalar value);

}  // namespace limpid
